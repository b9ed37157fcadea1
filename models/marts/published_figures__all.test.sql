-- Every printed figure has one verdict.
select figures.figure_id
from reference.published_figures as figures
left join marts.published_figures as checked using (figure_id)
where checked.verdict is null
