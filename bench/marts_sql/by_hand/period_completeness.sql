select members.cluster_id, matrix.period_id, matrix.series_id, matrix.definition_version, count(*) as expected,
    count(*) filter (recorded_status = 'reported') as recorded_units,
    count(*) filter (cleared_status = 'reported') as cleared_units,
    count(*) filter (delivery = 'nil') as nil_units, count(*) filter (delivery = 'rejected') as rejected_units,
    count(*) filter (delivery = 'missing') as missing_units,
    count(*) filter (punctuality = 'on time') as on_time_units, count(*) filter (punctuality = 'late') as late_units
from marts.submission_completeness as matrix
inner join core.members as members using (unit_id, period_id)
group by all
union all
select parent_id, period_id, series_id, definition_version, count(*),
    count(*) filter (recorded_status = 'reported'), count(*) filter (cleared_status = 'reported'),
    count(*) filter (delivery = 'nil'), count(*) filter (delivery = 'rejected'), count(*) filter (delivery = 'missing'),
    count(*) filter (punctuality = 'on time'), count(*) filter (punctuality = 'late')
from marts.submission_completeness
group by all
