-- A ratio in percent, shortened exactly as a press release does: percent_half_up(14520, 58086, 1) is 250 (25,0 %).
create macro main.percent_half_up(numerator, denominator, digits) as
    case when denominator > 0 then cast(
        sign(numerator)
        * ((2 * abs(cast(numerator as hugeint)) * 100 * cast(pow(10, digits) as hugeint) + denominator)
            // (2 * cast(denominator as hugeint)))
    as bigint) end;
