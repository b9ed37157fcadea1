"""The report a person reads: every number against a query, charts with words, and what it says when there is little."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines import job
from pipelines.jurisdiction import NumberFormat, load_jurisdiction
from pipelines.publication import releases, report_pages
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_release
from tests.conftest import silent
from tests.integration.releasing import PERIOD, current

Workplace = Callable[..., Settings]


class _Numbers(HTMLParser):
    """The numbers of a report with what each says it is."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], str]] = []
        self.open: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("class") == "n":
            self.open = given
            self.found.append((given, ""))

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            given, text = self.found[-1]
            self.found[-1] = (given, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.open = None


def numbers_of(page: str) -> list[tuple[dict[str, str], str]]:
    parser = _Numbers()
    parser.feed(page)
    return parser.found


# What each kind of number of a page is in the release: a count, or numerator and denominator.
OF_UNIT = {
    "recorded": "recorded", "change": "absolute_change", "cleared": "cleared", "needed": "needed",
    "cleared_at_most": "cleared_at_most", "share": ("share_numerator", "share_denominator"),
    "rate": ("cleared", "rate_recorded"), "rate_at_most": ("cleared_at_most", "rate_recorded"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "thousands", "decimal"), [("vi", ".", ","), ("en", ",", ".")])
def test_every_number_of_the_report_is_that_of_a_query(
    finished_run: Settings, language: str, thousands: str, decimal: str
) -> None:
    name = f"qc303_{PERIOD.replace('/', '_')}.{language}.html"
    page = (current(finished_run).folder / "reports" / name).read_text(encoding="utf-8")
    with open_release(finished_run.published_database) as con:
        cursor = con.execute(f"from cluster_report('qc303', '{PERIOD}', 'ttxh', 'unstated', 'all')")
        names = [column[0] for column in cursor.description or ()]
        rows = {f"{row[0]}/{row[1]}": dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        totals = dict(
            zip(
                [c[0] for c in con.execute("from cluster_totals where cluster_id = 'qc303'").description or ()],
                con.execute("from cluster_totals where cluster_id = 'qc303'").fetchall()[0],
                strict=True,
            )
        )
    checked = 0
    for given, text in numbers_of(page):
        _, scope, *rest = given["data-figure"].split("|")
        if scope not in rows:
            continue
        wanted = OF_UNIT[rest[0]]
        plain = text.rstrip("%").replace(thousands, "").replace(decimal, ".").replace("−", "-").replace("+", "")
        if isinstance(wanted, str):
            assert int(plain) == rows[scope][wanted], given
        else:
            above, below = (rows[scope][column] for column in wanted)
            exact = Fraction(100 * above, below) * 10 ** int(given["data-digits"])
            half_up = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
            assert int(plain.replace(".", "")) == half_up, given
        checked += 1
    assert checked >= 30
    lead = {given["data-figure"].split("|", 1)[1]: text for given, text in numbers_of(page.split("<table>")[0])}
    assert lead["cluster|recorded"] == f"14{thousands}520"
    assert lead["cluster|share"] == f"24{decimal}9%"  # as the conference cut it off
    assert lead["cluster|cleared"] == f"10{thousands}105"
    assert lead["cluster|rate"] == f"69{decimal}59%"
    assert (lead["attained"], lead["missed"], lead["unknown"], lead["ceiling"]) == ("4", "2", "1", f"13{thousands}794")
    assert totals["recorded"] == 14520


def test_every_chart_has_words_and_a_table_or_says_why_there_is_none(finished_run: Settings) -> None:
    page = (current(finished_run).folder / "reports" / f"qc303_{PERIOD.replace('/', '_')}.vi.html").read_text("utf-8")
    assert page.count("<figure role=") == page.count("aria-label=") == page.count("<details>") == 2
    assert "Không có biểu đồ: các nguồn không nêu kỳ số liệu." in page  # the change on 2022
    assert "Tây Ninh: 87,66%" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")  # nothing is fetched
    assert "<script" not in page


def test_a_cluster_without_figures_has_a_page_that_says_so(workplace: Workplace) -> None:
    settings = workplace("ministry")
    job.run(settings, silent)
    folder = current(settings).folder / "reports"
    page = (folder / "qc303.vi.html").read_text(encoding="utf-8")
    assert "Chưa có số liệu trong kỳ của đơn vị nào thuộc cụm" in page
    assert "Bình Dương" in page  # its members are known
    assert "qc303.vi.html" in (folder / "index.html").read_text(encoding="utf-8")


def test_one_report_of_seven_is_told_as_what_it_is(workplace: Workplace) -> None:
    settings = workplace("74")
    job.run(settings, silent)
    page = (current(settings).folder / "reports" / f"qc303_{PERIOD.replace('/', '_')}.en.html").read_text("utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "1 of 7 units of Cluster 303 (seven southern provinces) have reported offences recorded" in text
    assert "together they have 1,809" in text
    assert "which is not the cluster's total" in text
    assert "No chart: " in text
    manifest = json.loads((current(settings).folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["cluster_totals"] >= 1


def test_a_page_that_would_tell_the_same_is_taken_from_the_release_before(
    finished_run: Settings, tmp_path: Path
) -> None:
    """Drawing takes most of the time; a mark in the old page shows that it is the old one."""
    before, name = tmp_path / "before", f"qc303_{PERIOD.replace('/', '_')}.vi.html"
    shutil.copytree(current(finished_run).folder / "reports", before)
    (before / name).chmod(0o644)
    (before / name).write_text((before / name).read_text(encoding="utf-8") + "<!-- old -->", encoding="utf-8")
    jurisdiction = load_jurisdiction(finished_run)
    with open_release(finished_run.published_database) as con:
        told = report_pages.write(con, tmp_path / "after", jurisdiction, "r", before)
        other = jurisdiction.model_copy(update={"numbers": NumberFormat(thousands=" ", decimal=",")})
        report_pages.write(con, tmp_path / "other", other, "r", before)
    assert told == releases.manifest(current(finished_run))["reports"]
    assert "<!-- old -->" in (tmp_path / "after" / name).read_text(encoding="utf-8")
    redrawn = (tmp_path / "other" / name).read_text(encoding="utf-8")
    assert "<!-- old -->" not in redrawn
    assert ">14 520<" in redrawn
