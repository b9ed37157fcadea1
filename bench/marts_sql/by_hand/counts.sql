select unit_id, period_id, window_start, window_end, window_basis, accumulation, series_id, definition_version,
    offence_code, measure, value, status, rounded_to, provisional, source_id, revision, evidence,
    known_on, submission_id, sheet, cell
from core.counts
