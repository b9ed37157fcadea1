select members.cluster_id, counts.*, sums.value as denominator, counts.value / sums.value as share,
    rank() over (
        partition by members.cluster_id, counts.period_id, counts.accumulation, counts.series_id,
            counts.definition_version, counts.offence_code, counts.measure
        order by counts.value desc
    ) as rank
from core.counts as counts
inner join core.members as members using (unit_id, period_id)
inner join core.cluster_sums as sums
    on sums.cluster_id = members.cluster_id and sums.period_id = counts.period_id and sums.measure = counts.measure
    and sums.accumulation = counts.accumulation and sums.series_id = counts.series_id
    and sums.definition_version = counts.definition_version and sums.offence_code = counts.offence_code
where counts.status = 'reported' and counts.measure in ('recorded', 'cleared')
