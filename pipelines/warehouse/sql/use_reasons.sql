-- The reasons that a release has used; they excuse nothing in a later one.
insert or ignore into ops.used_reasons
select distinct reason_id, $release_id
from (select reason_id from all_changes union all select reason_id from reopened)
where reason_id is not null;
