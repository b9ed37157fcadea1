/*
description: >
  Which unit's territory went, wholly or in part, to which later unit, over any number of steps.
grain: [earlier_id, later_id]
*/
with recursive reached as (
    select predecessor_id as earlier_id, successor_id as later_id from reference.successions
    union
    select reached.earlier_id, successions.successor_id
    from reached
    inner join reference.successions as successions on successions.predecessor_id = reached.later_id
)
select earlier_id, later_id from reached where earlier_id <> later_id
