/*
description: Clusters and the units that belong to them, from and to which day; also those of the clusters they unite.
grain: [cluster_id, unit_id, member_from]
*/
with recursive parts as (
    select cluster_id, cluster_id as part_id from reference.clusters
    union
    select parts.cluster_id, unions.part_id
    from parts
    inner join reference.cluster_unions as unions on unions.cluster_id = parts.part_id
)
select
    clusters.cluster_id,
    clusters.name,
    coalesce(clusters.name_en, clusters.name) as name_en,
    clusters.basis as legal_basis,
    members.unit_id,
    members.valid_from as member_from,
    -- of several parts with the same first day the longest membership
    case when count(members.valid_to) = count(*) then max(members.valid_to) end as member_to,
    clusters.note
from reference.clusters as clusters
inner join parts using (cluster_id)
inner join reference.cluster_members as members on members.cluster_id = parts.part_id
group by
    clusters.cluster_id, clusters.name, clusters.name_en, clusters.basis, clusters.note, members.unit_id,
    members.valid_from
