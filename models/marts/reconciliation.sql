/*
description: >
  Parts against their whole, and one statement against another of the same thing, with every gap named: months, quarters
  and halves against longer periods, units against cluster and nation, one source against another, one calendar's year
  against another's, one series against another.
grain: [kind, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, whole_kind, parts_kind]
checks: Equal has no gap, and what is explained names its declared reason.
caveats: >
  equal; within tolerance: no further apart than rounding allows; explained: a reason is declared for this gap
  (declared_gaps), and, where it states the gap, for just this number; incomplete: parts are missing and those that are there
  do not exceed the whole;
  not additive; open: nobody has explained it yet. Calendars and series are compared only where a gap between them is
  declared, for otherwise they are simply two things.
*/
with levels as (
    select levels.*, windows.period_kind, windows.period_year
    from core.levels as levels
    inner join core.windows as windows using (period_id)
),
spans as (
    select distinct
        whole.period_id, part.period_id as part_id, wholes.period_kind as whole_kind, parts.period_kind as part_kind,
        whole.window_end - whole.window_start + 1 as whole_days, part.window_end - part.window_start + 1 as part_days
    from core.calendar_periods as whole
    inner join core.calendar_periods as part
        on part.year_start = whole.year_start
        and part.window_start >= whole.window_start
        and part.window_end <= whole.window_end
        and part.months < whole.months
    inner join core.windows as wholes on wholes.period_id = whole.period_id
    inner join core.windows as parts on parts.period_id = part.period_id
    where part.span <> 'nine_months'
),
periods as (
    select
        'periods' as kind, whole.scope_type, whole.scope_id, whole.period_id, whole.series_id, whole.definition_version,
        whole.offence_code, whole.measure, spans.whole_kind, spans.part_kind as parts_kind,
        any_value(whole.value) as whole_value, sum(parts.value)::bigint as parts_sum,
        (sum(parts.rounded_to // 2) + any_value(whole.rounded_to) // 2)::bigint as tolerance,
        null::bigint as parts_expected, count(*) as parts_reported,
        sum(spans.part_days) = any_value(spans.whole_days) as is_complete, true as adds_up
    from levels as whole
    inner join spans on spans.period_id = whole.period_id
    inner join levels as parts
        on parts.scope_type = whole.scope_type
        and parts.scope_id = whole.scope_id
        and parts.period_id = spans.part_id
        and parts.series_id = whole.series_id
        and parts.definition_version = whole.definition_version
        and parts.offence_code = whole.offence_code
        and parts.measure = whole.measure
    inner join reference.measures as measures on measures.measure = whole.measure and measures.additive_over_periods
    group by
        whole.scope_type, whole.scope_id, whole.period_id, whole.series_id, whole.definition_version, whole.offence_code,
        whole.measure, spans.whole_kind, spans.part_kind
),
-- A total of a unit that has none below it is another source's word on the same figure.
of_units as (
    select
        case when below.parent_id is null and checks.scope_type = 'unit' then 'sources' else 'units' end as kind,
        checks.scope_type, checks.scope_id, checks.period_id, checks.accumulation, checks.series_id,
        checks.definition_version, checks.offence_code, checks.measure, checks.source_id || ' (stated)' as whole_kind,
        case when below.parent_id is null and checks.scope_type = 'unit' then coalesce(counts.source_id, 'units')
            else 'units' end as parts_kind,
        checks.stated as whole_value, checks.summed as parts_sum, checks.tolerance,
        checks.units_expected as parts_expected, checks.units_reported as parts_reported,
        checks.units_reported = checks.units_expected as is_complete, checks.verdict <> 'not additive' as adds_up
    from core.control_checks as checks
    left join (select distinct parent_id from reference.units) as below on below.parent_id = checks.scope_id
    left join core.counts as counts
        on counts.unit_id = checks.scope_id
        and counts.period_id = checks.period_id
        and counts.accumulation = checks.accumulation
        and counts.series_id = checks.series_id
        and counts.definition_version = checks.definition_version
        and counts.offence_code = checks.offence_code
        and counts.measure = checks.measure
    where checks.units_reported > 0
),
-- What sources of lower precedence say of a figure.
of_sources as (
    select distinct on (
        counts.unit_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
        counts.offence_code, counts.measure, other.source_id
    )
        'sources' as kind, 'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.accumulation,
        counts.series_id, counts.definition_version, counts.offence_code, counts.measure, other.source_id as whole_kind,
        counts.source_id as parts_kind, other.value as whole_value, counts.value as parts_sum,
        other.rounded_to // 2 + counts.rounded_to // 2 as tolerance, 1 as parts_expected, 1 as parts_reported,
        true as is_complete, true as adds_up
    from core.known_values as other
    inner join core.counts as counts
        on counts.unit_id = other.scope_id
        and counts.period_id = other.period_id
        and counts.accumulation = other.accumulation
        and counts.series_id = other.series_id
        and counts.definition_version = other.definition_version
        and counts.offence_code = other.offence_code
        and counts.measure = other.measure
        and counts.source_id <> other.source_id
    where other.known_to is null and other.role = 'count' and other.status = 'reported' and counts.status = 'reported'
    order by other.revision desc, other.arrived_at desc, other.value_no desc
),
of_calendars as (
    select distinct
        'calendars' as kind, own.scope_type, own.scope_id, own.period_id, own.series_id, own.definition_version,
        own.offence_code, own.measure, own.period_kind as whole_kind, other.period_kind as parts_kind, own.value as whole_value,
        other.value as parts_sum, (own.rounded_to // 2 + other.rounded_to // 2)::bigint as tolerance,
        1 as parts_expected, 1 as parts_reported, true as is_complete, true as adds_up
    from reference.declared_gaps as declared
    inner join levels as own on declared.kind = 'calendars' and ends_with(own.period_kind, '_year')
    inner join levels as other
        on other.period_kind = declared.other_id
        and other.period_kind <> own.period_kind
        and other.period_year = own.period_year
        and other.scope_type = own.scope_type
        and other.scope_id = own.scope_id
        and other.series_id = own.series_id
        and other.definition_version = own.definition_version
        and other.offence_code = own.offence_code
        and other.measure = own.measure
    where not ends_with(own.period_kind, '_half_year')
),
of_series as (
    select distinct
        'series' as kind, own.scope_type, own.scope_id, own.period_id, own.series_id, own.definition_version,
        own.offence_code, own.measure, own.series_id || '/' || own.definition_version as whole_kind,
        other.series_id || '/' || other.definition_version as parts_kind, own.value as whole_value, other.value as parts_sum,
        (own.rounded_to // 2 + other.rounded_to // 2)::bigint as tolerance, 1 as parts_expected, 1 as parts_reported,
        true as is_complete, true as adds_up
    from reference.declared_gaps as declared
    inner join core.levels as own on declared.kind = 'series' and own.series_id = declared.series_id
    inner join core.levels as other
        on other.series_id = declared.other_id
        and other.scope_type = own.scope_type
        and other.scope_id = own.scope_id
        and other.period_id = own.period_id
        and other.offence_code = own.offence_code
        and other.measure = own.measure
),
compared as (
    select *, whole_value - parts_sum as gap
    from (
        from of_units
        union all by name
        from of_sources
        union all by name
        select *, 'increment' as accumulation
        from (from periods union all by name from of_calendars union all by name from of_series)
    )
),
explained as (
    select distinct on (
        compared.kind, compared.scope_type, compared.scope_id, compared.period_id, compared.accumulation,
        compared.series_id, compared.definition_version, compared.offence_code, compared.measure,
        compared.whole_kind, compared.parts_kind
    ) compared.*, declared.gap_id, declared.reason, declared.reason_en
    from compared
    left join reference.declared_gaps as declared
        on declared.kind = compared.kind
        and coalesce(declared.scope_id, compared.scope_id) = compared.scope_id
        and coalesce(declared.series_id, compared.series_id) = compared.series_id
        and coalesce(declared.gap, compared.gap) = compared.gap
        and coalesce(declared.other_id in (
            split_part(compared.whole_kind, ' ', 1), compared.parts_kind, split_part(compared.parts_kind, '/', 1)
        ), true)
    order by declared.gap is null, declared.scope_id is null, declared.gap_id
)
select
    kind,
    scope_type,
    scope_id,
    period_id,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    whole_kind,
    parts_kind,
    whole_value,
    parts_sum,
    gap,
    tolerance,
    parts_expected,
    parts_reported,
    case
        when not adds_up then 'not additive'
        when not is_complete and gap < -tolerance then 'open'
        when not is_complete or gap is null then 'incomplete'
        when gap = 0 then 'equal'
        when abs(gap) <= tolerance then 'within tolerance'
        when gap_id is not null then 'explained'
        else 'open'
    end as verdict,
    case when verdict = 'explained' then gap_id end as gap_id,
    case when verdict = 'explained' then reason end as reason,
    case when verdict = 'explained' then reason_en end as reason_en
from explained
