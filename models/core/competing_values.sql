/*
description: >
  Values of different files that speak of the same figure with the same source and revision and yet differ by more than
  their rounding: the one that counts beside each that does not.
grain: [submission_id, sheet, cell]
caveats: >
  Which of them counts is decided by arrival, and within one run by content; a person must say which is right. A file that
  does not give the figure contradicts none.
*/
select
    other.submission_id,
    other.file,
    other.sheet,
    other.cell,
    other.scope_id as unit_id,
    other.period_id,
    other.accumulation,
    other.series_id,
    other.definition_version,
    other.offence_code,
    other.measure,
    other.source_id,
    other.revision,
    other.value,
    standing.value as standing_value,
    standing.file as standing_file,
    standing.cell as standing_cell
from core.known_values as other
inner join core.counts as standing
    on standing.unit_id = other.scope_id
    and standing.period_id = other.period_id
    and standing.accumulation = other.accumulation
    and standing.series_id = other.series_id
    and standing.definition_version = other.definition_version
    and standing.offence_code = other.offence_code
    and standing.measure = other.measure
    and standing.source_id = other.source_id
    and standing.revision = other.revision
where other.known_to is null
    and other.role = 'count'
    and other.scope_type = 'unit'
    and other.file <> standing.file
    and other.status = 'reported'
    and abs(other.value - standing.value) > other.rounded_to // 2 + standing.rounded_to // 2
