/*
description: >
  Reporting units of every level and time, with their official name of their last day in force and in English. Where none
  is declared, another name stands, and a unit's id where it has none.
grain: [unit_id]
caveats: A code or a name is no key; both changed hands. A unit is a territory with the days from which and to which it holds.
*/
with names as (
    select
        unit_id,
        first(name order by valid_from desc nulls last, name) filter (name_type = 'official') as official,
        first(name order by valid_from desc nulls last, name) filter (name_type = 'full') as full_name,
        first(name order by valid_from desc nulls last, name) filter (name_type = 'english') as english,
        max(name) as any_name
    from reference.unit_names
    group by unit_id
),
successors as (
    select predecessor_id as unit_id, string_agg(successor_id, ', ' order by successor_id) as successor_ids
    from reference.successions
    group by predecessor_id
)
select
    units.unit_id,
    units.level,
    units.code,
    units.iso_3166_2,
    coalesce(names.official, names.any_name, units.unit_id) as name,
    names.full_name,
    coalesce(names.english, names.official, names.any_name, units.unit_id) as name_en,
    units.parent_id,
    successors.successor_ids,
    units.valid_from,
    units.valid_to
from reference.units as units
left join names using (unit_id)
left join successors using (unit_id)
