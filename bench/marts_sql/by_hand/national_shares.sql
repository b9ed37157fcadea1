select counts.unit_id, counts.period_id, counts.window_start, counts.window_end, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure, counts.source_id, counts.value as numerator,
    nation.value as denominator, nation.source_id as denominator_source_id, counts.value / nation.value as national_share,
    counts.rounded_to, counts.provisional,
    rank() over (
        partition by counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
            counts.offence_code, counts.measure
        order by counts.value desc
    ) as rank
from core.counts as counts
left join core.nation as nation using (
    period_id, accumulation, series_id, definition_version, offence_code, measure
)
where counts.measure in ('recorded', 'cleared') and counts.status = 'reported'
