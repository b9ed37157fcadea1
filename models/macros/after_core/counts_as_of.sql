-- core.counts as it was known at the end of a day in the jurisdiction's time zone: from core.counts_as_of('2024-01-31').
create or replace macro core.counts_as_of(day) as table
    select * exclude (known_to), core.day_of(known_from) as known_on
    from core.count_history
    where known_from < core.end_of_day(day) and (known_to is null or known_to >= core.end_of_day(day));
