-- What core finds between submissions: open what is new, close what no longer is so. Totals that a source states of a
-- cluster or the nation against the sum of the units, files that contradict each other on one revision, and figures that
-- are unlike, or just like, those of earlier periods.
create or replace temp table between_submissions (
    submission_id, code, severity, file, sheet, cell, found, expected
) as
select submission_id, 'control_total_differs', 'warning', file, sheet, cell, stated::varchar,
    summed::varchar || case when tolerance > 0 then ' ± ' || tolerance else '' end
from core.control_checks
where verdict = 'differs'
union all
select submission_id, 'same_revision_differs', 'warning', file, sheet, cell, value::varchar,
    standing_value::varchar || ' (' || standing_file || ' ' || standing_cell || ')'
from core.competing_values
union all
select submission_id, 'count_out_of_band', 'warning', file, sheet, cell, value::varchar,
    band_from || ' – ' || band_to || coalesce(' (' || nullif(array_to_string(usual_candidates, '? '), '') || '?)', '')
from core.plausibility
where is_outside
union all
select submission_id, 'figures_copied', 'warning', file, sheet, cell, earlier_period_id, null
from core.copied_figures;

-- What the sender stands by is not doubted.
delete from between_submissions
where exists (
    select 1
    from ops.confirmations as confirmed
    where confirmed.submission_id = between_submissions.submission_id
        and confirmed.code = between_submissions.code
        and (confirmed.cell is null or (confirmed.sheet, confirmed.cell) = (between_submissions.sheet, between_submissions.cell))
);

update ops.findings set closed_at = $now
where code in ('control_total_differs', 'same_revision_differs', 'count_out_of_band', 'figures_copied')
    and closed_at is null
    and (submission_id, code, cell, found, coalesce(expected, '')) not in (
        select (submission_id, code, cell, found, coalesce(expected, '')) from between_submissions
    );

insert into ops.findings
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null
from between_submissions
where (submission_id, code, cell, found, coalesce(expected, '')) not in (
    select (submission_id, code, cell, found, coalesce(expected, '')) from ops.findings
    where code in ('control_total_differs', 'same_revision_differs', 'count_out_of_band', 'figures_copied')
        and closed_at is null
);

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
