/*
description: >
  Offences and groups of offences, what each is part of, and from when to when it holds; with the category of the
  International Classification of Crime for Statistical Purposes (ICCS, UNODC 2015) that it falls into.
grain: [offence_code, iccs_code]
caveats: >
  extent: exact where all that the offence holds lies in the category, partial where some of it lies elsewhere or where the
  category is only the nearest. An offence without a mapping has an empty category; one with several, a row for each.
  ICCS categories are wider than national offences, so sums by category are sums of the offences mapped, no more.
*/
select
    offences.offence_code,
    offences.parent_code,
    offences.name,
    coalesce(offences.name_en, offences.name) as name_en,
    offences.overlapping,
    offences.valid_from,
    offences.valid_to,
    mapping.iccs_code,
    mapping.iccs_name,
    mapping.extent,
    mapping.confidence,
    mapping.source as citation,
    mapping.note
from reference.offences as offences
left join reference.iccs_mapping as mapping using (offence_code)
