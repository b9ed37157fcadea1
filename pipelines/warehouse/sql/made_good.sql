-- A refused figure is made good when a submission that was read later gives it.
update ops.findings set closed_at = $now
where closed_at is null
    and (submission_id, code, sheet, cell) in (
        select (rejected.submission_id, rejected.code, rejected.sheet, rejected.cell)
        from (select *, unnest(codes) as code from ops.rejected_rows) as rejected
        inner join core.counts as counts
            on counts.unit_id = rejected.scope_id
            and counts.window_start = rejected.window_start
            and counts.window_end = rejected.window_end
            and counts.accumulation = rejected.accumulation
            and counts.series_id = rejected.series_id
            and counts.definition_version = rejected.definition_version
            and counts.offence_code = rejected.offence_code
            and counts.measure = rejected.measure
        inner join ops.readings as readings on readings.submission_id = counts.submission_id
        where counts.status = 'reported'
            and counts.submission_id <> rejected.submission_id
            and readings.read_at > rejected.rejected_at
    );
