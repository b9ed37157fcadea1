select offences.*, mapping.*
from reference.offences as offences
left join reference.iccs_mapping as mapping using (offence_code)
