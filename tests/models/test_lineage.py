"""Numbers that are made of several windows, led back to the counts they are made of."""

from __future__ import annotations

from datetime import date

from pipelines.settings import MODELS
from pipelines.warehouse import lineage
from pipelines.warehouse.models import load_models
from tests.leading_back import not_led_back
from tests.models.conftest import Testland
from tests.models.harness import YEAR, YEAR_BEFORE, form, statement
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
