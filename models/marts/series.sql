/*
description: Series of figures with their definition versions; figures of different versions are never combined.
grain: [series_id, definition_version]
*/
select series_id, definition_version, name, coalesce(name_en, name) as name_en, definition, definition_en
from reference.series
