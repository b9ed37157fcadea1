-- What was taken in is no longer staged: loading twice takes nothing in twice.
truncate staging.counts;
truncate staging.files;
truncate staging.file_findings;
truncate staging.row_findings;
truncate staging.quarantine;
truncate staging.confirmations;
