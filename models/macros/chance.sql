-- How likely it is that two Poisson counts of equal rate differ by as much as these, given their sum and the days over
-- which each was counted: the conditional exact test (Przyborowski and Wilenski 1940). Given the sum n, the first count is
-- binomial with the share of its days; the value is twice the smaller tail, at most 1. Null where nothing was counted.
-- Terms more than six roots of n (twelve standard deviations at least) away from the count are below any digit shown.
create or replace macro core.binomial_tail(count_, sum_, share) as list_sum(list_transform(
    range(greatest(0, count_ - 10 - 6 * ceil(sqrt(sum_)))::bigint, count_ + 1),
    lambda k: exp(
        lgamma(sum_ + 1) - lgamma(k + 1) - lgamma(sum_ - k + 1) + k * ln(share) + (sum_ - k) * ln(1 - share)
    )
));

create or replace macro core.chance_of_difference(count_, other, days, other_days) as
    case when count_ + other > 0 then least(1.0, 2 * case
        when count_ * other_days <= other * days
            then core.binomial_tail(count_, count_ + other, days / (days + other_days))
        else core.binomial_tail(other, count_ + other, other_days / (days + other_days))
    end) end;
