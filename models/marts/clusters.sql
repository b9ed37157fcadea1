/*
description: Clusters and the units that belong to them, from and to which day; also those of the clusters they unite.
grain: [cluster_id, unit_id, member_from]
*/
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
inner join core.cluster_parts as parts using (cluster_id)
inner join reference.cluster_members as members on members.cluster_id = parts.part_cluster_id
group by
    clusters.cluster_id, clusters.name, clusters.name_en, clusters.basis, clusters.note, members.unit_id,
    members.valid_from
