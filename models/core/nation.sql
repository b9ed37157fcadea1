/*
description: >
  The nation's figure for every window, series, offence and measure, per source that gives it: as a count of the nation's
  own reporting, or as a total that a source states.
grain: [period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: >
  Where a source gives both, the count stands. With which of them a share may be formed is decided in
  marts.national_shares.
*/
with given as (
    select
        period_id, window_start, window_end, window_basis, accumulation, series_id, definition_version, offence_code,
        measure, source_id, value, rounded_to, tolerated_per_million, provisional, submission_id, file, sheet, cell,
        known_from, known_on, 'counts' as basis
    from core.counts
    inner join reference.jurisdiction as jurisdiction on counts.unit_id = jurisdiction.nation_id
    where status = 'reported'
    union all
    select
        period_id, window_start, window_end, window_basis, accumulation, series_id, definition_version, offence_code,
        measure, source_id, value, rounded_to, tolerated_per_million, provisional, submission_id, file, sheet, cell,
        known_from, known_on, 'control_total' as basis
    from core.controls
    inner join reference.jurisdiction as jurisdiction
        on controls.scope_type = 'unit' and controls.scope_id = jurisdiction.nation_id
    where status = 'reported'
)
select
    period_id, window_start, window_end, window_basis, accumulation, series_id, definition_version, offence_code, measure,
    source_id, value, rounded_to, tolerated_per_million, provisional, basis, submission_id, file, sheet, cell, known_from,
    known_on
from given
qualify row_number() over (
    partition by period_id, accumulation, series_id, definition_version, offence_code, measure, source_id
    order by case basis when 'counts' then 0 else 1 end
) = 1
