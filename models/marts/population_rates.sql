/*
description: >
  Offences recorded per 100,000 inhabitants, for units, clusters and the nation, with the population of the window, its
  source and the day on which it was published.
grain: [scope_type, scope_id, period_id, series_id, definition_version, offence_code]
caveats: >
  The population is the one declared for the window's middle day; of several, what was published last. Where none is
  declared there is no row and no rate. A cluster has one only where all its units do. The rate is that of the window and
  not turned into a yearly one: compare windows of one length.
*/
with days as (
    select *, window_start + ((window_end - window_start) // 2)::integer as middle from core.windows
),
of_units as (
    select population.unit_id, days.period_id, population.population, population.source, population.published_on
    from days
    inner join reference.population as population
        on days.middle between population.valid_from and population.valid_to
    qualify row_number() over (
        partition by population.unit_id, days.period_id order by population.published_on desc nulls last
    ) = 1
),
of_clusters as (
    select
        members.cluster_id, members.period_id, sum(of_units.population)::bigint as population,
        string_agg(distinct of_units.source, ' ; ' order by of_units.source) as source,
        max(of_units.published_on) as published_on
    from core.members as members
    left join of_units using (unit_id, period_id)
    group by all
    having count(*) = count(of_units.population)
),
populations as (
    select 'unit' as scope_type, unit_id as scope_id, period_id, population, source, published_on from of_units
    union all
    select 'cluster', cluster_id, period_id, population, source, published_on from of_clusters
)
select
    levels.scope_type,
    levels.scope_id,
    levels.period_id,
    levels.window_start,
    levels.window_end,
    levels.window_end - levels.window_start + 1 as days,
    levels.series_id,
    levels.definition_version,
    levels.offence_code,
    levels.basis,
    levels.source_id,
    levels.value as recorded,
    populations.population,
    populations.source as population_source,
    populations.published_on as population_published_on,
    100000.0::double * levels.value / populations.population as per_100k,
    levels.rounded_to,
    levels.provisional
from core.levels as levels
inner join populations using (scope_type, scope_id, period_id)
where levels.measure = 'recorded' and populations.population > 0
