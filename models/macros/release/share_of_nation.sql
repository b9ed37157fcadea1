-- The share of the nation of a unit or cluster in every window, or why there is none.
create macro main.share_of_nation(scope) as table
    select *
    from main.national_shares
    where scope_id = scope and accumulation = 'increment'
    order by window_end desc, window_start, series_id, definition_version, offence_code, measure;
