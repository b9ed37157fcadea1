"""What a release promises in words: labels, lineage, uses, queries, and the bundle for a dashboard, without a run."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.jurisdiction import load_jurisdiction
from pipelines.publication import superset
from pipelines.publication.charts import Bar, bar_chart, in_words
from pipelines.publication.wording import LANGUAGES, Words
from pipelines.settings import MODELS, ROOT, Settings
from pipelines.warehouse import contract, lineage, models, queries
from pipelines.warehouse.exposures import load_exposures
from pipelines.warehouse.models import ModelError

VIETNAM = Settings(jurisdiction=ROOT / "data_raw" / "vietnam", home=ROOT / "var")


@pytest.fixture(scope="module")
def promised() -> contract.Contract:
    return contract.actual(MODELS)


def columns_of(promised: contract.Contract) -> dict[str, set[str]]:
    return {name: set(told["columns"]) for name, told in promised.tables.items()}


def test_every_table_and_column_has_a_label(promised: contract.Contract) -> None:
    labels, columns = queries.load_labels(MODELS, "vi"), columns_of(promised)
    assert set(labels.tables) == set(columns)
    assert set(labels.columns) == set().union(*columns.values())
    assert all(text.strip() for text in (*labels.tables.values(), *labels.columns.values()))


# Counts that are the difference, the limit or the first of others in their row, which are led back.
FOLLOW = {
    "absolute_change", "ceiling", "change", "change_on_previous", "change_on_year_before", "change_since_first",
    "cleared_in_period", "denominator_at_least", "first_change", "implied_at_least", "implied_at_most",
    "base_remaining", "needed", "numerator_at_least", "prior_at_least", "recorded_change", "remaining", "residual",
    "tolerance",
}  # fmt: skip
# Made of the two windows beside it, told with the numerator, or how many figures there are.
TOLD_BESIDE = {
    ("increments", "value"), ("published_figures", "denominator"), ("period_states", "figures"),
    ("period_states", "provisional_figures"), ("submissions", "figures"),
}  # fmt: skip


def test_every_count_that_is_published_is_led_back(promised: contract.Contract) -> None:
    told = lineage_told()
    counts = {
        (model.name, column.name)
        for model in models.load_models(MODELS)
        if model.layer == "marts" and not isinstance(told.get(model.name), str)
        for column in model.columns
        if column.unit in ("count", "offences", "persons")
    }
    left = {(table, column) for table, column in counts if column not in told.get(table, {})}
    assert {(table, column) for table, column in left if column not in FOLLOW} == TOLD_BESIDE


def test_what_is_explained_are_columns_that_there_are(promised: contract.Contract) -> None:
    columns = columns_of(promised)
    for table, told in lineage_told().items():
        if isinstance(told, str):
            assert (MODELS / told).is_file()
            continue
        assert set(told) <= columns[table], table
        for spec in (one for given in told.values() for one in (given if isinstance(given, list) else [given])):
            named = [text[1:] for text in spec.values() if isinstance(text, str) and text.startswith("=")]
            assert {*named, *spec.get("when", {})} <= columns[table], table
            assert "rows_of" not in spec or spec["rows_of"] in columns


def lineage_told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((MODELS / lineage.FILE).read_text(encoding="utf-8"))
    return told


def test_every_mart_is_compared_with_sql_by_hand() -> None:
    by_hand = {path.stem for path in (ROOT / "bench" / "marts_sql" / "by_hand").glob("*.sql")}
    assert by_hand == {model.name for model in models.load_models(MODELS) if model.layer == "marts"}


def test_there_are_a_dozen_documented_queries_in_both_languages() -> None:
    found = queries.load_queries(MODELS)
    assert len(found) >= 12
    assert all(query.title and query.title_vi and query.title != query.title_vi for query in found)


def test_a_use_of_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    entry = {"kind": "dashboard", "description": "x", "owner": "team:x", "depends_on": ["clearance", "nothing"]}
    (tmp_path / "exposures.yml").write_text(yaml.safe_dump({"mine": entry}), encoding="utf-8")
    with pytest.raises(ModelError, match="mine reads nothing, which is no table"):
        load_exposures(tmp_path, ["clearance"])
    (tmp_path / "exposures.yml").write_text(yaml.safe_dump({"mine": {**entry, "kind": "song"}}), encoding="utf-8")
    with pytest.raises(ModelError, match="mine is a song; kinds are dashboard, report, extract"):
        load_exposures(tmp_path, ["clearance", "nothing"])
    (tmp_path / "exposures.yml").write_text("mine: {kind: report}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be used"):
        load_exposures(tmp_path, ["clearance"])


def test_a_bundle_is_the_same_each_time_and_whole(tmp_path: Path) -> None:
    """Every chart stands on the dashboard and asks a dataset that is there, for columns that it has."""
    jurisdiction = load_jurisdiction(VIETNAM)
    assert jurisdiction.headline is not None
    columns = {
        name: [(column, "VARCHAR", "") for column in told] for name, told in columns_of(contract.actual(MODELS)).items()
    }
    columns["cluster_report"] = [
        (c, "VARCHAR", "")
        for c in ("scope_type", "name", "recorded", "cleared", "clearance_rate", "national_share", "threshold_percent",
                  "verdict", "needed", "rate_reason")
    ]  # fmt: skip
    written = []
    for name in ("a.zip", "b.zip"):
        superset.write_bundle(jurisdiction, jurisdiction.headline, Path("/r/x.duckdb"), columns, tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as bundle:
            written.append({entry: bundle.read(entry) for entry in bundle.namelist()})
    assert written[0] == written[1]
    files = {name: yaml.safe_load(text) for name, text in written[0].items()}
    assert all(name.startswith("crime_clearance/") for name in files)
    of = {
        kind: [f for name, f in files.items() if f"/{kind}/" in name] for kind in ("datasets", "charts", "dashboards")
    }
    datasets = {dataset["uuid"]: {c["column_name"] for c in dataset["columns"]} for dataset in of["datasets"]}
    placed = {place["meta"]["uuid"] for place in of["dashboards"][0]["position"].values() if place_is_chart(place)}
    assert placed == {chart["uuid"] for chart in of["charts"]}
    for chart in of["charts"]:
        (query,) = yaml.safe_load(chart["query_context"])["queries"]
        metrics = [m["column"]["column_name"] for m in query.get("metrics", []) if isinstance(m, dict)]
        filters = [condition["col"] for condition in query["filters"]]
        assert {*query["columns"], *metrics, *filters} <= datasets[chart["dataset_uuid"]], chart["slice_name"]
    (database,) = (file for name, file in files.items() if "/databases/" in name)
    assert database["sqlalchemy_uri"] == "duckdb:////r/x.duckdb"
    assert database["extra"]["engine_params"]["connect_args"]["read_only"] is True


def place_is_chart(place: object) -> bool:
    return isinstance(place, dict) and place.get("type") == "CHART"


def test_a_chart_draws_each_bar_with_its_name_and_figure() -> None:
    bars = [
        Bar("TP. Hồ Chí Minh", 68.88, "≤ 68,88%", "bound"),
        Bar("Tiền <Giang>", None, "–"),
        Bar("Cụm", 69.59, "69,59%"),
    ]
    drawn = bar_chart("c", bars, [75.0, 75.0, 75.0], ("Tỷ lệ", "Chỉ tiêu"))
    assert drawn == bar_chart("c", bars, [75.0, 75.0, 75.0], ("Tỷ lệ", "Chỉ tiêu"))
    for text in ("TP. Hồ Chí Minh  ≤ 68,88%", "Tiền &lt;Giang&gt;  –", "Cụm  69,59%", "Chỉ tiêu"):
        assert text in drawn
    assert "<script" not in drawn
    assert "pygal.org" not in drawn
    assert in_words(bars) == "TP. Hồ Chí Minh: ≤ 68,88%; Tiền <Giang>: –; Cụm: 69,59%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_the_same_things(language: str) -> None:
    words = Words(language, load_jurisdiction(VIETNAM))
    other = Words(next(own for own in LANGUAGES if own != language), load_jurisdiction(VIETNAM))
    assert words.labels.keys() == other.labels.keys()
    for key, text in words.labels.items():
        if isinstance(text, dict):
            assert text.keys() == other.labels[key].keys(), key


def test_numbers_dates_and_reasons_are_written_as_each_language_does() -> None:
    vi, en = (Words(language, load_jurisdiction(VIETNAM)) for language in ("vi", "en"))
    assert ">14.520<" in vi.count(14520, "x")
    assert ">14,520<" in en.count(14520, "x")
    assert ">24,99%<" in vi.rate(2499, 10000, "x")
    assert (vi.rate(1, 0, "x"), vi.count(None, "x")) == ("–", "–")
    assert (vi.day(date(2023, 12, 14)), en.day(date(2023, 12, 14))) == ("14/12/2023", "2023-12-14")
    assert vi.reason("only 1 of 7 units report") == "mới có 1/7 đơn vị báo cáo"
    assert en.reason("only 1 of 7 units report") == "only 1 of 7 units report"
    assert vi.reason("a reason that nobody foresaw") == "a reason that nobody foresaw"
