/*
description: >
  The count of each measure that a printed figure is held against: of its own window (own) and of the window that it was
  compared with (base).
grain: [figure_id, side, measure]
caveats: >
  A statement of the figure's own source goes before one of another; then units, then what sources state. What was
  transcribed from a printed total says nothing of that total. A base may be of another definition where there is none of
  the figure's own.
*/
with sides as (
    select *, 'own' as side, period_id as side_period_id from core.printed_figures
    union all
    select *, 'base', base_period_id from core.printed_figures
)
select distinct on (sides.figure_id, sides.side, stated.measure)
    sides.figure_id,
    sides.side,
    stated.scope_type,
    stated.scope_id,
    stated.period_id,
    stated.series_id,
    stated.definition_version,
    stated.offence_code,
    stated.measure,
    stated.value,
    stated.source_id,
    stated.basis_rank,
    stated.evidence,
    stated.derived_from
from sides
inner join core.stated_counts as stated
    on stated.scope_type = sides.scope_type
    and stated.scope_id = sides.scope_id
    and stated.period_id = sides.side_period_id
    and stated.series_id = sides.series_id
    and stated.offence_code = sides.offence_code
    and (sides.side = 'base' or stated.definition_version = sides.definition_version)
left join reference.sources as sources on sources.source_id = stated.source_id
where sides.side = 'base' or sides.is_change or stated.basis_rank < 3 or stated.measure <> sides.measure
    or stated.source_id <> sides.source_id
order by
    stated.definition_version = sides.definition_version desc, stated.source_id = sides.source_id desc,
    stated.basis_rank, sources.precedence, stated.definition_version, stated.source_id
