select used.submission_id, files.file, files.sha256, max(used.source_id) as source_id, max(used.revision) as revision,
    min(used.known_on) as known_on, count(*) as figures
from (
    select submission_id, source_id, revision, known_on from core.counts
    union all
    select submission_id, source_id, revision, known_on from core.controls
) as used
inner join (
    select submission_id, max(file) as file, max(sha256) as sha256 from core.reading_spans group by submission_id
) as files using (submission_id)
group by all
