/*
title: In which cell of which file every figure stands
title_vi: Mỗi con số nằm ở ô nào của tệp nào
*/
select counts.unit_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
    counts.offence_code, counts.measure, counts.value, submissions.file,
    counts.sheet, counts.cell, submissions.sha256
from counts
inner join submissions on submissions.submission_id = counts.submission_id
where counts.status = 'reported'
order by counts.unit_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
    counts.offence_code, counts.measure;
