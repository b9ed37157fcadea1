/*
description: >
  Between which whole numbers a count must lie that was not given: what a stated total of a cluster leaves for the members
  that do not report, what is left of a whole without its other parts, and what a printed clearance rate leaves for the offences cleared or recorded that are not printed
  beside it, separately if the rate was rounded and if it was cut off.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, basis, stated_by]
caveats: >
  No upper limit of clearances follows from the offences recorded, because older cases may be cleared. Of several missing
  members each may have all that the total leaves. Where figures are rounded, the limits are wider by as much as rounding
  can make; beside a rounded count a printed rate leaves nothing. Where no whole number fits, at_least is above at_most: the rate was not shortened that way. A rate printed with
  a hedge word limits to one side only.
*/
with joint as (
    select
        controls.scope_id as cluster_id, controls.source_id, controls.measure, sums.period_id, sums.accumulation,
        sums.series_id, sums.definition_version, sums.offence_code,
        greatest(controls.value - coalesce(sums.reported_sum, 0), 0) as left_over,
        core.tolerance(
            sums.tolerance, controls.rounded_to, controls.value, controls.tolerated_per_million
        ) as tolerance,
        sums.units_expected - sums.units_reported as units_missing
    from core.controls as controls
    inner join core.cluster_sums as sums
        on sums.cluster_id = controls.scope_id
        and sums.period_id = controls.period_id
        and sums.accumulation = controls.accumulation
        and sums.series_id = controls.series_id
        and sums.definition_version = controls.definition_version
        and sums.offence_code = controls.offence_code
        and sums.measure = controls.measure
    inner join reference.measures as measures on measures.measure = controls.measure
    where controls.scope_type = 'cluster'
        and controls.status = 'reported'
        and measures.additive_over_units
        and coalesce(sums.source_id, controls.source_id) = controls.source_id
        and sums.units_reported < sums.units_expected
        and controls.value + core.tolerance(
            sums.tolerance, controls.rounded_to, controls.value, controls.tolerated_per_million
        ) >= coalesce(sums.reported_sum, 0)
),
of_totals as (
    select
        'unit' as scope_type, members.unit_id as scope_id, joint.period_id, joint.accumulation, joint.series_id,
        joint.definition_version, joint.offence_code, joint.measure, 'joint total' as basis,
        joint.source_id || '/' || joint.cluster_id as stated_by, joint.source_id, joint.units_missing,
        joint.left_over as joint_value,
        case when joint.units_missing = 1 then greatest(joint.left_over - joint.tolerance, 0) else 0 end as at_least,
        joint.left_over + joint.tolerance as at_most
    from joint
    inner join core.members as members using (cluster_id, period_id)
    left join core.counts as counts
        on counts.unit_id = members.unit_id
        and counts.period_id = joint.period_id
        and counts.accumulation = joint.accumulation
        and counts.series_id = joint.series_id
        and counts.definition_version = joint.definition_version
        and counts.offence_code = joint.offence_code
        and counts.measure = joint.measure
        and counts.status in ('reported', 'not_applicable')
    where counts.unit_id is null
),
-- What is left of a whole when its other parts are taken away, where an offence is declared to be just that.
remainders as (
    select
        whole.scope_type, whole.scope_id, whole.period_id, whole.series_id, whole.definition_version,
        remainder.offence_code, whole.measure, whole.source_id,
        whole.value - sum(part.value) as left_over,
        (whole.rounded_to // 2 + sum(part.rounded_to // 2))::bigint as tolerance
    from reference.offences as remainder
    inner join core.levels as whole on remainder.remainder and whole.offence_code = remainder.parent_code
    inner join reference.offences as others
        on others.parent_code = remainder.parent_code
        and others.offence_code <> remainder.offence_code
        and not others.overlapping
    left join core.levels as part
        on part.scope_type = whole.scope_type
        and part.scope_id = whole.scope_id
        and part.period_id = whole.period_id
        and part.series_id = whole.series_id
        and part.definition_version = whole.definition_version
        and part.offence_code = others.offence_code
        and part.measure = whole.measure
        and part.source_id = whole.source_id
    inner join reference.measures as measures on measures.measure = whole.measure and measures.additive_over_units
    anti join core.levels as given
        on given.scope_type = whole.scope_type
        and given.scope_id = whole.scope_id
        and given.period_id = whole.period_id
        and given.series_id = whole.series_id
        and given.definition_version = whole.definition_version
        and given.offence_code = remainder.offence_code
        and given.measure = whole.measure
    group by whole.scope_type, whole.scope_id, whole.period_id, whole.series_id, whole.definition_version,
        remainder.offence_code, whole.measure, whole.source_id, whole.value, whole.rounded_to
    having count(*) = count(part.value)
),
rates as (
    select
        *,
        window_start::varchar || '/' || window_end::varchar as period_id,
        100 * cast(pow(10, printed_digits) as hugeint) as whole
    from reference.published_figures
    where measure = 'clearance_rate'
        and coalesce(statistic, 'level') = 'level'
        and printed_percent
        and printed_scaled > 0
        and hedge is distinct from 'about'
),
-- The one of the two counts that is known; where both are, the rate limits nothing.
halves as (
    select
        rates.figure_id, rates.source_id, rates.scope_type, rates.scope_id, rates.period_id, rates.series_id,
        rates.definition_version, rates.offence_code, rates.hedge, rates.whole, rates.printed_scaled::hugeint as printed,
        max(levels.value) filter (levels.measure = 'recorded')::hugeint as recorded,
        max(levels.value) filter (levels.measure = 'cleared')::hugeint as cleared
    from rates
    inner join core.levels as levels using (
        scope_type, scope_id, period_id, series_id, definition_version, offence_code
    )
    where levels.measure in ('recorded', 'cleared') and levels.rounded_to = 1
    group by all
    having (recorded is null) <> (cleared is null) and coalesce(cleared, recorded) > 0
),
of_rates as (
    -- half up: printed − ½ ≤ cleared × whole ÷ recorded < printed + ½
    select
        *, 'printed rate rounded' as basis,
        case when recorded is null then (2 * cleared * whole) // (2 * printed + 1) + 1
            else ((2 * printed - 1) * recorded + 2 * whole - 1) // (2 * whole) end as at_least,
        case when recorded is null then (2 * cleared * whole) // (2 * printed - 1)
            else ((2 * printed + 1) * recorded + 2 * whole - 1) // (2 * whole) - 1 end as at_most
    from halves
    where hedge is null
    union all
    -- cut off: printed ≤ cleared × whole ÷ recorded < printed + 1
    select
        *, 'printed rate truncated',
        case when recorded is null then (cleared * whole) // (printed + 1) + 1
            else (printed * recorded + whole - 1) // whole end,
        case when recorded is null then (cleared * whole) // printed
            else ((printed + 1) * recorded + whole - 1) // whole - 1 end
    from halves
    where hedge is null
    union all
    -- more than what is printed
    select
        *, 'printed rate hedged',
        case when recorded is null then 1 else printed * recorded // whole + 1 end,
        case when recorded is null then (cleared * whole + printed - 1) // printed - 1 end
    from halves
    where hedge = 'above'
    union all
    -- less than what is printed
    select
        *, 'printed rate hedged',
        case when recorded is null then (cleared * whole) // printed + 1 else 0 end,
        case when recorded is not null then (printed * recorded + whole - 1) // whole - 1 end
    from halves
    where hedge = 'below'
)
select
    scope_type,
    scope_id,
    period_id,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    basis,
    stated_by,
    source_id,
    units_missing,
    joint_value,
    at_least,
    at_most
from (
    from of_totals
    union all by name
    select
        scope_type, scope_id, period_id, 'increment' as accumulation, series_id, definition_version, offence_code, measure,
        'remainder of the whole' as basis, source_id as stated_by, source_id, left_over::bigint as joint_value,
        greatest(left_over - tolerance, 0)::bigint as at_least, (left_over + tolerance)::bigint as at_most
    from remainders
    union all by name
    select
        scope_type, scope_id, period_id, 'increment' as accumulation, series_id, definition_version, offence_code,
        case when recorded is null then 'recorded' else 'cleared' end as measure, basis, figure_id as stated_by, source_id,
        at_least::bigint as at_least, at_most::bigint as at_most
    from of_rates
)
