-- Every text that comes of another when two neighbouring digits change places, and when one digit is left out.
create or replace macro core.transpositions(digits) as list_transform(
    range(1, length(digits)), lambda i: digits[1:i - 1] || digits[i + 1] || digits[i] || digits[i + 2:]
);
create or replace macro core.omissions(digits) as list_transform(
    range(1, length(digits) + 1), lambda i: digits[1:i - 1] || digits[i + 1:]
);

-- One unit of the last digit that is not zero, which a hedge word leaves open: 1000 for "over 19.000", 1 for "over 67".
create or replace macro core.hedge_unit(printed) as cast(
    pow(10, length(abs(printed)::varchar) - length(rtrim(abs(printed)::varchar, '0'))) as bigint
);
