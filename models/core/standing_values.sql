/*
description: >
  Every accepted value that still stands: those of a file's newest content, and of its earlier contents the figures that
  the newest one states in a way that could not be accepted.
grain: [submission_id, sheet, cell, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
caveats: >
  Revisions and sources still compete here; core.counts and core.controls decide between them. `arrival` is the time of
  the run in which the content came, so files of one run arrive together, whatever their names. A cell may state two
  figures: its own, and, alone in its sum, that of all offences.
*/
with last_readings as (
    select submission_id, max(reading) as reading from raw.counts group by submission_id
),
arrivals as (
    select submission_id, max(seen_at) as arrival from ops.receipts where duplicate_of is null group by submission_id
),
taken as (
    select counts.*, arrivals.arrival, sources.precedence
    from raw.counts as counts
    inner join last_readings using (submission_id, reading)
    inner join arrivals using (submission_id)
    inner join reference.sources as sources using (source_id)
),
newest_contents as (
    select file, max_by(submission_id, arrival) as newest_id from taken group by file
)
select
    taken.submission_id,
    taken.file,
    taken.sheet,
    taken.cell,
    taken.role,
    taken.source_id,
    taken.precedence,
    taken.revision,
    taken.arrival,
    taken.scope_type,
    taken.scope_id,
    taken.window_start::varchar || '/' || taken.window_end::varchar as period_id,
    taken.window_start,
    taken.window_end,
    taken.window_basis,
    taken.accumulation,
    taken.series_id,
    taken.definition_version,
    taken.offence_code,
    taken.measure,
    taken.value,
    taken.status,
    taken.rounded_to,
    taken.tolerated_per_million,
    taken.provisional,
    taken.evidence,
    taken.citation,
    taken.derived_from
from taken
inner join newest_contents using (file)
where taken.submission_id = newest_contents.newest_id
    or exists (
        select 1
        from ops.rejected_rows as rejected
        where rejected.submission_id = newest_contents.newest_id
            and rejected.scope_id = taken.scope_id
            and rejected.window_start = taken.window_start
            and rejected.window_end = taken.window_end
            and rejected.accumulation = taken.accumulation
            and rejected.series_id = taken.series_id
            and rejected.definition_version = taken.definition_version
            and rejected.offence_code = taken.offence_code
            and rejected.measure = taken.measure
    )
