/*
description: >
  The current figure of every unit, window, series, offence and measure, with the file and cell it was read from.
  A missing figure is a row too (status missing, no value).
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A reported figure has a value that is not negative, a missing one has none.
caveats: >
  Of a file that changed, the newest content counts, figure by figure; of a source, the highest declared revision, then
  the latest arrival. One source speaks for a unit, window and offence: the one with the best declared precedence that
  reports anything.
*/
with last_readings as (
    select submission_id, max(reading) as reading from raw.counts group by submission_id
),
arrivals as (
    select submission_id, max(receipt_no) as arrival from ops.receipts where duplicate_of is null group by submission_id
),
taken as (
    select counts.*, arrivals.arrival, sources.precedence
    from raw.counts as counts
    inner join last_readings using (submission_id, reading)
    inner join arrivals using (submission_id)
    inner join reference.sources as sources using (source_id)
    where counts.role = 'count' and counts.scope_type = 'unit'
),
of_newest_content as (
    select *
    from taken
    qualify row_number() over (
        partition by
            file, scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code, measure
        order by arrival desc, submission_id
    ) = 1
),
of_last_revision as (
    select *
    from of_newest_content
    qualify row_number() over (
        partition by
            source_id, scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
            measure
        order by revision desc, arrival desc, submission_id
    ) = 1
),
of_speaking_source as (
    select *
    from of_last_revision
    qualify source_id = first_value(source_id) over (
        partition by scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code
        order by case when status = 'reported' then 0 else 1 end, precedence, source_id
    )
)
select
    scope_id as unit_id,
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
    source_id,
    revision,
    submission_id,
    file,
    sheet,
    cell,
    evidence,
    citation,
    derived_from
from of_speaking_source
