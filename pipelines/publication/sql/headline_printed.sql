-- Printed figures of the window whose verdict depends on how they were shortened, or that are contradicted.
select
    coalesce(units.name, clusters.name) as name,
    figures.measure,
    coalesce(figures.printed_text, 'a derived ' || figures.printed_number) as printed_text,
    figures.verdict,
    figures.denominator,
    figures.printed_digits,
    figures.rounded_number,
    figures.truncated_number
from published_figures as figures
left join units on figures.scope_type = 'unit' and units.unit_id = figures.scope_id
left join (select distinct cluster_id, name from clusters) as clusters
    on figures.scope_type = 'cluster' and clusters.cluster_id = figures.scope_id
where figures.source_id = (
        select any_value(source_id) from cluster_totals
        where cluster_id = $cluster and series_id = $series and definition_version = $definition_version
            and offence_code = $offence and window_start = $window_start and window_end = $window_end
            and accumulation = 'increment'
    )
    and figures.verdict in ('truncates to', 'rounds to', 'contradicted')
    and figures.window_start = $window_start and figures.window_end = $window_end
order by case figures.verdict when 'contradicted' then 0 else 1 end, figures.scope_type, figures.scope_id, figures.measure;
