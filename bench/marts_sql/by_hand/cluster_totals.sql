select members.cluster_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
    counts.offence_code, sum(value) filter (measure = 'recorded') as recorded,
    count(*) filter (measure = 'recorded') as recorded_units, sum(value) filter (measure = 'cleared') as cleared,
    count(*) filter (measure = 'cleared') as cleared_units, sum(value) filter (measure = 'suspects') as suspects
from core.counts as counts
inner join core.members as members using (unit_id, period_id)
where counts.status = 'reported'
group by all
