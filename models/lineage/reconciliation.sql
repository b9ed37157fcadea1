-- The figures that a row of reconciliation holds against each other.
with asked as (
    select unnest($row)
),
-- The whole's years, and the periods of the kind of its parts within them, as the reconciliation itself takes them.
parts as (
    select distinct part.period_id
    from asked
    inner join core.calendar_periods as whole using (period_id)
    inner join core.calendar_periods as part
        on part.year_start = whole.year_start
        and part.window_start >= whole.window_start
        and part.window_end <= whole.window_end
        and part.months < whole.months
    inner join core.windows as windows on windows.period_id = part.period_id and windows.period_kind = asked.parts_kind
    where asked.kind = 'periods' and part.span <> 'nine_months'
),
others as (
    select levels.*
    from asked
    inner join core.levels as levels using (scope_type, scope_id, offence_code, measure)
    left join core.windows as own on own.period_id = asked.period_id
    inner join core.windows as windows on windows.period_id = levels.period_id
    where asked.kind in ('periods', 'calendars', 'series')
        and case asked.kind
            when 'series' then levels.period_id = asked.period_id
                and levels.series_id || '/' || levels.definition_version = asked.parts_kind
            else levels.series_id = asked.series_id and levels.definition_version = asked.definition_version
                and case asked.kind
                    when 'periods' then levels.period_id in (select period_id from parts)
                    else windows.period_kind = asked.parts_kind and windows.period_year = own.period_year
                end
        end
)
select
    'whole_value' as "column", asked.whole_value as value, asked.scope_type, asked.scope_id, asked.period_id,
    asked.accumulation, asked.series_id, asked.definition_version, asked.offence_code, asked.measure,
    coalesce(checks.basis, levels.basis, 'source') as basis,
    coalesce(checks.source_id, levels.source_id, asked.whole_kind) as source_id,
    null as declared, null as declared_key
from asked
left join core.control_checks as checks
    on asked.kind in ('units', 'sources')
    and asked.whole_kind = checks.source_id || ' (stated)'
    and checks.scope_type = asked.scope_type
    and checks.scope_id = asked.scope_id
    and checks.period_id = asked.period_id
    and checks.accumulation = asked.accumulation
    and checks.series_id = asked.series_id
    and checks.definition_version = asked.definition_version
    and checks.offence_code = asked.offence_code
    and checks.measure = asked.measure
left join core.levels as levels
    on asked.kind in ('periods', 'calendars', 'series')
    and levels.scope_type = asked.scope_type
    and levels.scope_id = asked.scope_id
    and levels.period_id = asked.period_id
    and levels.series_id = asked.series_id
    and levels.definition_version = asked.definition_version
    and levels.offence_code = asked.offence_code
    and levels.measure = asked.measure
union all by name
select
    'parts_sum' as "column", parts_sum as value, scope_type, scope_id, period_id, accumulation, series_id,
    definition_version, offence_code, measure,
    case when ends_with(whole_kind, ' (stated)') then 'below' else 'counts' end as basis
from asked
where kind in ('units', 'sources')
union all by name
select
    'parts_sum: ' || period_id || ' ' || series_id || '/' || definition_version as "column", value, scope_type, scope_id,
    period_id, 'increment' as accumulation, series_id, definition_version, offence_code, measure, basis, source_id
from others
union all by name
select 'the declared gap' as "column", 'declared' as basis, 'declared_gaps' as declared, gap_id as declared_key
from asked
where gap_id is not null
order by "column" desc;
