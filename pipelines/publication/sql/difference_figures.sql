-- The figures that changed, with the names of what they speak of: those with a reason, then the largest changes.
select
    changes.*, coalesce(units.name, clusters.name, changes.scope_id) as name,
    coalesce(periods.name, changes.period_id) as period_name
from figure_changes as changes
left join units on changes.scope_type = 'unit' and units.unit_id = changes.scope_id
left join (
    select distinct cluster_id, name from clusters
) as clusters on changes.scope_type = 'cluster' and clusters.cluster_id = changes.scope_id
left join periods on periods.period_id = changes.period_id
order by
    changes.reason is null, abs(change) desc, changes.scope_type, changes.scope_id, changes.basis, changes.source_id, changes.period_id,
    changes.accumulation, changes.series_id, changes.definition_version, changes.offence_code, changes.measure;
