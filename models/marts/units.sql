/*
description: >
  Reporting units of every level and time, with their official name of their last day in force and in English. Where none
  is declared, another name stands, and a unit's id where it has none.
grain: [unit_id]
caveats: A code or a name is no key; both changed hands. A unit is a territory with the days from which and to which it holds.
*/
with named as (
    select
        units.*,
        names.name,
        names.name_type
    from reference.units as units
    left join reference.unit_names as names on names.unit_id = units.unit_id
    qualify row_number() over (
        partition by units.unit_id, names.name_type order by names.valid_from desc nulls last, names.name
    ) = 1
),
successors as (
    select predecessor_id as unit_id, string_agg(successor_id, ', ' order by successor_id) as successor_ids
    from reference.successions
    group by predecessor_id
)
select
    unit_id,
    level,
    code,
    iso_3166_2,
    coalesce(max(name) filter (name_type = 'official'), max(name), unit_id) as name,
    max(name) filter (name_type = 'full') as full_name,
    coalesce(
        max(name) filter (name_type = 'english'), max(name) filter (name_type = 'official'), max(name), unit_id
    ) as name_en,
    parent_id,
    any_value(successor_ids) as successor_ids,
    valid_from,
    valid_to
from named
left join successors using (unit_id)
group by unit_id, level, code, iso_3166_2, parent_id, valid_from, valid_to
