/*
description: >
  From when to when each reading of a submission stood: until the same file was read again, unchanged but perhaps with
  another sidecar or layout, or while no file stood that says it replaces it. What was known when is decided here.
grain: [submission_id, reading, known_from]
caveats: >
  Refused readings and copies take no place and are not here. A withdrawal ends the reading of its file and holds no
  figure. `arrived_at` is when the file first became known, however often it was read since. An as-of build sets the variable known_before; what became known at that moment or later is left out.
*/
with known as (
    select *, min(known_at) filter (state <> 'duplicate') over (partition by origin, sha256) as arrived_at
    from ops.readings
    where known_at < core.known_before()
    qualify state not in ('rejected', 'duplicate')
),
lives as (
    select
        submission_id, reading, file, origin, sha256, source_id, state, received_on, replaces, backfilled, arrived_at,
        known_at as life_from,
        min(known_at) over (
            partition by origin, sha256 order by read_at, reading rows between 1 following and unbounded following
        ) as followed_at,
        -- what follows may be a backfill that was known before; then nothing stood in between
        case when followed_at is not null then greatest(known_at, followed_at) end as life_to
    from known
    qualify life_to is null or life_to > life_from
),
replaced as (
    select lives.submission_id, lives.reading, takers.life_from, takers.life_to
    from lives
    inner join lives as takers on takers.replaces = lives.origin and takers.origin <> lives.origin
    where takers.state <> 'withdrawn'
        -- of two that say they replace each other one stands
        and (lives.replaces is distinct from takers.origin or takers.submission_id > lives.submission_id)
),
moments as (
    select submission_id, reading, life_from as moment from lives
    union
    select submission_id, reading, life_from from replaced
    union
    select submission_id, reading, life_to from replaced where life_to is not null
),
spans as (
    select
        lives.*,
        moments.moment as known_from,
        coalesce(
            lead(moments.moment) over (partition by lives.submission_id, lives.reading order by moments.moment),
            lives.life_to
        ) as known_to
    from lives
    inner join moments using (submission_id, reading)
    where moments.moment >= lives.life_from and (lives.life_to is null or moments.moment < lives.life_to)
)
select
    submission_id, reading, file, origin, sha256, source_id, state, received_on, backfilled, arrived_at, known_from, known_to
from spans
where not exists (
    select 1
    from replaced
    where replaced.submission_id = spans.submission_id
        and replaced.reading = spans.reading
        and replaced.life_from <= spans.known_from
        and (replaced.life_to is null or spans.known_from < replaced.life_to)
)
