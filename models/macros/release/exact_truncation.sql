-- The same cut off instead of rounded: percent_truncated(14520, 58086, 1) is 249 (24,9 %).
create macro main.percent_truncated(numerator, denominator, digits) as
    case when denominator > 0 then cast(
        sign(numerator)
        * ((abs(cast(numerator as hugeint)) * 100 * cast(pow(10, digits) as hugeint)) // cast(denominator as hugeint))
    as bigint) end;
