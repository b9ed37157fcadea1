-- Files whose senders have not been told yet what stands in the ledger about their newest content: the ledger's row, its
-- findings (those that were mended with the day), and a hash of both.
with newest as (
    select file, max_by(submission_id, receipt_no) as submission_id from ops.receipts group by file
),
found as (
    select
        submission_id, file,
        list(
            {
                'code': code, 'severity': severity, 'sheet': coalesce(sheet, ''), 'cell': coalesce(cell, ''),
                'found': coalesce(found, ''), 'expected': coalesce(expected, ''),
                'closed_on': core.day_of(closed_at)
            }
            order by closed_at is not null, case severity when 'critical' then 1 when 'warning' then 2 else 3 end,
                sheet, length(cell), cell, code
        ) as findings
    from (
        -- a submission that was read again states its findings again
        from ops.findings
        qualify row_number() over (
            partition by submission_id, file, code, sheet, cell, found order by closed_at desc nulls first
        ) = 1
    )
    group by submission_id, file
),
due as (
    select
        ledger.file, ledger.submission_id, ledger.sha256, ledger.sender, ledger.received_on, ledger.layout,
        ledger.revision, ledger.state, ledger.unit_ids, ledger.period_ids, ledger.duplicate_of,
        coalesce(ledger.rows_accepted, 0) as rows_accepted, coalesce(ledger.rows_rejected, 0) as rows_rejected,
        coalesce(found.findings, []) as findings,
        sha256(concat_ws(
            '|', ledger.submission_id, ledger.state, ledger.rows_accepted, ledger.rows_rejected, ledger.duplicate_of,
            found.findings::varchar
        )) as content_hash
    from ops.submissions as ledger
    semi join newest using (file, submission_id)
    left join found using (file, submission_id)
)
select due.*
from due
anti join ops.feedback as told using (file, content_hash)
order by due.file;
