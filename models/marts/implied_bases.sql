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
implied as (
    select
        changes.*,
        own.value as current_value,
        -- (value − base) / base lies within one unit of the last printed digit
        case
            when is_percent and change > 1 - whole
                then cast(own.value * whole // (whole + change + 1) as bigint) + 1
            when not is_percent then own.value - change
        end as implied_at_least,
        case
            when is_percent and change > 1 - whole
                then cast((own.value * whole - 1) // (whole + change - 1) as bigint)
            when not is_percent then own.value - change
        end as implied_at_most
    from changes
    left join published as own
        on own.scope_id = changes.scope_id
        and own.period_id = changes.period_id
        and own.series_id = changes.series_id
        and own.definition_version = changes.definition_version
        and own.offence_code = changes.offence_code
        and own.measure = changes.measure
        and own.source_id = changes.source_id
)
select
    implied.figure_id,
    implied.source_id,
    implied.scope_type,
    implied.scope_id,
    implied.measure,
    implied.series_id,
    implied.definition_version,
    implied.offence_code,
    implied.period_id,
    implied.base_period_id,
    implied.printed_text,
    case when not implied.is_percent then implied.change end as printed_change,
    implied.current_value,
    implied.implied_at_least,
    implied.implied_at_most,
    base.value as published_base,
    base.definition_version as base_definition_version,
    case
        when implied.implied_at_least is null or base.value is null then 'not verifiable'
        when base.value between implied.implied_at_least and implied.implied_at_most then 'consistent'
        else 'another base'
    end as verdict,
    implied.published_on,
    implied.citation,
    implied.note
from implied
left join published as base
    on base.scope_id = implied.scope_id
    and base.period_id = implied.base_period_id
    and base.series_id = implied.series_id
    and base.offence_code = implied.offence_code
    and base.measure = implied.measure
    and base.source_id = implied.source_id
qualify row_number() over (
    partition by implied.figure_id
    order by
        case when base.definition_version = implied.definition_version then 0 else 1 end, base.definition_version
) = 1
