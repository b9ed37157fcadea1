-- Up to when the models look back: an as-of build sets the variable known_before, any other sees all that is known.
create or replace macro core.known_before() as coalesce(getvariable('known_before')::timestamp, 'infinity'::timestamp);

-- Times are kept in UTC, days are those of the jurisdiction's time zone. A day ends where the next begins.
create or replace macro core.day_of(moment) as (
    (moment at time zone 'UTC') at time zone (select time_zone from reference.jurisdiction)
)::date;

create or replace macro core.end_of_day(day) as (
    (day::date + 1)::timestamp at time zone (select time_zone from reference.jurisdiction)
) at time zone 'UTC';
