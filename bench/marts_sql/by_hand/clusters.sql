with recursive parts as (
    select cluster_id, cluster_id as part_id from reference.clusters
    union
    select parts.cluster_id, unions.part_id
    from parts
    inner join reference.cluster_unions as unions on unions.cluster_id = parts.part_id
)
select any_value(clusters), members.unit_id, members.valid_from, max(members.valid_to)
from parts
inner join reference.clusters as clusters using (cluster_id)
inner join reference.cluster_members as members on members.cluster_id = parts.part_id
group by parts.cluster_id, members.unit_id, members.valid_from
