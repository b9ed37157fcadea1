-- The offences of the base window that a target over their change is declared on.
with asked as (
    select unnest($row)
)
select distinct
    'denominator' as "column", asked.denominator as value, asked.scope_type, asked.scope_id,
    targets.base_window_start::varchar || '/' || targets.base_window_end::varchar as period_id, asked.accumulation,
    asked.series_id, asked.definition_version, asked.offence_code, 'recorded' as measure, 'either' as basis
from asked
inner join reference.targets as targets
    on targets.target_id = asked.target_id
    and (targets.scope_type = 'level' or targets.scope_type = asked.scope_type and targets.scope_id = asked.scope_id)
where asked.measure = 'recorded_change'
