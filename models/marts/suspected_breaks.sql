/*
description: >
  Shifts of a unit's, a cluster's or the nation's level from one year to the next that are larger than chance and larger
  than the jurisdiction's limit (level_shift_percent), without a declared definition break: to be explained or declared.
grain: [scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure]
caveats: >
  Whole series over halves and years only. A shift is listed where the change itself is refused as well, for instance
  because the sources do not state their windows (reason); it may then be no shift at all, and the chance of it is not
  computed from the days.
*/
select
    changes.scope_type,
    changes.scope_id,
    changes.period_id,
    changes.base_period_id,
    changes.series_id,
    changes.definition_version,
    changes.offence_code,
    changes.measure,
    changes.source_id,
    changes.base_source_id,
    changes.value,
    changes.base_value,
    (changes.value - changes.base_value)::double / changes.base_value as relative_shift,
    core.chance_of_difference(changes.value, changes.base_value, changes.days, changes.base_days) as chance,
    changes.reason
from marts.changes as changes
inner join core.windows as windows using (period_id)
inner join reference.offences as offences using (offence_code)
cross join reference.jurisdiction as jurisdiction
where changes.comparison = 'year_before'
    and offences.parent_code is null
    and changes.measure = 'recorded'
    and ends_with(windows.period_kind, '_year')
    and changes.base_value > 0
    and changes.value >= 0
    and abs(changes.value - changes.base_value) * 100 > jurisdiction.level_shift_percent * changes.base_value
    and core.chance_of_difference(changes.value, changes.base_value, changes.days, changes.base_days) < 0.001
    and changes.basis <> 'panel'
    and not starts_with(coalesce(changes.reason, ''), 'not comparable across the definition break')
