"""The quirks of the five countries' files, in small files built in code: these tests need no official file.

Expected values are worked out by hand from the cells that each test writes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import reference as reference_data
from pipelines.settings import Settings
from pipelines.submissions.layouts import load_layouts
from pipelines.submissions.reading import Received, gather, read_file
from pipelines.submissions.tidy import tidy
from tests.builders import workbook
from tests.jurisdictions.official import WRITTEN


def staged(country: str, folder: Path, name: str, content: bytes, sidecar: str = "") -> pl.DataFrame:
    """A file read by a country's own layouts and made tidy."""
    settings = Settings(jurisdiction=WRITTEN / country, home=folder)
    reference, layouts = reference_data.load(settings), load_layouts(settings.layouts)
    (folder / name).write_bytes(content)
    if sidecar:
        (folder / f"{name}.yml").write_text(sidecar, encoding="utf-8")
    read = read_file(folder, Received(name, "id", hashlib.sha256(content).hexdigest()), layouts, reference)
    assert read.findings == ()
    return tidy(gather([read]), reference, layouts)


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return frame.sort("cell").select(*columns).rows()


def test_india_carriage_returns_alone_and_totals_in_the_number_column(tmp_path: Path) -> None:
    lines = [
        "Sl. No.,State/UT,2020,2021,2022,Mid-Year Projected Population (in Lakhs) (2022),"
        "Rate of Cognizable Crimes (IPC) (2022),Chargesheeting Rate (2022)",
        "1,Goa,10,20,2711,15.7,172.8,75.9",
        "Total State (S),Total State (S),10,20,2711,15.7,172.7,75.9",
    ]
    found = staged("india", tmp_path, "a.csv", "\r".join(lines).encode() + b"\r\n")
    # 2711 / 1 570 000 × 100 000 = 172,675…; the population is rounded to 10 000
    assert rows(found.filter(role="ratio"), "cell", "verdict") == [("G2", "within tolerance"), ("G3", "exact")]
    recorded = found.filter(measure="recorded", window_end=pl.date(2022, 12, 31)).filter(pl.col("role") != "ratio")
    assert rows(recorded, "role", "scope_type", "value") == [("count", "unit", 2711), ("statement", "cluster", 2711)]
    assert set(rows(found.filter(measure="population", scope_type="unit"), "value", "rounded_to")) == {
        (1_570_000, 10_000)
    }


def test_netherlands_packed_headers_provisional_years_and_rounding(tmp_path: Path) -> None:
    regions = [
        "Nederland", "Groningen (PV)", "Friesland (PV)", "Drenthe (PV)", "Overijssel (PV)", "Flevoland (PV)",
        "Gelderland (PV)", "Utrecht (PV)", "Noord-Holland (PV)", "Zuid-Holland (PV)", "Zeeland (PV)",
        "Noord-Brabant (PV)", "Limburg (PV)", "Niet in te delen (PV)",
    ]  # fmt: skip
    measures = ["Totaal geregistreerde misdrijven", "||Totaal opgehelderde misdrijven", "Registraties van verdachten"]
    headers = [f"{r}_{m}_{y}" for r in regions for m in measures for y in ("2014", "2015", "2016*", "2017*")]
    text = f'Soort Misdrijf,{",".join(headers)}\n"Misdrijven, totaal",{",".join(["5"] * len(headers))}\n'
    found = staged("netherlands", tmp_path, "Criminaliteit Provincies.csv", text.encode())
    assert found.group_by("role").len().sort("role").rows() == [("count", 156), ("statement", 12)]
    assert found.group_by("provisional").len().sort("provisional").rows() == [(False, 84), (True, 84)]
    assert set(found["rounded_to"]) == {5}
    assert found["scope_id"].n_unique() == 14


def test_taiwan_padded_dashes_wide_spaces_and_rates_without_counts(tmp_path: Path) -> None:
    kinds = ["總計", "故意殺人", "擄人勒贖", "強             盜", "搶奪", "重傷害", "恐嚇取財 (1)", "強制性交 (2)"]
    upper = "機\u3000關\u3000別," + ",".join(f"{kind}," for kind in kinds)
    lower = "," + ",".join('"發生數\n(件)","破獲率\n(%)"' for _ in kinds)
    nil = "        －,    －"
    one = f"嘉義市,2,50.00,1,100.00,{nil},{nil},{nil},1,    －,{nil},{nil}"
    agency = "署所屬機關,26,    －,26,    －," + ",".join([nil] * 6)
    text = f"\ufeff表2,,,,,,,,,,,,,,,,\n{upper}\n{lower}\n{one}\n{agency}\n"
    found = staged("taiwan", tmp_path, "暴力犯罪統計2V.csv", text.encode(), "fields: {year: 2023}\n")
    own = found.filter(scope_id="10020", role="count").sort("measure", "cell")
    cleared = dict(own.filter(measure="cleared").select("offence_code", "value").rows())
    assert cleared == {"violent_murder": 1, "violent_serious_injury": 0}  # of nothing recorded no rate, so no count
    assert own.filter(measure="recorded")["value"].to_list().count(0) == 5
    assert found.filter(scope_id="NPA", measure="cleared").is_empty()
    assert set(rows(found.filter(role="total"), "verdict")) == {("exact",)}


def test_kazakhstan_region_in_the_name_and_labels_in_merged_columns(tmp_path: Path) -> None:
    header = [
        "Наименование", "", "", "",
        "Кол-во правонарушений, зарегистрированных ЕРДР в отчетном периоде",
        "в том числе, в отношении граждан прибывших из других гос-тв учас-ов СНГ",
        "Количество правонарушений, уголовные дела о которых окончены производством в отч. Периоде",
        "в том числе, совершенных гр-нами прибывшими из других гос-тв учас-ков СНГ",
        "Осталось правонарушений (независимо от времени совершения и регистрации), по которым в отч. периоде впервые "
        "прерваны сроки досудебного расследования ",
        "Выявлено лиц, совершивших уголовные правонарушения",
    ]  # fmt: skip
    cells = [["Форма № СНГ-1"], [], ["Раздел №1"], [], header, ["А", "", "", "Б", 1, 2, 3, 4, 5, 6]]
    cells.append(["Всего", "", "", 1, 2227, 24, 534, 10, 1226, 503])
    merged = ["A5:C5", "A6:C6", "A7:C7"]
    content = workbook(cells, merged, lambda page: page.parent.create_sheet("R2"), sheet="R1")
    sidecar = (WRITTEN / "kazakhstan" / "sidecar.yml").read_text(encoding="utf-8")
    found = staged("kazakhstan", tmp_path, "Abay region.XLSX", content, sidecar)
    assert rows(found, "cell", "measure", "value")[:2] == [("E7", "recorded", 2227), ("F7", "recorded_of_cis", 24)]
    assert set(rows(found, "unit", "offence_code", "window_basis")) == {("Abay region", "all", "assumed")}


def test_germany_leading_zeros_and_ties(tmp_path: Path) -> None:
    header = [
        "Strft. Schl.", "Straftat", "Bundesland", "erfasste Fälle 2013", "HZ nach Zensus", "Versuche absolut",
        "Versuche in % ", "aufgeklärte Fälle", "AQ \nin %", "TV insges.", "NDTV insges.", "NDTV in %",
    ]  # fmt: skip
    cells = [
        header,
        ["111000", "Vergewaltigung", "Schleswig-Holstein", 304, 10.8, 38, 12.5, 247, 81.3, 240, 50, 20.8],
        ["012000", "Mord", "Brandenburg", 0, 0, 0, "", 1, "", 1, 0, 0],
        [
            "------",
            "Straftaten insgesamt",
            "Bund echte Zählung der Tatverdächtigen",
            304,
            1,
            38,
            12.5,
            248,
            81.6,
            241,
            0,
            0,
        ],
    ]
    found = staged("germany", tmp_path, "PKS2013.xlsx", workbook(cells, sheet="Tab01-2013_LÜ"))
    rates = found.filter(pl.col("role") == "ratio").filter(pl.col("cell").str.starts_with("I"))
    assert rows(rates, "cell", "computed", "verdict") == [
        ("I2", "247/304", "exact"),  # 81,25 half up
        ("I3", "1/0", "not checkable"),
        ("I4", "248/304", "exact"),
    ]
    assert rows(found.filter(measure="recorded", role="count"), "offence_code") == [("111000",), ("012000",)]
    assert set(found.filter(role="statement")["offence_code"]) == {"all"}
