-- Recorded, cleared and the rate of a unit or cluster in every window in which they are known, the newest first.
create macro main.clearance_of(scope) as table
    select *
    from main.clearance
    where scope_id = scope and accumulation = 'increment'
    order by window_end desc, window_start, series_id, definition_version, offence_code, basis, source_id;
