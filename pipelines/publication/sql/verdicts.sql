-- Every printed figure with its verdict: what is contradicted first, then what cannot be verified, then the others.
select
    figure_id,
    coalesce(printed_text, printed_number::varchar, 'nothing') as printed,
    verdict,
    rule,
    likely_slip,
    denominator,
    printed_digits,
    rounded_number,
    truncated_number
from marts.published_figures
order by case verdict when 'contradicted' then 0 when 'not verifiable' then 1 else 2 end, figure_id;
