-- How much of what is expected is there, in words.
create or replace macro core.coverage(reported, expected) as
    case
        when reported = 0 then 'empty'
        when reported = expected then 'complete'
        else 'partial ' || reported || '/' || expected
    end;
