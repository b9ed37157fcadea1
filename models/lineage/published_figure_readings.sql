-- The figures with which a row of published_figure_readings compares a printed one.
with asked as (
    select unnest($row)
),
figure as (
    select
        figures.*, asked.* exclude (figure_id),
        -- what stands behind the words of compared_with
        case when contains(compared_with, ': ') then substr(compared_with, position(': ' in compared_with) + 2)
            when starts_with(compared_with, 'base ') then substr(compared_with, 6) end as named,
        try_cast(regexp_extract(compared_with, '^(?:base )?as of (\d{4}-\d\d-\d\d)$', 1) as date) as known_on
    from core.printed_figures as figures
    inner join asked using (figure_id)
),
-- Which of the counts of its windows the comparison takes.
taken as (
    select 'own' as side, measure from figure
    where compared_with = 'own count' or is_change and kind <> 'points' and not starts_with(compared_with, 'as printed')
    union all
    select 'base', measure from figure
    where compared_with = 'own base' or starts_with(compared_with, 'own base of definition')
    union all
    select 'own', unnest(['cleared', 'recorded']) from figure
    where compared_with in (
        'own counts', 'own rates', 'own rate less the target', 'rates of the bases that the changes beside it imply'
    )
    union all
    select 'base', unnest(['cleared', 'recorded']) from figure where compared_with = 'own rates'
),
of_windows as (
    select
        counts.side || ' ' || counts.measure as "column", counts.value, counts.scope_type, counts.scope_id,
        counts.period_id, counts.series_id, counts.definition_version, counts.offence_code, counts.measure,
        case counts.basis_rank when 1 then 'counts' when 2 then 'source' else 'control_total' end as basis,
        counts.source_id
    from figure
    inner join core.printed_counts as counts using (figure_id)
    semi join taken on taken.side = counts.side and taken.measure = counts.measure
),
-- Levels of another window, territory, measure or series.
of_levels as (
    select
        compared_with || case when levels.definition_version <> figure.definition_version
            then ' of definition ' || levels.definition_version else '' end as "column",
        levels.value, levels.scope_type, levels.scope_id, levels.period_id, levels.series_id, levels.definition_version, levels.offence_code, levels.measure, levels.basis, levels.source_id
    from figure
    inner join core.levels as levels
        on levels.offence_code = figure.offence_code
        and case
            when not figure.is_change and starts_with(figure.compared_with, 'other ')
                then levels.value = figure.numerator
                and (levels.scope_type = figure.scope_type and levels.scope_id = figure.scope_id)::int
                + (levels.period_id = figure.period_id)::int
                + (levels.series_id = figure.series_id and levels.definition_version = figure.definition_version)::int
                + (levels.measure = figure.measure)::int = 3
                and figure.named in (
                    levels.scope_id, levels.period_id, levels.measure, levels.series_id || '/' || levels.definition_version
                )
            when figure.is_change
                then levels.series_id = figure.series_id and levels.measure = figure.measure
                and levels.scope_type = figure.scope_type
                and case
                    when starts_with(figure.compared_with, 'other territory: ')
                        then levels.scope_id = figure.named and levels.period_id = figure.base_period_id
                    else levels.scope_id = figure.scope_id and levels.period_id = figure.named
                end
                and starts_with(figure.base_text, levels.value || ' (')
        end
),
-- What was known on a day, and the base window on the territory of today.
of_other_times as (
    select
        compared_with as "column", case when is_change then base_text::bigint else numerator end as value, scope_type,
        scope_id, case when is_change then base_period_id else period_id end as period_id, series_id, definition_version,
        offence_code, case measure when 'national_share' then 'recorded' else measure end as measure,
        case when known_on is null then 'territory' else 'version' end as basis, known_on
    from figure
    where known_on is not null or compared_with = 'own base on the territory of today'
),
of_shares as (
    select
        unnest(['share of', 'nation']) as "column", unnest([shares.numerator, shares.denominator]) as value,
        unnest([shares.scope_type, 'nation']) as scope_type, shares.scope_id, shares.period_id, shares.series_id,
        shares.definition_version, shares.offence_code, shares.measure,
        unnest(['counts', shares.denominator_basis]) as basis, unnest([null, shares.denominator_source_id]) as source_id
    from figure
    inner join marts.national_shares as shares
        on figure.measure = 'national_share' and not figure.is_change
        and shares.scope_type = figure.scope_type
        and shares.scope_id = figure.scope_id
        and shares.period_id = figure.period_id
        and shares.series_id = figure.series_id
        and shares.definition_version = figure.definition_version
        and shares.offence_code = figure.offence_code
        and shares.measure = 'recorded'
        and shares.accumulation = 'increment'
    where not starts_with(figure.compared_with, 'as printed')
),
of_declarations as (
    select 'the printed figure' as "column", 'published_figures' as declared, figure_id as declared_key from figure
    union all
    select 'printed beside it', 'published_figures', beside.other_figure_id
    from figure
    inner join core.printed_changes as beside using (figure_id)
    where figure.compared_with in (
            'base that the change beside it implies', 'base that the percentage beside it implies',
            'rates of the bases that the changes beside it imply'
        )
        and beside.is_percent = (figure.compared_with = 'base that the percentage beside it implies')
        and (beside.measure = figure.measure or figure.kind = 'points' and beside.measure in ('cleared', 'recorded'))
    union all
    select 'the base as printed', 'published_figures', named
    from figure
    where starts_with(compared_with, 'base as printed: ')
    union all
    select 'printed elsewhere', 'published_figures', other.figure_id
    from figure
    inner join core.printed_figures as other using (
        source_id, scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, is_change
    )
    where starts_with(figure.compared_with, 'as printed elsewhere: ') and other.printed_text = figure.named
        and other.base_period_id is not distinct from figure.base_period_id
        and other.base_target_id is not distinct from figure.base_target_id
    union all
    select 'the rate as printed', 'published_figures', rates.figure_id
    from figure
    inner join core.printed_figures as rates using (source_id, scope_type, scope_id, period_id, series_id, offence_code)
    inner join (select distinct target_id, threshold_percent from reference.targets) as targets
        on targets.target_id = figure.base_target_id
    where figure.compared_with = 'the rate as printed less the target' and rates.measure = 'clearance_rate'
        and not rates.is_change and rates.hedge is null
        and rates.printed_number::hugeint * 1000000 // cast(pow(10, rates.printed_digits) as hugeint)
            - (targets.threshold_percent::decimal(9, 4) * 1000000)::hugeint = figure.numerator
    union all
    select 'the target', 'targets', base_target_id
    from figure
    where compared_with in ('own rate less the target', 'the rate as printed less the target')
)
select *, 'increment' as accumulation, null as declared, null as declared_key
from (
    from of_windows
    union all by name
    from of_levels
    union all by name
    from of_other_times
    union all by name
    -- a share as of a day has the nation of today and its own count of then
    select * from of_shares where "column" = 'nation' or (select known_on from figure) is null
)
union all by name
select "column", 'declared' as basis, declared, declared_key
from of_declarations
order by all
