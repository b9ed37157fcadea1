-- Every change of a unit or cluster on the window before and on the year before, with its chance or the reason.
create macro main.changes_of(scope) as table
    select *
    from main.changes
    where scope_id = scope
    order by period_id desc, comparison, series_id, definition_version, offence_code, measure;
