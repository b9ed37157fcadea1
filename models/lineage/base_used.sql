-- The months of the base year up to the same one.
with asked as (
    select unnest($row)
)
select distinct
    'base_used' as "column", asked.base_used as value, asked.scope_type, asked.scope_id,
    targets.base_window_start::varchar || '/'
        || ((targets.base_window_start + to_months(asked.months::integer))::date - 1)::varchar as period_id,
    'increment' as accumulation, asked.series_id, asked.definition_version, asked.offence_code, 'recorded' as measure,
    'months' as basis
from asked
inner join reference.targets as targets
    on targets.target_id = asked.target_id
    and (targets.scope_type = 'level' or targets.scope_type = asked.scope_type and targets.scope_id = asked.scope_id)
where asked.base_used is not null
