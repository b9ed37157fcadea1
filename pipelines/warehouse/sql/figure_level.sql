-- Whether a number is made of counts or stated, and by which source: what the warehouse takes as the level, else whichever
-- gives just this number, that of the source that the row names first. Sums of incomplete clusters are no number of theirs.
select basis, source_id
from (
    select basis, source_id, 0 as nth
    from core.levels
    where $accumulation = 'increment' and scope_type = $scope_type and scope_id = $scope_id and period_id = $period_id
        and series_id = $series_id and definition_version = $definition_version and offence_code = $offence_code
        and measure = $measure and value = $value
    union all
    select 'counts', source_id, 1
    from core.counts
    where $scope_type = 'unit' and unit_id = $scope_id and period_id = $period_id and accumulation = $accumulation
        and series_id = $series_id and definition_version = $definition_version and offence_code = $offence_code
        and measure = $measure and value = $value
    union all
    select 'counts', coalesce(source_id, 'several'), 1
    from core.cluster_sums
    where $scope_type = 'cluster' and cluster_id = $scope_id and period_id = $period_id
        and accumulation = $accumulation and series_id = $series_id and definition_version = $definition_version
        and offence_code = $offence_code and measure = $measure and value = $value
    union all
    select 'control_total', controls.source_id, 2 + sources.precedence
    from core.controls as controls
    inner join reference.sources as sources using (source_id)
    where controls.scope_type = $scope_type and controls.scope_id = $scope_id and controls.period_id = $period_id
        and controls.accumulation = $accumulation and controls.series_id = $series_id
        and controls.definition_version = $definition_version and controls.offence_code = $offence_code
        and controls.measure = $measure and controls.value = $value
)
order by source_id is not distinct from $source_id desc, nth, source_id
limit 1;
