-- The table of the meeting: the members, the largest first, then the cluster.
from cluster_report($cluster, $period, $series, $definition_version, $offence)
order by scope_type desc, recorded desc nulls last, name;
