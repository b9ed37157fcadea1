/*
description: The clusters of which each cluster consists, through all unions; each is a part of itself.
grain: [cluster_id, part_cluster_id]
*/
with recursive parts as (
    select cluster_id, cluster_id as part_cluster_id from reference.clusters
    union
    select parts.cluster_id, unions.part_id
    from parts
    inner join reference.cluster_unions as unions on unions.cluster_id = parts.part_cluster_id
)
select cluster_id, part_cluster_id
from parts
