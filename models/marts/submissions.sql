/*
description: >
  The files from which the current figures and totals were read: name, digest of the bytes, source, revision, and since when
  they have been known.
grain: [submission_id]
caveats: >
  Together with sheet and cell beside a figure this leads to where it stands. Files of which nothing is current any more are
  not here.
*/
with used as (
    select submission_id, source_id, revision, known_from from core.counts
    union all
    select submission_id, source_id, revision, known_from from core.controls
),
files as (
    select submission_id, max_by(file, known_from) as file, any_value(sha256) as sha256
    from core.reading_spans
    group by submission_id
)
select
    used.submission_id,
    files.file,
    files.sha256,
    max(used.source_id) as source_id,
    max(used.revision) as revision,
    core.day_of(min(used.known_from)) as known_on,
    count(*) as figures
from used
inner join files using (submission_id)
group by used.submission_id, files.file, files.sha256
