-- What was read in this run, from the frames `staged_counts`, `file_findings`, `files_read` and `confirmed`. Replaced by every run.
create or replace table staging.counts as select * from staged_counts;
create or replace table staging.file_findings as select * from file_findings;
create or replace table staging.files as select * from files_read;
create or replace table staging.confirmations as select * from confirmed;
