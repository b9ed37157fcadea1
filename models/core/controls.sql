/*
description: >
  Totals that a source states of a cluster, the nation or a unit, beside the counts and never mixed into them.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: >
  Of a file that changed, the newest content counts, figure by figure. Within a source the highest declared revision
  counts, then the latest arrival.
*/
with last_readings as (
    select submission_id, max(reading) as reading from raw.counts group by submission_id
),
arrivals as (
    select submission_id, max(receipt_no) as arrival from ops.receipts where duplicate_of is null group by submission_id
),
of_newest_content as (
    select counts.*, arrivals.arrival
    from raw.counts as counts
    inner join last_readings using (submission_id, reading)
    inner join arrivals using (submission_id)
    where counts.role = 'statement'
    qualify row_number() over (
        partition by
            counts.file, counts.scope_type, counts.scope_id, counts.window_start, counts.window_end,
            counts.accumulation, counts.series_id, counts.definition_version, counts.offence_code, counts.measure
        order by arrivals.arrival desc, counts.submission_id
    ) = 1
)
select
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
    source_id,
    revision,
    submission_id,
    file,
    sheet,
    cell,
    evidence,
    citation
from of_newest_content
qualify row_number() over (
    partition by
        scope_type, scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
        measure, source_id
    order by revision desc, arrival desc, submission_id
) = 1
