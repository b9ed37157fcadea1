select units.*, coalesce(names.name, names.any_name, unit_id) as name, names.full_name,
    coalesce(names.name_en, names.name, names.any_name, unit_id) as name_en, later.successor_ids
from reference.units as units
left join (
    select unit_id, max_by(name, valid_from) filter (name_type = 'official') as name,
        max_by(name, valid_from) filter (name_type = 'full') as full_name, max(name) as any_name,
        max_by(name, valid_from) filter (name_type = 'english') as name_en
    from reference.unit_names
    group by unit_id
) as names using (unit_id)
left join (
    select predecessor_id as unit_id, string_agg(successor_id, ', ') as successor_ids
    from reference.successions
    group by predecessor_id
) as later using (unit_id)
