-- The units that were ever members of a cluster.
select distinct units.name, units.name_en
from clusters
inner join units using (unit_id)
where clusters.cluster_id = $cluster
order by units.name;
