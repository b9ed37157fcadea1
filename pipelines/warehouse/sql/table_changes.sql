-- How one table differs from the last release; the texts in braces are names of tables and columns.
select
    count(*) filter (where before is null) as rows_added,
    count(*) filter (where now is null) as rows_removed,
    count(*) filter (where before is not null and now is not null and before is distinct from now) as rows_changed
from (select row({key}) as key, row({columns}) as now from marts.{table}) as own
full join (select row({key}) as key, row({columns}) as before from last.main.{table}) as other using (key)
