/*
title: Stated totals that the units do not make up, with the cell of the total
title_vi: Tổng số do nguồn nêu không khớp với tổng các đơn vị, kèm ô chứa tổng số
*/
select scope_type, scope_id, name, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id,
    stated, summed, residual, tolerance, file, sheet, cell
from control_totals
where verdict = 'differs'
order by name, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id;
