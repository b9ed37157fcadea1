with populations as (
    select population.unit_id, windows.period_id, max_by(population.population, population.published_on) as population
    from core.windows as windows
    inner join reference.population as population
        on windows.window_start + ((windows.window_end - windows.window_start) // 2)::integer
            between population.valid_from and population.valid_to
    group by all
)
select levels.*, populations.population, 100000 * levels.value / populations.population as per_100k
from core.levels as levels
inner join populations on populations.unit_id = levels.scope_id and populations.period_id = levels.period_id
where levels.measure = 'recorded'
union all
select levels.*, sum(populations.population), 100000 * any_value(levels.value) / sum(populations.population)
from core.levels as levels
inner join core.members as members on members.cluster_id = levels.scope_id and members.period_id = levels.period_id
left join populations on populations.unit_id = members.unit_id and populations.period_id = members.period_id
where levels.measure = 'recorded' and levels.scope_type = 'cluster'
group by all
having count(*) = count(populations.population)
