with delivered as (
    select deliveries.*, units.level, windows.period_kind, windows.window_start, due_dates.due_on
    from core.deliveries as deliveries
    inner join reference.units as units using (unit_id)
    inner join core.windows as windows using (period_id)
    left join core.due_dates as due_dates on due_dates.period_id = deliveries.period_id and due_dates.level = units.level
),
expected as (
    select units.unit_id, windows.period_id, siblings.series_id, siblings.definition_version
    from (
        select series_id, definition_version, level, period_kind, min(window_start) as first_start,
            max(window_start) as last_start
        from delivered
        group by all
    ) as siblings
    inner join core.windows as windows
        on windows.period_kind = siblings.period_kind
        and windows.window_start between siblings.first_start and siblings.last_start
    inner join reference.units as units
        on units.level = siblings.level and windows.territory_day between units.valid_from
            and coalesce(units.valid_to, windows.territory_day)
    union
    select members.unit_id, delivered.period_id, delivered.series_id, delivered.definition_version
    from delivered
    inner join core.members as own using (unit_id, period_id)
    inner join core.members as members on members.cluster_id = own.cluster_id and members.period_id = own.period_id
    union
    select unit_id, period_id, series_id, definition_version from delivered
),
figures as (
    select unit_id, period_id, series_id, definition_version,
        max(status) filter (measure = 'recorded' and offence_code = 'all') as recorded_status,
        max(status) filter (measure = 'cleared' and offence_code = 'all') as cleared_status, bool_and(value = 0) as is_nil
    from core.counts
    group by all
)
select expected.*, delivered.* exclude (unit_id, period_id, series_id, definition_version),
    figures.recorded_status, figures.cleared_status, figures.is_nil,
    (
        select count(*)
        from unnest(generate_series(due_on, received_on, interval 1 day)) as days(day)
        where isodow(day) < 6 and day not in (select date from reference.holidays)
    ) as working_days_late
from expected
left join delivered using (unit_id, period_id, series_id, definition_version)
left join figures using (unit_id, period_id, series_id, definition_version)
