"""The pages of a release: one for each cluster, window and language, from the published database and nothing else.

Belongs here: which pages there are, asking the release, writing them and their index, and taking over those that would
be the same as in the release before.
Does not belong here: what a page says (cluster_report.py).
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.jurisdiction import Jurisdiction
from pipelines.publication.asking import ask, template
from pipelines.publication.cluster_report import Told, content
from pipelines.publication.wording import LANGUAGES, Row, Words

# What a page's text depends on besides the figures.
_SOURCES = ("charts.py", "cluster_report.py", "wording.py", "templates/report.html", "templates/report.*.yml")


def write(
    con: duckdb.DuckDBPyConnection, folder: Path, jurisdiction: Jurisdiction, release: str, before: Path | None
) -> dict[str, str]:
    """Write all pages and an index to `folder`; the digest of what each page tells, by file.

    `con` is a connection to the release's database, `before` the folder of pages of the release before: a page that
    would tell the same in the same words is taken from there.
    """
    folder.mkdir()
    languages = [language for language in LANGUAGES if language == "en" or language == jurisdiction.languages[0]]
    digests, entries = {}, []
    for told in _told(con):
        for language in languages:
            words = Words(language, jurisdiction)
            file = _file(told.page, language)
            digest = hashlib.sha256(repr((_source(), language, words.numbers, told)).encode()).hexdigest()
            if not _taken_over(before, file, digest, folder):
                _render(folder / file, "report.html", {**content(told, words), "digest": digest})
            digests[file] = digest
            entries.append((file, words.name(told.page), words.name(told.page, "period_name") or "–", language))
    entries.sort(key=lambda entry: languages.index(entry[3]))
    _render(folder / "index.html", "report_index.html", {"entries": entries, "release": release})
    return digests


def _told(con: duckdb.DuckDBPyConnection) -> Iterator[Told]:
    for page in ask(con, "report_pages"):
        wanted = {"cluster": page["cluster_id"], "period": page["period_id"]}
        series = []
        for totals in ask(con, "report_sections", **wanted) if page["period_id"] else ():
            keys = {"series": totals["series_id"], "definition_version": totals["definition_version"]}
            rows = ask(con, "report_rows", **wanted, **keys, offence=totals["offence_code"])
            series.append((totals, rows))
        yield Told(page, series, ask(con, "report_members", **wanted))


def _taken_over(before: Path | None, file: str, digest: str, folder: Path) -> bool:
    old = before / file if before is not None else None
    if old is None or not old.is_file():
        return False
    with old.open(encoding="utf-8") as page:
        if digest not in page.read(500):
            return False
    shutil.copyfile(old, folder / file)
    return True


def _file(row: Row, language: str) -> str:
    window = f"_{row['period_id'].replace('/', '_')}" if row["period_id"] else ""
    cluster = re.sub(r"[^\w.-]", "-", row["cluster_id"])
    return f"{cluster}{window}.{language}.html"


def _render(path: Path, page: str, values: Mapping[str, Any]) -> None:
    path.write_text(template(page).render(values), encoding="utf-8")


@cache
def _source() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in Path(__file__).parent.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
