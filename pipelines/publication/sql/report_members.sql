-- The members of a cluster in a window; of a cluster without figures, all it ever had.
select distinct units.name, units.name_en
from clusters
inner join units using (unit_id)
left join periods on periods.period_id = $period
where clusters.cluster_id = $cluster
    and coalesce(periods.territory_day between coalesce(member_from, periods.territory_day)
        and coalesce(member_to, periods.territory_day), true)
order by units.name;
