/*
description: Clusters and the units that belong to them, from and to which day.
grain: [cluster_id, unit_id, member_from]
*/
select
    clusters.cluster_id,
    clusters.name,
    coalesce(clusters.name_en, clusters.name) as name_en,
    clusters.basis as legal_basis,
    members.unit_id,
    members.valid_from as member_from,
    members.valid_to as member_to,
    clusters.note
from reference.clusters as clusters
inner join reference.cluster_members as members using (cluster_id)
