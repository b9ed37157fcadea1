-- Changes for which no reason is declared, by unit or cluster and window: lost figures, and changes of final ones.
select
    scope_id, series_id, definition_version, period_id, reason_needed = 'final_period' as was_final,
    string_agg(distinct measure, ', ' order by measure) as measures, count(*) as figures
from all_changes
where is_undeclared
group by all
order by all;
