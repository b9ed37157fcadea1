/*
description: >
  Every printed change against the base that it implies: the figure of its window less the change, or the whole numbers
  from which the printed percentage follows. Where that is not what was published for the base window, the publisher has
  revised it silently.
grain: [figure_id]
caveats: >
  A percentage gives limits; they allow for rounding to nearest and for truncation. The published base is of the same
  source, and of another definition version only where none of the same is known (base_definition_version). A change that
  is printed with a hedge word implies nothing.
*/
with published as (
    select unit_id as scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value, status
    from core.counts
    where accumulation = 'increment' and status = 'reported'
    union all
    select scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value, status
    from core.controls
    where accumulation = 'increment' and status = 'reported'
),
changes as (
    select
        *,
        window_start::varchar || '/' || window_end::varchar as period_id,
        base_window_start::varchar || '/' || base_window_end::varchar as base_period_id,
        coalesce(printed_percent, false) as is_percent,
        100 * cast(pow(10, coalesce(printed_digits, 0)) as hugeint) as whole,
        case when hedge is null then coalesce(printed_scaled, value) end as change
    from reference.published_figures
    where statistic = 'change' and base_window_start is not null and measure <> 'clearance_rate'
),
-- Beside each its own figure and the published base: of the same definition version, else of another.
known as (
    select distinct on (changes.figure_id)
        changes.* exclude (change), own.value as current_value, base.value as published_base,
        base.definition_version as base_definition_version,
        -- a fall may be printed as its size
        case
            when changes.change > 0 and base.value > own.value and not starts_with(ltrim(changes.printed_text), '+')
                then -changes.change
            else changes.change
        end as change
    from changes
    left join published as own
        on own.scope_id = changes.scope_id
        and own.period_id = changes.period_id
        and own.series_id = changes.series_id
        and own.definition_version = changes.definition_version
        and own.offence_code = changes.offence_code
        and own.measure = changes.measure
        and own.source_id = changes.source_id
    left join published as base
        on base.scope_id = changes.scope_id
        and base.period_id = changes.base_period_id
        and base.series_id = changes.series_id
        and base.offence_code = changes.offence_code
        and base.measure = changes.measure
        and base.source_id = changes.source_id
    order by base.definition_version = changes.definition_version desc nulls last, base.definition_version
),
implied as (
    select
        *,
        -- (value − base) / base lies within one unit of the last printed digit
        case
            when is_percent and change > 1 - whole
                then cast(current_value * whole // (whole + change + 1) as bigint) + 1
            when not is_percent then current_value - change
        end as implied_at_least,
        case
            when is_percent and change > 1 - whole
                then cast((current_value * whole - 1) // (whole + change - 1) as bigint)
            when not is_percent then current_value - change
        end as implied_at_most
    from known
)
select
    figure_id,
    source_id,
    scope_type,
    scope_id,
    measure,
    series_id,
    definition_version,
    offence_code,
    period_id,
    base_period_id,
    printed_text,
    case when not is_percent then change end as printed_change,
    current_value,
    implied_at_least,
    implied_at_most,
    published_base,
    base_definition_version,
    case
        when implied_at_least is null or published_base is null then 'not verifiable'
        when published_base between implied_at_least and implied_at_most then 'consistent'
        else 'another base'
    end as verdict,
    published_on,
    citation,
    note
from implied
