"""The pages of a release in headless Chromium: numbers as they are rendered, glyphs, and whether anything overflows."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Settings
from tests.integration.releasing import PERIOD, current

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")

# What is read from the page as it stands: numbers with their marks, characters, and what reaches beyond the page.
LOOK = """
<script>
addEventListener("load", () => {
  const seen = [...document.querySelectorAll(".n")].filter((e) => e.getClientRects().length);
  const wide = [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1);
  });
  const cut = [...document.querySelectorAll("td, th, p, li")].filter((e) => e.scrollWidth > e.clientWidth + 1);
  const charts = [...document.querySelectorAll("figure svg")].map((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].every((t) => {
      const box = t.getBoundingClientRect();
      return !box.width || (box.left >= frame.left - 1 && box.right <= frame.right + 1);
    });
  });
  const told = {
    numbers: seen.map((e) => [e.dataset.figure, e.innerText]),
    wide: wide.map((e) => e.tagName + " " + e.innerText), cut: cut.map((e) => e.innerText), charts,
    text: document.body.innerText + [...document.querySelectorAll("svg text")].map((t) => t.textContent).join(" "),
  };
  document.documentElement.setAttribute("data-told", JSON.stringify(told));
});
</script>
"""


def looked_at(page: Path, folder: Path, width: int) -> dict[str, Any]:
    """What Chromium renders of a page in a window of this width."""
    copy = folder / "page.html"
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{LOOK}</body>"), encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", f"--window-size={width},2000")
    done = subprocess.run(
        ["chromium", *flags, f"--user-data-dir={folder}/profile", "--dump-dom", copy.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r'data-told="([^"]*)"', done.stdout)
    assert found is not None, done.stderr[-500:]
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told


def missing_glyphs(text: str) -> set[str]:
    """Characters for which this machine has no font at all."""
    return {
        character
        for character in set(text)
        if character.isprintable() and not character.isspace()
        and not subprocess.run(
            ["fc-list", f":charset={ord(character):x}", "family"], capture_output=True, text=True, check=True
        ).stdout
    }  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1100, 794])  # a screen, and A4 at 96 dots an inch
def test_a_report_is_rendered_as_it_was_written(
    finished_run: Settings, tmp_path: Path, language: str, width: int
) -> None:
    page = current(finished_run).folder / "reports" / f"qc303_{PERIOD.replace('/', '_')}.{language}.html"
    told = looked_at(page, tmp_path, width)
    written = re.findall(r'class="n" data-figure="([^"]*)"[^>]*>([^<]*)<', page.read_text(encoding="utf-8"))
    assert [tuple(number) for number in told["numbers"]] == written  # each is there to be seen
    assert len(written) > 40
    assert (told["wide"], told["cut"]) == ([], [])
    assert told["charts"] == [True, True]
    assert missing_glyphs(told["text"]) == set()


@pytest.mark.parametrize("name", ["dictionary.html", "difference.html", "reports/index.html"])
def test_the_other_pages_do_not_overflow(finished_run: Settings, tmp_path: Path, name: str) -> None:
    told = looked_at(current(finished_run).folder / name, tmp_path, 1100)
    assert (told["wide"], told["cut"]) == ([], [])
    assert missing_glyphs(told["text"]) == set()


def test_a_report_prints_on_a4(finished_run: Settings, tmp_path: Path) -> None:
    page = current(finished_run).folder / "reports" / f"qc303_{PERIOD.replace('/', '_')}.vi.html"
    target = tmp_path / "report.pdf"
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={target}")
    subprocess.run(
        ["chromium", *flags, f"--user-data-dir={tmp_path}/profile", page.as_uri()], check=True, capture_output=True,
        timeout=120,
    )  # fmt: skip
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", target.read_bytes())
    assert boxes
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}  # A4 in points
    assert len(boxes) <= 4
