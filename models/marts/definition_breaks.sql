/*
description: Declared breaks of what is counted or how; changes across them are not formed.
grain: [break_id]
caveats: An empty unit, series or offence means all of them.
*/
select break_id, effective_on, unit_id, series_id, offence_code, description, description_en, source as citation
from reference.definition_breaks
