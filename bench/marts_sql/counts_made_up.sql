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

-- So that no mart is compared on nothing: the nation's totals as the Ministry states them, ...
insert into ops.readings by name
select
    'nation' as submission_id, 1 as reading, 'nation.csv' as file, file as origin, submission_id as sha256,
    'ministry_bulletin' as source_id, 0 as revision, false as backfilled, 'accepted' as state, '' as read_with,
    timestamp '2024-01-01' as read_at, timestamp '2024-01-01' as known_at, 0 as rows_accepted, 0 as rows_rejected;

insert into raw.counts by name
select
    'nation' as submission_id, 1 as reading, 'nation.csv' as file, 's' as sheet, 'C1' as cell, 'statement' as role,
    'ministry_bulletin' as source_id, 0 as revision, 'unit' as scope_type, 'VN' as scope_id, sum(value)::bigint as value,
    * exclude (submission_id, reading, file, sheet, cell, role, source_id, revision, scope_type, scope_id, value, value_no)
from raw.counts
group by all;

-- ... each province's first half of a year, or the quarter that ends with every third month, ...
insert into raw.counts by name
select
    * exclude (value_no) replace (
        (window_start - to_months(case $months when 1 then 2 else 0 end))::date as window_start,
        (window_end + 1 - to_months(case $months when 1 then 0 else 6 end))::date - 1 as window_end,
        case $months when 1 then 'statistical_quarter' else 'statistical_half_year' end as period_kind,
        case $months when 1 then period_index // 3 else 1 end as period_index,
        case $months when 1 then value * 3 else value // 2 end as value
    )
from raw.counts
where offence_code = 'all' and scope_id <> 'VN' and ($months = 12 or period_index % 3 = 0);

-- ... and what every seventh province corrected a month later.
insert into ops.readings by name
select
    * replace (
        'corrected/' || file as file, 'corrected/' || file as origin, md5('corrected/' || file) as submission_id,
        md5('corrected/' || file) as sha256, 1 as revision, known_at + interval 1 month as read_at,
        known_at + interval 1 month as known_at
    )
from ops.readings
where hash(split_part(file, '/', 1)) % 7 = 0 and submission_id <> 'nation';

insert into raw.counts by name
select
    * exclude (value_no) replace (
        md5('corrected/' || file) as submission_id, 'corrected/' || file as file, 1 as revision, value + 1 as value
    )
from raw.counts
where hash(split_part(file, '/', 1)) % 7 = 0 and submission_id <> 'nation';

-- ... and inhabitants.
insert into reference.population by name
select
    unit_id, make_date(2013 + year, 12, 15) as valid_from, make_date(2014 + year, 12, 14) as valid_to,
    1000000 + hash(unit_id, year)::hugeint % 1000000 as population, 'made up' as source, null as published_on
from reference.units
cross join range(10) as years(year)
where level = 'province';
