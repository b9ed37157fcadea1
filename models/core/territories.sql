/*
description: >
  Units and clusters whose territory is reported by other units in a window than by those that form it: these other units,
  and whether each lies wholly within the territory or only overlaps it.
grain: [scope_type, scope_id, period_id, part_id]
caveats: >
  A unit forms its own territory; a cluster's is formed by its members of the window, or, where it has none then, by those
  of its nearest time. Whether a part lies within follows from the successions alone: a later unit does when everything it
  came from is of the territory, an earlier one when everything it became is.
*/
with units as (
    select
        unit_id, coalesce(valid_from, date '0001-01-01') as first_day, coalesce(valid_to, date '9999-12-31') as last_day
    from reference.units
),
-- A cluster has members in some windows; in every other one those of the nearest window in time stand for it.
memberships as (
    select members.*, windows.territory_day
    from core.members as members
    inner join core.windows as windows using (period_id)
),
nearest as (
    select days.cluster_id, windows.period_id, windows.territory_day as day, days.territory_day as member_day
    from core.windows as windows
    cross join (select distinct cluster_id, territory_day from memberships) as days
    qualify row_number() over (
        partition by days.cluster_id, windows.period_id
        order by abs(days.territory_day - windows.territory_day), days.territory_day
    ) = 1
),
areas as (
    select distinct
        'cluster' as scope_type, nearest.cluster_id as scope_id, nearest.period_id, nearest.day,
        memberships.unit_id
    from nearest
    inner join memberships on memberships.cluster_id = nearest.cluster_id and memberships.territory_day = nearest.member_day
    union all
    select 'unit', units.unit_id, windows.period_id, windows.territory_day, units.unit_id
    from units
    inner join core.windows as windows
        on windows.territory_day not between units.first_day and units.last_day
),
-- The day on which the units of an area are all in force: the territory is that of this day.
shifted as (
    select
        areas.scope_type, areas.scope_id, areas.period_id, areas.day,
        case
            when bool_or(areas.day > units.last_day) then least(min(units.last_day), date '9999-12-30')
            else max(units.first_day)
        end as area_day
    from areas
    inner join units using (unit_id)
    group by all
    having bool_or(areas.day not between units.first_day and units.last_day)
),
overlapping as (
    select distinct
        shifted.scope_type, shifted.scope_id, shifted.period_id, shifted.day, shifted.area_day, other.unit_id as part_id
    from shifted
    inner join areas using (scope_type, scope_id, period_id)
    left join core.successors as links
        on areas.unit_id = case when shifted.day < shifted.area_day then links.later_id else links.earlier_id end
    inner join units as other
        on other.unit_id in (areas.unit_id, links.earlier_id, links.later_id)
        and shifted.day between other.first_day and other.last_day
),
-- What the part was, or became, on the area's day.
origins as (
    select overlapping.scope_type, overlapping.scope_id, overlapping.period_id, overlapping.part_id, units.unit_id
    from overlapping
    left join core.successors as links
        on overlapping.part_id
            = case when overlapping.day < overlapping.area_day then links.earlier_id else links.later_id end
    inner join units
        on units.unit_id in (overlapping.part_id, links.earlier_id, links.later_id)
        and overlapping.area_day between units.first_day and units.last_day
)
select
    origins.scope_type,
    origins.scope_id,
    origins.period_id,
    origins.part_id,
    count(areas.unit_id) = count(*) as is_within
from origins
left join areas using (scope_type, scope_id, period_id, unit_id)
group by all
