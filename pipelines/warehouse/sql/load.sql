-- Take in what the rules let pass: figures and statements to raw.counts, what forms print of their own figures to
-- ops.printed_checks, the rest to quarantine, and every submission to its state.
insert into raw.counts by name
select
    submission_id, files.reading, file, sheet, cell, raw_text, cell_kind, number_format, role, counts.source_id, revision,
    scope_type, scope_id, offence_code, series_id, definition_version, window_start, window_end, window_basis,
    period_kind, period_year, period_index, accumulation, measure, value, status, rounded_to, tolerated_per_million,
    coalesce(provisional, false) as provisional, evidence, citation, derived_from
from staging.counts
join staging.files using (submission_id)
anti join staging.quarantine using (row_id)
where role in ('count', 'statement');

insert into ops.printed_checks by name
select
    submission_id, files.reading, file, sheet, cell, role, total_over, measure, scope_type, scope_id, series_id,
    definition_version, offence_code, accumulation, window_start, window_end, raw_text, computed, tolerance, verdict
from staging.counts
join staging.files using (submission_id)
anti join staging.quarantine using (row_id)
where role in ('total', 'ratio');

insert into ops.rejected_rows by name
select
    counts.submission_id, quarantine.codes, file, sheet, cell, measure, raw_text, scope_type, scope_id, series_id,
    definition_version, offence_code, accumulation, window_start, window_end, period_kind, period_year, period_index,
    $now as rejected_at
from staging.counts
join staging.quarantine using (row_id);

-- A refused submission that is read again states its findings again.
update ops.findings set closed_at = $now
where closed_at is null and submission_id in (select submission_id from staging.files)
    and code not in ('file_changed_in_place', 'content_known', 'control_total_differs', 'same_revision_differs');

insert into ops.findings
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null from staging.file_findings
union all
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null from (
    -- one finding a place: a name that is wrong once stands on every row of its form
    select distinct on (code, file, sheet, cell, found) * from staging.row_findings order by code, file, sheet, cell, found, row_id
);

update ops.submissions
set layout = outcome.layout, layout_version = outcome.layout_version, source_id = outcome.source_id, revision = outcome.revision,
    received_on = outcome.received_on, read_with = $read_with, known_at = $now, state = outcome.state,
    readings = outcome.reading,
    rows_accepted = outcome.accepted, rows_rejected = outcome.rejected
from (
    select
        files.submission_id, files.layout, files.layout_version, files.source_id, files.reading,
        any_value(counts.revision) as revision,
        any_value(counts.received_on) as received_on,
        count(counts.row_id) filter (quarantine.row_id is null and role in ('count', 'statement')) as accepted,
        count(quarantine.row_id) as rejected,
        case
            when accepted = 0 then 'rejected'
            when rejected > 0 then 'partly_rejected'
            when bool_or(warned.submission_id is not null) then 'accepted_with_warnings'
            else 'accepted'
        end as state
    from staging.files
    left join staging.counts using (submission_id)
    left join staging.quarantine using (row_id)
    left join (
        select submission_id from staging.row_findings where severity = 'warning'
        union
        select submission_id from staging.file_findings where severity = 'warning'
    ) as warned on warned.submission_id = files.submission_id
    group by files.submission_id, files.layout, files.layout_version, files.source_id, files.reading
) as outcome
where submissions.submission_id = outcome.submission_id;
