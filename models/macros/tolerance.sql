-- How far a total may be from the sum of its parts: half the rounding unit of each part (given as their sum) and of the
-- total, or the declared share of the total where that is more. Whole numbers; a figure rounded to 5 may be off by 2.
create or replace macro core.tolerance(of_parts, rounded_to, total, per_million) as
    greatest(
        of_parts + rounded_to // 2, cast(cast(total as hugeint) * per_million // 1000000 as bigint)
    );
