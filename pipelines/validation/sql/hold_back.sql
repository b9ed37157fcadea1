-- Keep out every row that breaks a critical rule ($critical), and with a count the other measures of the same unit,
-- window and offence: otherwise a rate could be formed from one revision's clearances and another's offences.
insert into staging.quarantine
with broken as (
    select row_id, code from staging.row_findings where list_contains($critical, code)
),
beside as (
    select other.row_id, broken.code
    from broken
    inner join staging.counts as own using (row_id)
    inner join staging.counts as other
        on other.submission_id = own.submission_id
        and other.role = own.role
        and other.scope_type = own.scope_type
        and other.scope_id = own.scope_id
        and other.window_start = own.window_start
        and other.window_end = own.window_end
        and other.accumulation = own.accumulation
        and other.series_id = own.series_id
        and other.definition_version = own.definition_version
        and other.offence_code = own.offence_code
    where own.role = 'count'
)
select row_id, list(distinct code order by code)
from (from broken union all from beside)
group by row_id;
