/*
description: >
  The current figure of every unit, window, series, offence and measure, with the file and cell it was read from.
  A figure that is not given is a row too (status missing, not_applicable or suppressed, no value).
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A reported figure has a value (not a negative one, unless the jurisdiction declares them), every other has none.
caveats: >
  Of a source the highest declared revision counts; within it a reported figure before a file that does not give it, then
  the latest arrival. Two files of one revision that differ are a finding (core.competing_values). One source speaks for
  a unit, window and offence: the one with the best declared precedence that reports anything.
*/
with of_last_revision as (
    select *
    from core.standing_values
    where role = 'count' and scope_type = 'unit'
    qualify row_number() over (
        partition by
            source_id, scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
            measure
        order by
            revision desc, case when status = 'reported' then 0 else 1 end, arrival desc, submission_id, sheet, cell
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
    period_id,
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
