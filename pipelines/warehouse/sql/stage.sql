-- What was read in this run, from the frames `staged_counts`, `file_findings`, `files_read`, `confirmed` and
-- `rule_dates`. Replaced by every run.
create or replace table staging.counts as select * from staged_counts;
create or replace table staging.file_findings as select * from file_findings;
create or replace table staging.files as select * from files_read;
create or replace table staging.confirmations as select * from confirmed;
create or replace table staging.rule_dates as select * from rule_dates;
