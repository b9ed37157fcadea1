/*
description: >
  Every value that was taken in, with the time from and to which it stood: that of its reading, and beyond it where what
  took the reading's place states the same figure in a way that could not be accepted.
grain: [value_no, known_from]
caveats: >
  Revisions and sources still compete here; core.count_history and core.controls decide between them. A cell may state
  two figures: its own, and, alone in its sum, that of all offences.
*/
with values_of_spans as (
    select counts.*, spans.origin, spans.sha256, spans.arrived_at, spans.known_from, spans.known_to
    from raw.counts as counts
    inner join core.reading_spans as spans using (submission_id, reading)
),
last_values as (
    select * from values_of_spans where known_to is not null
),
-- A refused figure of a later reading leaves the last accepted one where it was.
left_standing as (
    select last_values.* exclude (known_from, known_to), takers.known_from, takers.known_to
    from last_values
    inner join core.reading_spans as takers
        on takers.origin = last_values.origin
        and takers.sha256 = last_values.sha256
        and takers.known_from >= last_values.known_to
    inner join ops.rejected_rows as rejected
        on rejected.submission_id = takers.submission_id
        and rejected.reading = takers.reading
        and rejected.scope_id = last_values.scope_id
        and rejected.window_start = last_values.window_start
        and rejected.window_end = last_values.window_end
        and rejected.accumulation = last_values.accumulation
        and rejected.series_id = last_values.series_id
        and rejected.definition_version = last_values.definition_version
        and rejected.offence_code = last_values.offence_code
        and rejected.measure = last_values.measure
    where takers.state = 'partly_rejected'
        -- what was withdrawn in between does not come back
        and not exists (
            select 1
            from core.reading_spans as between_them
            where between_them.origin = takers.origin
                and between_them.sha256 = takers.sha256
                and between_them.state = 'withdrawn'
                and between_them.known_from >= last_values.known_to
                and between_them.known_from < takers.known_from
        )
    -- the last that was accepted, not any earlier one
    qualify dense_rank() over (
        partition by
            takers.submission_id, takers.reading, takers.known_from, last_values.scope_type, last_values.scope_id,
            last_values.window_start, last_values.window_end, last_values.accumulation, last_values.series_id,
            last_values.definition_version, last_values.offence_code, last_values.measure
        order by last_values.known_to desc, last_values.known_from desc
    ) = 1
)
select
    value_no,
    submission_id,
    file,
    sheet,
    cell,
    role,
    source_id,
    revision,
    scope_type,
    scope_id,
    window_start::varchar || '/' || window_end::varchar as period_id,
    window_start,
    window_end,
    window_basis,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    value,
    status,
    rounded_to,
    tolerated_per_million,
    provisional,
    evidence,
    citation,
    derived_from,
    arrived_at,
    known_from,
    known_to
from (from values_of_spans union all by name from left_standing)
qualify row_number() over (partition by value_no, known_from order by known_to desc nulls first) = 1
