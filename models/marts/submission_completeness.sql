/*
description: >
  Unit by window and series: what was delivered, whether in time or how late, and which of the two main figures it gave.
  Expected are all units of a level under one parent that were in force on the window's territory day, for every window of a
  kind from the first to the last for which any of them, or any other member of one of their clusters, delivered.
grain: [unit_id, period_id, series_id, definition_version]
caveats: >
  A nil report says of every figure that it is zero. Punctuality is unknown where the day of receipt was not declared and
  the file was not seen in time, as for figures reconstructed from the press, or where there is no deadline. Days late
  are working days; what came on a day off counts as received on the next working day. Deadlines may be assumed.
*/
with delivered as (
    select deliveries.*, units.level, units.parent_id, windows.period_kind, windows.window_start, windows.territory_day
    from core.deliveries as deliveries
    inner join reference.units as units using (unit_id)
    inner join core.windows as windows using (period_id)
),
siblings as (
    select
        series_id, definition_version, level, parent_id, period_kind,
        min(window_start) as first_start, max(window_start) as last_start
    from delivered
    group by all
),
expected as (
    select units.unit_id, windows.period_id, siblings.series_id, siblings.definition_version
    from siblings
    inner join core.windows as windows
        on windows.period_kind = siblings.period_kind
        and windows.window_start between siblings.first_start and siblings.last_start
    inner join reference.units as units
        on units.level = siblings.level
        and units.parent_id is not distinct from siblings.parent_id
        and windows.territory_day between coalesce(units.valid_from, windows.territory_day)
            and coalesce(units.valid_to, windows.territory_day)
    -- two other dates are one window each: no other is between them
    where siblings.period_kind <> 'window'
        or (windows.period_id, siblings.series_id, siblings.definition_version, siblings.level) in (
            select (period_id, series_id, definition_version, level) from delivered
        )
    union
    select members.unit_id, delivered.period_id, delivered.series_id, delivered.definition_version
    from delivered
    inner join core.members as own using (unit_id, period_id)
    inner join core.members as members on members.cluster_id = own.cluster_id and members.period_id = own.period_id
    inner join reference.units as units
        on units.unit_id = members.unit_id
        and delivered.territory_day between coalesce(units.valid_from, delivered.territory_day)
            and coalesce(units.valid_to, delivered.territory_day)
    union
    select unit_id, period_id, series_id, definition_version from delivered
),
figures as (
    select
        unit_id, period_id, series_id, definition_version,
        coalesce(
            max(status) filter (measure = 'recorded' and status = 'reported' and parent_code is null),
            max(status) filter (measure = 'recorded' and parent_code is null)
        ) as recorded_status,
        coalesce(
            max(status) filter (measure = 'cleared' and status = 'reported' and parent_code is null),
            max(status) filter (measure = 'cleared' and parent_code is null)
        ) as cleared_status,
        bool_and(status in ('reported', 'not_applicable') and coalesce(value, 0) = 0) as is_nil
    from core.counts
    inner join reference.offences using (offence_code)
    group by all
),
judged as (
    select
        expected.*, units.level, units.parent_id, deliveries.source_id, deliveries.submission_state,
        figures.recorded_status, figures.cleared_status, due_dates.due_on, due_dates.deadline_basis,
        deliveries.received_on,
        case
            when deliveries.unit_id is null then 'missing'
            when deliveries.submission_state = 'rejected' then 'rejected'
            when figures.is_nil then 'nil'
            else 'delivered'
        end as delivery,
        case
            when deliveries.unit_id is null then 'missing'
            when due_dates.due_on is null then 'unknown'
            when least(deliveries.received_on, deliveries.first_seen_on) <= due_dates.due_on then 'on time'
            when deliveries.received_on is null then 'unknown'
            else 'late'
        end as punctuality
    from expected
    inner join reference.units as units using (unit_id)
    left join core.deliveries as deliveries using (unit_id, period_id, series_id, definition_version)
    left join figures using (unit_id, period_id, series_id, definition_version)
    left join core.due_dates as due_dates on due_dates.period_id = expected.period_id and due_dates.level = units.level
),
days_late as (
    select
        late.unit_id, late.period_id, late.series_id, late.definition_version,
        1 + count(*) filter (
            not list_contains(jurisdiction.weekend, isodow(late.day)) and holidays.date is null
            and late.day > late.due_on and late.day < late.received_on
        ) as days_late
    from (
        select *, unnest(generate_series(due_on, received_on, interval 1 day))::date as day
        from judged
        where punctuality = 'late'
    ) as late
    cross join reference.jurisdiction as jurisdiction
    left join reference.holidays as holidays on holidays.date = late.day
    group by all
)
select
    judged.unit_id,
    judged.level,
    judged.parent_id,
    judged.period_id,
    judged.series_id,
    judged.definition_version,
    judged.delivery,
    judged.source_id,
    coalesce(judged.submission_state, 'missing') as submission_state,
    coalesce(judged.recorded_status, 'missing') as recorded_status,
    coalesce(judged.cleared_status, 'missing') as cleared_status,
    judged.due_on,
    judged.deadline_basis,
    judged.received_on,
    judged.punctuality,
    days_late.days_late
from judged
left join days_late using (unit_id, period_id, series_id, definition_version)
