"""Numbers that are made of several windows, led back to the counts they are made of."""

from __future__ import annotations

from datetime import date

from pipelines.settings import MODELS
from pipelines.warehouse import lineage
from pipelines.warehouse.models import load_models
from tests.models.conftest import Testland
from tests.models.harness import YEAR_BEFORE, form

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
