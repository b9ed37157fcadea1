"""What every client is asked of a release, in one form that all of them can run: statements without parameters.

Belongs here: the macros, the documented queries, and the figures that must come out.
Does not belong here: how a client is run.
"""

from __future__ import annotations

from pipelines.settings import MODELS
from pipelines.warehouse import queries

KEYS = "'qc303', '2022-12-15/2023-12-14', 'ttxh', 'unstated', 'all'"

# Each gives one row of one text.
ANSWERS: dict[str, str] = {
    "select recorded::varchar as answer from cluster_totals where cluster_id = 'qc303'": "14520",
    f"select count(*)::varchar as answer from cluster_report({KEYS})": "8",
    f"select string_agg(verdict, ' ' order by verdict) as answer from cluster_report({KEYS}) where scope_type = 'unit'":
        "attained attained attained attained missed missed unknown",
    "select percent_half_up(14520, 58086, 1)::varchar || ' ' || percent_truncated(14520, 58086, 1)::varchar as answer":
        "250 249",
    "select count(*)::varchar as answer from verdicts_of('conference_303_2023')": "26",
    "select max(recorded)::varchar as answer from clearance_of('qc303') where basis = 'counts'": "14520",
    "select max(denominator)::varchar as answer from share_of_nation('qc303')": "58086",
    "select value::varchar || ' ' || sheet || '!' || cell as answer from source_of('72-2008', '2022-12-15/2023-12-14')"
    " where measure = 'recorded' and offence_code = 'all'": "794 Biểu 01!C12",
    "select (count(*) > 0)::varchar as answer from changes_of('VN')": "true",
}  # fmt: skip


def statements() -> list[str]:
    """The statements above and the number of rows of every documented query."""
    written = [query.sql.rstrip(";") for query in queries.load_queries(MODELS)]
    return [*ANSWERS, *(f"select count(*)::varchar as answer from ({sql})" for sql in written)]
