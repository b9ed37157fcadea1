-- Exact rounding of a ratio in percent, scaled to whole numbers: 247/304 at one digit is 813 (81,3 %) half up.
-- The same rule as pipelines/domain/rounding.py; both are tested against each other. Integer arithmetic throughout:
-- half away from zero, truncation toward zero; null for a denominator that is not positive.
create or replace macro core.percent_half_up(numerator, denominator, digits) as
    case when denominator > 0 then cast(
        sign(numerator)
        * ((2 * abs(cast(numerator as hugeint)) * 100 * cast(pow(10, digits) as hugeint) + denominator)
            // (2 * cast(denominator as hugeint)))
    as bigint) end;

create or replace macro core.percent_truncated(numerator, denominator, digits) as
    case when denominator > 0 then cast(
        sign(numerator)
        * ((abs(cast(numerator as hugeint)) * 100 * cast(pow(10, digits) as hugeint)) // cast(denominator as hugeint))
    as bigint) end;
