/*
description: >
  Which figure was the current one of a unit, window, series, offence and measure, from when to when.
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure, known_from]
caveats: >
  Of a source the highest declared revision counts; within it a reported figure before a file that does not give it, then
  what arrived last. One source speaks for a unit, window and offence at a time: the one with the best precedence,
  as it was declared then, that reports anything.
*/
with candidates as (
    select *, (scope_id, period_id, accumulation, series_id, definition_version, offence_code) as figure
    from core.known_values
    where role = 'count' and scope_type = 'unit'
),
precedences as (
    select
        history.source_id, history.precedence, versions.version,
        case when versions.version = 1 then '-infinity'::timestamp else versions.known_at end as declared_from
    from reference_history.sources as history
    inner join ops.reference_versions as versions
        on versions.table_name = 'sources' and versions.version = history.version
    where versions.version = 1
        or versions.known_at < core.known_before()
),
-- Whatever can change which figure is current. Precedence only matters where several sources speak.
contested as (
    select figure, min(known_from) as first_known
    from candidates
    group by figure
    having count(distinct source_id) > 1
),
moments as (
    select distinct figure, known_from as moment from candidates
    union
    select distinct figure, known_to from candidates where known_to is not null
    union
    select contested.figure, changes.declared_from
    from contested
    inner join (select distinct declared_from from precedences) as changes on changes.declared_from > contested.first_known
),
standing as (
    select
        moments.moment, candidates.figure, candidates.measure, candidates.value_no, candidates.status,
        candidates.source_id
    from moments
    inner join candidates
        on candidates.figure = moments.figure
        and candidates.known_from <= moments.moment
        and (candidates.known_to is null or moments.moment < candidates.known_to)
    qualify row_number() over (
        partition by moments.figure, moments.moment, candidates.source_id, candidates.measure
        order by
            candidates.revision desc, case when candidates.status = 'reported' then 0 else 1 end,
            candidates.arrived_at desc, candidates.submission_id, candidates.sheet, candidates.cell
    ) = 1
),
spoken as (
    select standing.*
    from standing
    asof left join precedences
        on precedences.source_id = standing.source_id and standing.moment >= precedences.declared_from
    qualify standing.source_id = first_value(standing.source_id) over (
        partition by standing.figure, standing.moment
        order by
            case when standing.status = 'reported' then 0 else 1 end, precedences.precedence, standing.source_id
    )
),
numbered as (
    select figure, moment, row_number() over (partition by figure order by moment) as nth from moments
),
-- One row from the moment at which a value becomes current to the one at which it no longer is.
runs as (
    select
        spoken.figure, spoken.measure, spoken.value_no, numbered.moment, numbered.nth,
        numbered.nth - row_number() over (
            partition by spoken.figure, spoken.measure, spoken.value_no order by numbered.nth
        ) as run
    from spoken
    inner join numbered using (figure, moment)
),
currents as (
    select
        figure, measure, value_no, min(moment) as known_from, max(nth) + 1 as next_nth
    from runs
    group by figure, measure, value_no, run
)
select
    counts.scope_id as unit_id,
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
    counts.rounded_to,
    counts.tolerated_per_million,
    counts.provisional,
    counts.source_id,
    counts.revision,
    counts.submission_id,
    counts.file,
    counts.sheet,
    counts.cell,
    counts.evidence,
    counts.citation,
    counts.derived_from,
    currents.value_no,
    currents.known_from,
    numbered.moment as known_to
from currents
inner join raw.counts as counts using (value_no)
left join numbered on numbered.figure = currents.figure and numbered.nth = currents.next_nth
