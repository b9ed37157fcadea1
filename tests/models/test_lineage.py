"""Numbers that are made of several windows, led back to the counts they are made of."""

from __future__ import annotations

from datetime import date

from pipelines.settings import MODELS
from pipelines.warehouse import lineage
from pipelines.warehouse.models import load_models
from tests.builders import BASE, JURISDICTION
from tests.leading_back import not_led_back
from tests.models.conftest import Testland
from tests.models.harness import NEXT_YEAR, YEAR, YEAR_BEFORE, change_target, form, rate_target, statement
from tests.models.test_published_figures import printed

MONTHS = [(date(2022, 12, 15), date(2023, 1, 14)), (date(2023, 1, 15), date(2023, 2, 14))]


def test_months_added_up_and_panels_lead_to_their_own_counts(testland: Testland) -> None:
    """Two months of A; of the cluster c3 = A, B, C only A reports both years, so the change is over A alone."""
    world = testland(
        *(form("A", recorded=n, window=window) for n, window in zip((10, 20), MONTHS, strict=True)),
        form("A", recorded=500, window=YEAR_BEFORE),
        form("A", recorded=510), form("B", recorded=70),
    )  # fmt: skip
    world.build("core")
    world.build("marts")
    models = load_models(MODELS)
    last = f"{MONTHS[0][0]}/{MONTHS[1][1]}"
    told = lineage.explain(world.con, MODELS, models, "year_to_date", {"unit_id": "A", "period_id": last})
    (months,) = (given for given in told.inputs if given.column == "recorded")
    assert (months.value, sorted(part.value for part in months.parts)) == (30, [10, 20])
    where = {"scope_id": "c3", "comparison": "year_before", "measure": "recorded"}
    panel = {given.column: given for given in lineage.explain(world.con, MODELS, models, "changes", where).inputs}
    assert panel["value"].basis == "panel"
    assert [part.value for part in panel["value"].parts] == [510] == [panel["value"].value]
    assert [part.value for part in panel["base_value"].parts] == [500] == [panel["base_value"].value]


def test_numbers_that_follow_from_others_lead_to_the_cells_of_those(testland: Testland) -> None:
    """c3 = A, B, C: 150 in the year before, 155 now; A said 90 first and 95 then; a source states 150 for the three."""
    world = testland(
        *(form(unit, recorded=n, window=YEAR_BEFORE) for unit, n in {"A": 100, "B": 40, "C": 10}.items()),
        *(form(unit, recorded=n) for unit, n in {"A": 90, "B": 50, "C": 10}.items()),
        form("A", recorded=95, revision=1),
        *(form("A", recorded=n, window=window) for n, window in zip((8, 9), MONTHS, strict=True)),
        statement("c3", recorded=150, source="ministry"),
        population=[{
            "unit_id": "A", "valid_from": "2023-01-01", "valid_to": "2023-12-31", "population": 1000,
            "published_on": "2023-07-01", "source": "census",
        }],
        published_figures=[printed("first", "recorded", "90")],
    )  # fmt: skip
    world.build("core")
    world.build("marts")
    models = load_models(MODELS)
    year, measure = f"{YEAR[0]}/{YEAR[1]}", {"measure": "recorded"}

    def asked(table: str, **where: str) -> dict[str, tuple[int | None, list[int]]]:
        told = lineage.explain(world.con, MODELS, models, table, where)
        return {given.column: (given.value, sorted(part.value for part in given.parts)) for given in told.inputs}

    change = {"comparison": "year_before", "period_id": year, **measure}
    contribution = asked("change_contributions", scope_id="c3", part_id="A", **change)
    named = "(changes, scope_type=unit, scope_id=A)"
    assert contribution[f"contribution: value {named}"] == (95, [95])
    assert contribution[f"contribution: base_value {named}"] == (100, [100])
    assert contribution["total_change: value (changes)"] == (155, [10, 50, 95])
    assert asked("changes", scope_type="unit", scope_id="A", **change)["first_value"] == (90, [90])
    totals = asked("cluster_totals", cluster_id="c3", period_id=year)
    (before,) = (found for column, found in totals.items() if column.startswith("year_before_recorded"))
    assert before == (150, [10, 40, 100])
    revised = asked("revision_history", unit_id="A", version="2")
    assert (revised["value"], list(revised.values())[1]) == ((95, [95]), (90, [90]))
    triangle = asked("revision_triangle", level="province", period_id=year, **measure)
    assert triangle["reported_sum"] == (155, [10, 50, 95])
    held = asked("reconciliation", kind="units", scope_id="c3", period_id=year)
    assert (held["whole_value"], held["parts_sum"]) == ((150, [150]), (155, [10, 50, 95]))
    months = asked("reconciliation", kind="periods", scope_id="A", whole_kind="statistical_year")
    assert [found for column, found in months.items() if column.startswith("parts_sum")] == [(9, [9]), (8, [8])]
    (people,) = (
        lineage.explain(world.con, MODELS, models, "population_rates", {"scope_id": "A", "period_id": year})
        .inputs[1]
        .declarations
    )
    assert (people.table, people.key, people.text, people.citation) == ("population", "A 2023-01-01", "1000", "census")
    verdict = asked("published_figures", figure_id="first")
    assert (90, [90]) in verdict.values()
    assert not_led_back(world.con, models, rows=3) == []


CIVIL = """  - id: civil
    name: {tl: Civila, en: Civil}
    periods: {month: {tl: Monato c, en: Month c}, year: {tl: Jaro c, en: Year c}}
    year_starts: {month: 1, day: 1}
    source: made up
window_name:"""
NEXT_MONTHS = [(date(2023, 12, 15), date(2024, 1, 14)), (date(2024, 1, 15), date(2024, 2, 14))]


def test_only_the_parts_that_belong_to_a_number_are_named(testland: Testland) -> None:
    """Where other cells give the same sum, lie in the same window, or stood on the same day.

    c3 is A and B for a month and A and C from then on; A also reports a month of another calendar; D is corrected twice
    on one day in its clearances only; two sources state 60 offences of c7; two targets share a name; in series t A has
    taken its figure back, and G's districts are there from the next year on.
    """
    changing = [("A", None, None), ("B", None, "2024-01-14"), ("C", "2024-01-15", None)]
    clearances = [form("D", recorded=90, cleared=n, revision=n) for n in (1, 2, 3)]
    c7 = [statement("c7", recorded=60, cleared=n, source=who) for who, n in {"ministry": 15, "conference": 20}.items()]
    before = {"base_window_start": YEAR_BEFORE[0], "base_window_end": YEAR_BEFORE[1]}
    world = testland(
        *(form(u, recorded=n, window=m) for u, n in {"A": 10, "B": 100, "C": 1000}.items() for m in NEXT_MONTHS),
        form("A", recorded=15, window=(date(2024, 1, 1), date(2024, 1, 31))),
        form("A", recorded=1010, window=NEXT_YEAR),
        *(form(unit, recorded=1000) for unit in "ABC"), form("A", recorded=900, window=YEAR_BEFORE),
        *clearances, form("E", recorded="suppressed"), *c7,
        *(form(u, recorded=n, window=YEAR_BEFORE, series="t") for u, n in {"A": 80, "B": 40}.items()),
        *(form(u, recorded=n, series="t") for u, n in {"A": 90, "B": 50}.items()),
        *(form(u, recorded=n, series="t", revision=1) for u, n in {"A": None, "B": 55}.items()),
        form("G", recorded=91, series="t"), statement("G", recorded=92, series="t", source="ministry"),
        jurisdiction=JURISDICTION.replace("window_name:", CIVIL),
        units=[*BASE["units"], {"unit_id": "G1", "level": "district", "parent_id": "G", "valid_from": "2024-01-01"}],
        cluster_members=[
            *({"cluster_id": "c3", "unit_id": u, "valid_from": a, "valid_to": z} for u, a, z in changing),
            *({"cluster_id": "c7", "unit_id": u} for u in "ABCDEFG"),
        ],
        targets=[
            change_target(), change_target("at_most", "-10", scope_type="level", scope_id="province", **before),
            change_target(target_id="c3", scope_type="cluster", scope_id="c3"),
            rate_target(threshold="20", scope_type="cluster", scope_id="c7"),
        ],
        published_figures=[
            printed("q: as of 2019", "recorded", "1000"),
            printed("up", "recorded", "+10", statistic="change", window_start=NEXT_YEAR[0], window_end=NEXT_YEAR[1],
                    base_window_start=YEAR[0], base_window_end=YEAR[1]),
        ],
    )  # fmt: skip
    world.build("core")
    world.build("marts")
    models = load_models(MODELS)

    def asked(table: str, **where: str) -> dict[str, lineage.Input]:
        found = lineage.explain(world.con, MODELS, models, table, {"series_id": "s", **where})
        return {given.column: given for given in found.inputs}

    def parts(given: lineage.Input) -> list[tuple[str, int | None]]:
        return sorted((part.scope_id, part.value) for part in given.parts)

    year, two_months = f"{YEAR[0]}/{YEAR[1]}", f"{NEXT_MONTHS[0][0]}/{NEXT_MONTHS[1][1]}"
    assert parts(asked("year_to_date", unit_id="A", period_id=two_months)["recorded"]) == [("A", 10), ("A", 10)]
    # the target of the province goes before that of its level, and is one row
    assert parts(asked("reduction_progress", target_id="change", scope_id="A", period_id=two_months)["used"])
    used = asked("reduction_progress", target_id="c3", period_id=two_months)["used"]
    assert parts(used) == [("A", 10), ("A", 10), ("C", 1000), ("C", 1000)]
    for version in (1, 2, 3):
        told = asked("revision_history", unit_id="D", measure="recorded", version=str(version))
        assert {name: [part.revision for part in given.parts] for name, given in told.items()} == {
            "value": [version], **({"previous_value": [version - 1]} if version > 1 else {})
        }  # fmt: skip
    rate = asked("target_attainment", target_id="rate", period_id=year)
    assert [(part.value, part.source_id) for name in ("numerator", "denominator") for part in rate[name].parts] == [
        (20, "conference"), (60, "conference"),
    ]  # fmt: skip
    target = asked("target_attainment", target_id="change", scope_id="A")
    assert [declared.text for declared in target["threshold_percent"].declarations] == ["-5 %"]
    assert parts(target["denominator"]) == [("A", 1000)]
    panel = asked("changes", scope_type="cluster", scope_id="c7", series_id="t", comparison="year_before")
    assert parts(panel["first_value"]) == [("B", 50)]
    assert parts(asked("control_totals", scope_id="G", series_id="t")["summed"]) == [("G", 91)]
    (suppressed,) = asked("counts", unit_id="E", measure="recorded")["value"].parts
    assert (suppressed.status, suppressed.value, suppressed.cell) == ("suppressed", None, "C0")
    assert asked("cluster_totals", cluster_id="c7", period_id=year)["cleared"].parts == ()
    compared = "base as printed: q: as of 2019"
    ((reading,),) = world.rows("marts.published_figure_readings", "reading_no", figure_id="up", compared_with=compared)
    where = {"figure_id": "up", "reading_no": str(reading)}
    told = lineage.explain(world.con, MODELS, models, "published_figure_readings", where)
    assert ["q: as of 2019"] in [[line.key for line in given.declarations] for given in told.inputs]
    assert not_led_back(world.con, models, rows=2) == []
