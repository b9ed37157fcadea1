-- How far the staged submissions have come ($state: parsed, validated); those of a finished run stay as they are.
update ops.submissions set state = $state
where submission_id in (select submission_id from staging.files)
    and submission_id in (select submission_id from ops.waiting)
    and state in ('received', 'parsed', 'validated');
