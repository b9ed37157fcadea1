-- What the reference tables declare under a key, in the words of their line, and where that was published.
select figure_id as key, coalesce(printed_text, value::varchar) as text, citation
from reference.published_figures
where $declared = 'published_figures' and figure_id = $declared_key
union
-- what is declared for one unit or cluster goes before what is declared for its level
(
    select target_id, threshold_percent || ' %', citation
    from reference.targets
    where $declared = 'targets' and target_id = $declared_key
    order by scope_type = $scope_type and scope_id = $scope_id desc, scope_type = 'level' desc, scope_id
    limit 1
)
union
select gap_id, coalesce(reason_en, reason), citation
from reference.declared_gaps
where $declared = 'declared_gaps' and gap_id = $declared_key
union
-- the inhabitants of the middle day of the window, as they were published last
(
    select distinct on (population.unit_id)
        population.unit_id || ' ' || population.valid_from, population.population::varchar, population.source
    from core.windows as windows
    inner join reference.population as population
        on windows.window_start + ((windows.window_end - windows.window_start) // 2)::integer
            between population.valid_from and population.valid_to
    where $declared = 'population' and windows.period_id = $period_id
        and ($scope_type = 'unit' and population.unit_id = $scope_id
            or $scope_type = 'cluster' and population.unit_id in (
                select unit_id from core.members where cluster_id = $scope_id and period_id = $period_id
            ))
    order by population.unit_id, population.published_on desc nulls last
)
order by all;
