/*
description: >
  For every cluster, window and series for which anything was received: each member unit, whether it delivered, whether in
  time, and which of the two main figures it gave.
grain: [cluster_id, period_id, series_id, definition_version, unit_id]
caveats: >
  Punctuality is unknown where the day of receipt was not declared, as for figures reconstructed from the press, or no
  deadline is. Deadlines may be assumed (deadline_basis).
*/
with expected as (
    select distinct
        members.cluster_id, deliveries.period_id, deliveries.series_id, deliveries.definition_version
    from core.deliveries as deliveries
    inner join core.members as members using (unit_id, period_id)
),
figures as (
    select
        unit_id, period_id, series_id, definition_version,
        coalesce(
            max(status) filter (measure = 'recorded' and status = 'reported'), max(status) filter (measure = 'recorded')
        ) as recorded_status,
        coalesce(
            max(status) filter (measure = 'cleared' and status = 'reported'), max(status) filter (measure = 'cleared')
        ) as cleared_status
    from core.counts
    inner join (
        select offence_code from reference.offences where parent_code is null
    ) using (offence_code)
    group by all
)
select
    expected.cluster_id,
    expected.period_id,
    expected.series_id,
    expected.definition_version,
    members.unit_id,
    deliveries.source_id,
    coalesce(deliveries.submission_state, 'missing') as submission_state,
    coalesce(figures.recorded_status, 'missing') as recorded_status,
    coalesce(figures.cleared_status, 'missing') as cleared_status,
    due_dates.due_on,
    due_dates.deadline_basis,
    deliveries.received_on,
    case
        when deliveries.unit_id is null then 'missing'
        when deliveries.received_on is null or due_dates.due_on is null then 'unknown'
        when deliveries.received_on <= due_dates.due_on then 'on time'
        else 'late'
    end as punctuality
from expected
inner join core.members as members using (cluster_id, period_id)
inner join reference.units as units using (unit_id)
left join core.deliveries as deliveries using (unit_id, period_id, series_id, definition_version)
left join figures using (unit_id, period_id, series_id, definition_version)
left join core.due_dates as due_dates on due_dates.period_id = expected.period_id and due_dates.level = units.level
