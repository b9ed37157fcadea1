-- The pages there are: every cluster with each window of which it has figures of a whole series, and clusters without any.
select distinct
    clusters.cluster_id, clusters.name, clusters.name_en, totals.period_id, periods.name as period_name,
    periods.name_en as period_name_en, periods.window_start, periods.window_end
from (select distinct cluster_id, name, name_en from clusters) as clusters
left join cluster_totals as totals
    on totals.cluster_id = clusters.cluster_id and totals.accumulation = 'increment'
    and totals.offence_code in (select offence_code from offences where parent_code is null)
left join periods on periods.period_id = totals.period_id
order by clusters.cluster_id, periods.window_end desc, periods.window_start;
