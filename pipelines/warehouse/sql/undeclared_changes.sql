-- Changes for which no reason is declared, by unit or cluster and window: lost figures, changes of final ones, and windows
-- that are final no more (0 figures).
select
    scope_id, series_id, definition_version, period_id, reason_needed = 'final_period' as was_final,
    string_agg(distinct measure, ', ' order by measure) as measures, count(*) as figures
from all_changes
where is_undeclared
group by all
union all
select 'all units', series_id, definition_version, period_id, true, '', 0
from reopened
where reason_id is null
order by all;
