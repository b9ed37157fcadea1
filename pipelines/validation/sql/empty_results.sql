-- What one run of the rules finds: every failing row per rule, and the rows that are kept out with the codes.
create or replace table staging.row_findings (
    row_id bigint, submission_id varchar, code varchar, severity varchar, file varchar, sheet varchar, cell varchar,
    found varchar, expected varchar
);
create or replace table staging.quarantine (row_id bigint, codes varchar[]);
