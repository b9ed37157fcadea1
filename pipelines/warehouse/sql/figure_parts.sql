-- The values of files of which one figure is made, each with its file, cell, digest, raw text and revision.
with windows as (
    select $period_id as period_id where $basis <> 'months'
    union
    select period_id
    from core.calendar_periods
    where $basis = 'months' and span = 'month' and year_start = split_part($period_id, '/', 1)::date
        and window_end <= split_part($period_id, '/', 2)::date
),
-- The units below a unit that are in force in the window.
below as (
    select units.unit_id
    from reference.units as units
    inner join core.windows as windows on windows.period_id = $period_id
    where $scope_type = 'unit' and $basis = 'below' and units.parent_id = $scope_id
        and windows.territory_day between coalesce(units.valid_from, windows.territory_day)
            and coalesce(units.valid_to, windows.territory_day)
),
units as (
    select $scope_id as unit_id where $scope_type = 'unit' and $basis in ('counts', 'cell', 'months', 'first')
    union
    -- the members of the last month: of the window itself, or of the one that this one is held against
    select members.unit_id
    from core.members as members
    inner join core.calendar_periods as months using (period_id)
    where $scope_type = 'cluster' and $basis = 'months' and members.cluster_id = $scope_id and months.span = 'month'
        and months.year_start = split_part(coalesce($other_period_id, $period_id), '/', 1)::date
        and months.window_end = split_part(coalesce($other_period_id, $period_id), '/', 2)::date
    union
    select unit_id from core.members
    where $scope_type = 'cluster' and $basis in ('counts', 'panel', 'first', 'below') and cluster_id = $scope_id
        and period_id = $period_id
        -- over a panel only who is a member and reports in the other window, or the other measure, too
        and ($basis not in ('panel', 'first') or unit_id in (
            select members.unit_id
            from core.members as members
            inner join core.counts as other using (unit_id, period_id)
            inner join core.counts as own
                on own.unit_id = members.unit_id and own.period_id = $period_id and own.status = 'reported'
                and own.accumulation = $accumulation and own.series_id = $series_id
                and own.definition_version = $definition_version and own.offence_code = $offence_code
                and own.measure = $measure
            where members.cluster_id = $scope_id and members.period_id = coalesce($other_period_id, $period_id)
                and other.status = 'reported' and other.accumulation = $accumulation and other.series_id = $series_id
                and other.definition_version = $definition_version and other.offence_code = $offence_code
                and other.measure = coalesce($other_measure, $measure)
        ))
    union
    from below
    union
    -- a stated total of a unit with none below it is held against its own count
    select $scope_id
    where $scope_type = 'unit' and $basis = 'below' and not exists (from below)
        and $scope_id <> (select nation_id from reference.jurisdiction)
    union
    select part_id from core.territories
    where ($basis = 'territory' or $basis = 'within' and is_within)
        and scope_type = $scope_type and scope_id = $scope_id and period_id = $period_id
),
values_read as (
    select
        'count' as role, 'unit' as scope_type, history.unit_id as scope_id, history.value, history.status,
        history.source_id, history.revision, history.evidence, history.derived_from, history.known_from, history.value_no
    from core.count_history as history
    inner join units using (unit_id)
    semi join windows using (period_id)
    where (history.known_to is null or $basis = 'first') and (history.status = 'reported' or $basis = 'cell')
        and history.accumulation = $accumulation and history.series_id = $series_id
        and history.definition_version = $definition_version and history.offence_code = $offence_code
        and history.measure = $measure
    qualify $basis <> 'first' or row_number() over (partition by history.unit_id order by history.known_from) = 1
    union all
    -- what became current on a day, or was current when a window had an age
    select
        'count', 'unit', history.unit_id, history.value, history.status, history.source_id, history.revision,
        history.evidence, history.derived_from, history.known_from, history.value_no
    from core.count_history as history
    inner join reference.units as units using (unit_id)
    where history.status = 'reported' and history.period_id = $period_id
        and history.accumulation = $accumulation and history.series_id = $series_id
        and history.definition_version = $definition_version and history.offence_code = $offence_code
        and history.measure = $measure
        and (
            $basis = 'version' and history.unit_id = $scope_id and core.day_of(history.known_from) = $known_on
            and history.source_id = coalesce($source_id, history.source_id)
            and history.revision = coalesce($revision, history.revision)
            or $basis = 'age' and units.level = $level
            and core.day_of(history.known_from)
                < (history.window_end + to_months(coalesce($age_months, 0)::integer + 1))::date
            and (
                history.known_to is null
                or core.day_of(history.known_to)
                >= (history.window_end + to_months(coalesce($age_months, 0)::integer + 1))::date
            )
        )
    union all
    -- what a source says of a unit for which another one speaks
    select * exclude (arrived_at)
    from (
        select
            'count', 'unit', scope_id, value, status, source_id, revision, evidence, derived_from, known_from, value_no, arrived_at
        from core.known_values
        where $basis = 'source' and role = 'count' and status = 'reported' and known_to is null
            and scope_type = 'unit' and scope_id = $scope_id and source_id = $source_id and period_id = $period_id
            and accumulation = $accumulation and series_id = $series_id and definition_version = $definition_version
            and offence_code = $offence_code and measure = $measure
        order by revision desc, arrived_at desc, value_no desc
        limit 1
    )
    union all
    select
        'statement', controls.scope_type, controls.scope_id, controls.value, controls.status, controls.source_id,
        controls.revision, controls.evidence, known.derived_from, controls.known_from, known.value_no
    from core.controls as controls
    inner join core.known_values as known
        on known.role = 'statement' and known.known_to is null and known.scope_type = controls.scope_type
        and known.scope_id = controls.scope_id and known.period_id = controls.period_id
        and known.accumulation = controls.accumulation and known.series_id = controls.series_id
        and known.definition_version = controls.definition_version and known.offence_code = controls.offence_code
        and known.measure = controls.measure and known.submission_id = controls.submission_id
        and known.sheet is not distinct from controls.sheet and known.cell = controls.cell
    where $basis = 'control_total' and controls.scope_type = $scope_type and controls.scope_id = $scope_id
        and controls.source_id = coalesce($source_id, controls.source_id) and controls.period_id = $period_id
        and controls.accumulation = $accumulation and controls.series_id = $series_id
        and controls.definition_version = $definition_version and controls.offence_code = $offence_code
        and controls.measure = $measure and controls.status = 'reported'
)
select distinct on (values_read.value_no)
    values_read.role,
    values_read.scope_type,
    values_read.scope_id,
    coalesce(names.name, values_read.scope_id) as name,
    values_read.value,
    values_read.status,
    values_read.source_id,
    values_read.revision,
    values_read.evidence,
    values_read.derived_from,
    core.day_of(values_read.known_from) as known_on,
    counts.submission_id,
    readings.file,
    counts.sheet,
    counts.cell,
    counts.raw_text,
    counts.corrected_from,
    readings.sha256,
    readings.layout
from values_read
inner join raw.counts as counts using (value_no)
inner join ops.readings as readings
    on readings.submission_id = counts.submission_id and readings.reading = counts.reading
left join (
    select unit_id as scope_id, min(name) filter (name_type = 'official') as name
    from reference.unit_names
    group by unit_id
    union all
    select cluster_id, any_value(name) from reference.clusters group by cluster_id
) as names on names.scope_id = values_read.scope_id
order by values_read.value_no, readings.read_at desc;
