-- Take in what the rules let pass: figures and statements to raw.counts, what forms print of their own figures to
-- ops.printed_checks, the rest to quarantine, and what became of each submission to ops.readings.

-- What the sender stands by is not doubted. Only warnings can be confirmed.
delete from ops.confirmations where submission_id in (select submission_id from staging.files);

insert into ops.confirmations from staging.confirmations;

delete from staging.row_findings
where severity = 'warning'
    and exists (
        select 1
        from staging.confirmations as confirmed
        where confirmed.submission_id = row_findings.submission_id
            and confirmed.code = row_findings.code
            and (confirmed.cell is null or (confirmed.sheet, confirmed.cell) = (row_findings.sheet, row_findings.cell))
    );

-- Equal figures of one source and revision in other bytes (saved again, or in another format) are one submission: what
-- came first counts, of one run any one, whatever its name.
create or replace temp table outcomes as
with counted as (
    select
        files.submission_id,
        count(counts.row_id) filter (quarantine.row_id is null and role in ('count', 'statement')) as accepted,
        count(quarantine.row_id) as rejected,
        sha256(string_agg(
            concat_ws(
                '|', role, scope_type, scope_id, offence_code, series_id, definition_version, window_start, window_end,
                accumulation, measure, status, value, rounded_to, provisional
            ), ';' order by role, scope_type, scope_id, offence_code, series_id, definition_version, window_start, window_end,
            accumulation, measure, status, value
        ) filter (quarantine.row_id is null and role in ('count', 'statement'))) as figures_hash
    from staging.files
    left join staging.counts using (submission_id)
    left join staging.quarantine using (row_id)
    group by files.submission_id
),
warned as (
    select submission_id from staging.row_findings where severity = 'warning'
    union
    select submission_id from staging.file_findings where severity = 'warning'
),
settled as (
    select
        files.* replace (coalesce(known.origin, files.replaces) as replaces), accepted, rejected, figures_hash,
        files.replaces is not null and (known.origin is null or known.origin = files.origin) as replaces_nothing,
        files.submission_id in (
            select submission_id from ops.readings where state not in ('rejected', 'duplicate')
        ) as was_accepted,
        -- only what is taken in can have been known before
        accepted > 0 and files.known_on_at is not null as backfilled,
        case when backfilled then files.known_on_at else $now end as known_at,
        case
            when withdrawn then 'withdrawn'
            when accepted = 0 then 'rejected'
            when rejected > 0 then 'partly_rejected'
            when warned.submission_id is not null then 'accepted_with_warnings'
            else 'accepted'
        end as state
    from staging.files
    inner join counted using (submission_id)
    left join warned using (submission_id)
    left join (select file, max_by(origin, receipt_no) as origin from ops.receipts group by file) as known
        on known.file = files.replaces
),
standing as (
    -- what was accepted before and is neither read again, declared anew nor replaced now
    select origin, sha256, figures_hash, source_id, revision, '' as turn
    from (
        from ops.readings where state not in ('rejected', 'duplicate')
        qualify row_number() over (partition by origin, sha256 order by read_at desc, reading desc) = 1
    ) as earlier
    where state <> 'withdrawn'
        and not exists (
            select 1 from settled
            where settled.origin = earlier.origin and settled.sha256 = earlier.sha256 and settled.state <> 'rejected'
        )
    union all
    select origin, sha256, figures_hash, source_id, revision, case when was_accepted then '' else submission_id end
    from settled
    where state in ('accepted', 'accepted_with_warnings')
),
replaced as (
    select replaces as origin from ops.readings where state not in ('rejected', 'duplicate', 'withdrawn')
    union
    select replaces from settled where state not in ('rejected', 'withdrawn')
),
copies as (
    select settled.submission_id, min_by(standing.origin, standing.turn) as duplicate_of
    from settled
    inner join standing using (figures_hash, source_id, revision)
    where settled.state in ('accepted', 'accepted_with_warnings')
        and standing.sha256 <> settled.sha256
        and standing.turn < settled.submission_id
        and standing.origin not in (select origin from replaced where origin is not null)
        and not settled.was_accepted
        and settled.replaces is null
    group by settled.submission_id
)
select
    settled.* exclude (state, accepted),
    case when copies.submission_id is null then state else 'duplicate' end as state,
    case when copies.submission_id is null then accepted else 0 end as accepted,
    copies.duplicate_of
from settled
left join copies using (submission_id);

create or replace temp table taken_in as
select counts.*, outcomes.reading
from staging.counts
join outcomes using (submission_id)
anti join staging.quarantine using (row_id)
where outcomes.state <> 'duplicate';

insert into raw.counts by name
select
    submission_id, reading, file, sheet, cell, raw_text, corrected_from, cell_kind, number_format, role, source_id, revision,
    scope_type, scope_id, offence_code, series_id, definition_version, window_start, window_end, window_basis,
    period_kind, period_year, period_index, accumulation, measure, value, status, rounded_to, tolerated_per_million,
    coalesce(provisional, false) as provisional, evidence, citation, derived_from
from taken_in
where role in ('count', 'statement');

insert into ops.printed_checks by name
select
    submission_id, reading, file, sheet, cell, role, total_over, measure, scope_type, scope_id, series_id,
    definition_version, offence_code, accumulation, window_start, window_end, raw_text, computed, tolerance, verdict
from taken_in
where role in ('total', 'ratio');

insert into ops.rejected_rows by name
select
    counts.submission_id, outcomes.reading, quarantine.codes, file, sheet, cell, measure, raw_text,
    -- of a figure that is only held back beside another one, nothing is expected
    (select any_value(f.expected) from staging.row_findings as f where f.row_id = counts.row_id and f.severity = 'critical')
        as expected,
    scope_type, scope_id, series_id, definition_version, offence_code, accumulation, window_start, window_end, period_kind, period_year,
    period_index, $now as rejected_at
from staging.counts
join staging.quarantine using (row_id)
join (select submission_id, reading from outcomes) as outcomes using (submission_id);

-- A submission that is read again states its findings again.
update ops.findings set closed_at = $now
where closed_at is null and submission_id in (select submission_id from staging.files)
    and code not in (
        'file_changed_in_place', 'file_disappeared', 'content_known', 'control_total_differs', 'same_revision_differs',
        'count_out_of_band', 'figures_copied', 'looks_cumulative', 'published_figure_differs'
    );

insert into ops.findings
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null from staging.file_findings
union all
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null from (
    -- one finding a place: a name that is wrong once stands on every row of its form
    select distinct on (code, file, sheet, cell, found) * from staging.row_findings order by code, file, sheet, cell, found, row_id
)
union all
select submission_id, 'figures_known', 'info', file, null, null, duplicate_of, null, $now, null
from outcomes
where state = 'duplicate';

insert into ops.findings
select submission_id, 'replaced_file_unknown', 'warning', file, null, null, replaces, null, $now, null
from outcomes
where replaces_nothing;

-- What was wrong with an earlier sidecar of the file is mended.
update ops.findings set closed_at = $now
where closed_at is null
    and file in (select file from outcomes where state <> 'rejected')
    and submission_id not in (select submission_id from outcomes)
    and code not in ('file_changed_in_place', 'content_known')
    and submission_id in (
        select receipts.submission_id
        from ops.receipts
        inner join outcomes on outcomes.origin = receipts.origin and outcomes.sha256 = receipts.sha256
    );

-- What is said of a file whose place another one takes waits for nobody any more.
update ops.findings set closed_at = $now
where closed_at is null
    and file in (
        select receipts.file
        from ops.receipts
        inner join outcomes on outcomes.replaces = receipts.origin
        where outcomes.state not in ('rejected', 'withdrawn') and not replaces_nothing
    );

insert into ops.readings by name
select
    submission_id, reading, file, origin, sha256, layout, layout_version, source_id, revision, sender, received_on,
    backfilled, replaces, state, duplicate_of, figures_hash, $read_with as read_with,
    $now as read_at, known_at, accepted as rows_accepted, rejected as rows_rejected
from outcomes;

delete from ops.waiting where submission_id in (select submission_id from staging.files);

-- Copies of figures that no longer stand are to be read again.
insert into ops.waiting
select submission_id
from (from ops.readings qualify row_number() over (partition by submission_id order by reading desc) = 1)
where state = 'duplicate'
    and submission_id not in (select submission_id from outcomes)
    and (
        duplicate_of in (select origin from outcomes where state = 'withdrawn')
        or duplicate_of in (select replaces from outcomes where state not in ('rejected', 'withdrawn'))
    )
on conflict do nothing;
