/*
description: >
  What each unit of a cluster or of the nation, and each offence below another, contributes to a change of offences
  recorded or cleared; with what is left they add up to it exactly.
grain: [scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure, part_type, part_id]
checks: The contributions to a change add up to it.
caveats: >
  (rest): what no part explains, such as units without a figure in both windows, central units, or offences not listed. Parts
  of opposite sign may each be larger than the whole. Offences that overlap others are no parts.
  What offences contribute to the change of a unit with none below it are its own rows in changes.
*/
with wholes as (
    select distinct 'cluster' as scope_type, cluster_id as scope_id from reference.clusters
    union all
    select distinct 'unit', parent_id from reference.units where parent_id is not null
),
comparable as (
    select
        scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure, basis,
        base_period_id, absolute_change
    from marts.changes
    where absolute_change is not null
),
totals as materialized (
    select * from comparable semi join wholes using (scope_type, scope_id)
),
unit_parts as (
    select
        totals.scope_type, totals.scope_id, totals.period_id, totals.comparison, totals.series_id,
        totals.definition_version, totals.offence_code, totals.measure, 'unit' as part_type, parts.scope_id as part_id,
        parts.absolute_change as contribution, totals.absolute_change as total_change
    from totals
    inner join core.members as members
        on totals.scope_type = 'cluster' and members.cluster_id = totals.scope_id and members.period_id = totals.period_id
    inner join comparable as parts
        on parts.scope_type = 'unit'
        and parts.scope_id = members.unit_id
        and parts.basis = 'counts'
        and parts.period_id = totals.period_id
        and parts.comparison = totals.comparison
        and parts.series_id = totals.series_id
        and parts.definition_version = totals.definition_version
        and parts.offence_code = totals.offence_code
        and parts.measure = totals.measure
    semi join core.members as before
        on before.cluster_id = totals.scope_id and before.unit_id = members.unit_id
        and before.period_id = totals.base_period_id
    union all
    select
        totals.scope_type, totals.scope_id, totals.period_id, totals.comparison, totals.series_id,
        totals.definition_version, totals.offence_code, totals.measure, 'unit', parts.scope_id, parts.absolute_change,
        totals.absolute_change
    from totals
    inner join reference.units as units on totals.scope_type = 'unit' and units.parent_id = totals.scope_id
    inner join comparable as parts
        on parts.scope_type = 'unit'
        and parts.scope_id = units.unit_id
        and parts.basis = 'counts'
        and parts.period_id = totals.period_id
        and parts.comparison = totals.comparison
        and parts.series_id = totals.series_id
        and parts.definition_version = totals.definition_version
        and parts.offence_code = totals.offence_code
        and parts.measure = totals.measure
),
offence_parts as (
    select
        totals.scope_type, totals.scope_id, totals.period_id, totals.comparison, totals.series_id,
        totals.definition_version, totals.offence_code, totals.measure, 'offence' as part_type,
        parts.offence_code as part_id, parts.absolute_change as contribution, totals.absolute_change as total_change
    from totals
    inner join reference.offences as offences
        on offences.parent_code = totals.offence_code and not offences.overlapping
    inner join totals as parts
        on parts.scope_type = totals.scope_type
        and parts.scope_id = totals.scope_id
        and parts.period_id = totals.period_id
        and parts.comparison = totals.comparison
        and parts.series_id = totals.series_id
        and parts.definition_version = totals.definition_version
        and parts.offence_code = offences.offence_code
        and parts.measure = totals.measure
        and (parts.basis = 'panel') = (totals.basis = 'panel')
),
parts as (
    from unit_parts
    union all
    from offence_parts
),
rests as (
    select
        scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure, part_type,
        '(rest)' as part_id, (any_value(total_change) - sum(contribution))::bigint as contribution,
        any_value(total_change) as total_change
    from parts
    group by all
    having any_value(total_change) <> sum(contribution)
)
select
    scope_type,
    scope_id,
    period_id,
    comparison,
    series_id,
    definition_version,
    offence_code,
    measure,
    part_type,
    part_id,
    contribution,
    total_change,
    contribution::double / nullif(total_change, 0) as share_of_change
from (from parts union all from rests)
