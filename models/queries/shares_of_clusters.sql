/*
title: The share of the nation of each cluster and its units, or why there is none
title_vi: Tỷ trọng của từng cụm và từng đơn vị so với cả nước, hoặc lý do không tính được
*/
select shares.scope_type, shares.scope_id, shares.period_id, shares.series_id, shares.definition_version,
    shares.offence_code, shares.numerator, shares.denominator, shares.national_share,
    shares.rank, shares.reason
from national_shares as shares
where shares.measure = 'recorded' and shares.accumulation = 'increment'
    and (
        shares.scope_type = 'cluster'
        or shares.scope_id in (select unit_id from clusters)
    )
order by shares.period_id, shares.series_id, shares.definition_version, shares.offence_code, shares.scope_type,
    shares.numerator desc, shares.scope_id;
