-- Where the current figures of a unit in a window stand: file, sheet, cell, and the digest of the file's bytes.
create macro main.source_of(unit, period) as table
    select counts.*, submissions.file, submissions.sha256
    from main.counts as counts
    inner join main.submissions as submissions on submissions.submission_id = counts.submission_id
    where counts.unit_id = unit and counts.period_id = period;
