select clusters.*, coalesce(clusters.name_en, clusters.name), members.unit_id, members.valid_from, members.valid_to
from reference.clusters as clusters
inner join reference.cluster_members as members using (cluster_id)
