select parts.*, own.name, own.code, part.name as part_name, part.code as part_code
from core.territories as parts
left join marts.units as own on own.unit_id = parts.scope_id
left join marts.units as part on part.unit_id = parts.part_id
