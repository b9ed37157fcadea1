/*
title: Printed figures that are not simply exact or rounded
title_vi: Các con số đã công bố không khớp hoàn toàn hoặc không phải là làm tròn
*/
select figure_id, printed_text, printed_number, rounded_number, truncated_number, verdict, rule, likely_slip
from published_figures
where verdict not in ('exact', 'rounds to')
order by verdict, figure_id;
