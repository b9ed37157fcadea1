-- A version of a figure, and the one before it.
with asked as (
    select unnest($row)
)
select
    case history.version when asked.version then 'value' else 'previous_value' end as "column", history.value,
    'unit' as scope_type, history.unit_id as scope_id, history.period_id, history.accumulation, history.series_id,
    history.definition_version, history.offence_code, history.measure, 'version' as basis, history.source_id,
    history.revision, history.known_on
from asked
inner join marts.revision_history as history using (
    unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
where history.version in (asked.version, asked.version - 1)
order by history.version desc
