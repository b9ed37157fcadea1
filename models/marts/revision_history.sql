/*
description: >
  Every figure that was revised: what it was said to be, by which source and revision, and from which day to
  which.
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure, version]
caveats: >
  A version begins when another file becomes the current one, also where the figure stays the same. Days are those on
  which the warehouse knew it, except for declared backfills. A figure with one version only is not here. In
  which file and cell a figure stood that no longer holds is private (core.count_history).
*/
with compared as (
    select
        *,
        -- a file that is only read again states nothing new
        coalesce(
            (submission_id, status) = lag((submission_id, status)) over figure
            and value is not distinct from lag(value) over figure
            and known_from = lag(known_to) over figure,
            false
        ) as is_same
    from core.count_history
    semi join core.revisions using (
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    )
    window figure as (
        partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
        order by known_from
    )
),
numbered as (
    select
        *,
        sum((not is_same)::bigint) over (
            partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
            order by known_from
        )::bigint as version
    from compared
),
versions as (
    select
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure, version, submission_id,
        value, status,
        min_by(numbered, known_from) as stated,
        max_by(numbered, known_from) as last_stated
    from numbered
    group by all
)
select
    unit_id,
    period_id,
    stated.window_start,
    stated.window_end,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    version,
    core.day_of(stated.known_from) as known_on,
    core.day_of(last_stated.known_to) as known_until,
    value,
    status,
    lag(value) over figure as previous_value,
    value - lag(value) over figure as change,
    value - first_value(value) over figure as change_since_first,
    stated.source_id,
    stated.revision
from versions
window figure as (
    partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    order by version
)
qualify count(*) over (
    partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
) > 1
