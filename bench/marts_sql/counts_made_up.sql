-- Readings and values as a load leaves them: each of 63 provinces gives $periods periods of $months months, 30 offences
-- (the whole series and 29 below it) and three measures; the figures are made up from hashes.
insert into ops.readings by name
select
    md5(unit_id || '/' || period) as submission_id, 1 as reading, unit_id || '/' || period || '.xlsx' as file,
    file as origin, submission_id as sha256, 'provincial_report' as source_id, 0 as revision, false as backfilled,
    'accepted' as state, '' as read_with, timestamp '2024-01-01' as read_at, timestamp '2024-01-01' as known_at,
    90 as rows_accepted, 0 as rows_rejected
from reference.units
cross join range($periods) as periods(period)
where level = 'province' and valid_from < date '2014-01-01';

insert into raw.counts by name
select
    readings.submission_id, 1 as reading, readings.file, 's' as sheet, 'C1' as cell, 'count' as role,
    'provincial_report' as source_id, 0 as revision, 'unit' as scope_type, split_part(readings.file, '/', 1) as scope_id,
    (date '2013-12-15' + to_months(period * $months))::date as window_start,
    (date '2013-12-15' + to_months((period + 1) * $months))::date - 1 as window_end, 'printed' as window_basis,
    case $months when 1 then 'statistical_month' else 'statistical_year' end as period_kind,
    2014 + period * $months // 12 as period_year, period * $months % 12 + 1 as period_index,
    'increment' as accumulation, 'ttxh' as series_id, 'occurred' as definition_version, offences.offence_code, measure,
    (mean * $months * (0.6 + 0.8 * (hash(readings.file, offences.offence_code, measure) % 1000) / 1000))::bigint as value,
    'reported' as status, 'submitted' as evidence
from (select *, split_part(split_part(file, '/', 2), '.', 1)::bigint as period from ops.readings) as readings
cross join (
    select offence_code, case when parent_code is null then 300 else 12 end as mean
    from reference.offences
    where offence_code = 'all' or starts_with(offence_code, 'bl')
    order by offence_code
    limit 30
) as offences
cross join unnest(['recorded', 'cleared', 'suspects']) as measures(measure);
