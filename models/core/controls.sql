/*
description: >
  Totals that a source states of a cluster, the nation or a unit, beside the counts and never mixed into them.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: Within a source the highest declared revision counts, then the latest arrival.
*/
with last_readings as (
    select submission_id, max(reading) as reading from raw.counts group by submission_id
),
arrivals as (
    select submission_id, max(receipt_no) as arrival from ops.receipts where duplicate_of is null group by submission_id
)
select
    counts.scope_type,
    counts.scope_id,
    counts.window_start::varchar || '/' || counts.window_end::varchar as period_id,
    counts.window_start,
    counts.window_end,
    counts.window_basis,
    counts.accumulation,
    counts.series_id,
    counts.definition_version,
    counts.offence_code,
    counts.measure,
    counts.value,
    counts.status,
    counts.source_id,
    counts.revision,
    counts.submission_id,
    counts.file,
    counts.sheet,
    counts.cell,
    counts.evidence,
    counts.citation
from raw.counts as counts
inner join last_readings using (submission_id, reading)
inner join arrivals using (submission_id)
where counts.role = 'statement'
qualify row_number() over (
    partition by
        counts.scope_type, counts.scope_id, counts.window_start, counts.window_end, counts.accumulation,
        counts.series_id, counts.definition_version, counts.offence_code, counts.measure, counts.source_id
    order by counts.revision desc, arrivals.arrival desc, counts.submission_id
) = 1
