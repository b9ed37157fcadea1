"""The dashboard in a fresh Apache Superset, in an environment of its own: import, figures, a new release, a look.

The picture of the dashboard is left in var/clients/superset.png for somebody to look at.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines import job, publishing
from pipelines.settings import Settings
from tests.clients.environments import ENVIRONMENTS, environment, plain_environment
from tests.conftest import silent
from tests.integration.bad_files import FORM, declared

# What is not Superset's default: a key and a place for its own database, and that the dashboard may be seen unasked.
CONFIG = """
SECRET_KEY = "for-one-test-only-0123456789abcdef0123456789"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db?check_same_thread=false"
AUTH_ROLE_PUBLIC = "Admin"
"""


@dataclass(frozen=True)
class Superset:
    """A running Superset, asked over its REST interface."""

    address: str
    token: str

    def ask(self, path: str) -> Any:
        return _json(urllib.request.Request(f"{self.address}{path}", headers={"Authorization": f"Bearer {self.token}"}))

    def chart(self, slug: str, name: str) -> list[dict[str, Any]]:
        """The rows that a chart shows now."""
        charts = self.ask(f"/api/v1/dashboard/{slug}/charts")["result"]
        (number,) = (chart["id"] for chart in charts if chart["slice_name"] == name)
        (result,) = self.ask(f"/api/v1/chart/{number}/data/")["result"]
        assert result["error"] is None
        rows: list[dict[str, Any]] = result["data"]
        return rows


def _json(request: urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


@pytest.fixture
def office(workplace: Callable[..., Settings], finished_run: Settings) -> Settings:
    return workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)


@pytest.fixture
def superset(office: Settings, tmp_path: Path) -> Iterator[Superset]:
    """A fresh Superset with the dashboard imported by the one command."""
    home = tmp_path / "superset"
    home.mkdir()
    (home / "superset_config.py").write_text(CONFIG.format(home=home), encoding="utf-8")
    command = environment("superset-6.1.0") / "superset"
    own = plain_environment(
        SUPERSET_HOME=str(home), SUPERSET_CONFIG_PATH=str(home / "superset_config.py"), FLASK_APP="superset"
    )

    def superset(*arguments: str) -> None:
        done = subprocess.run([command, *arguments], env=own, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]

    superset("db", "upgrade")
    names = ("--username", "admin", "--firstname", "A", "--lastname", "D", "--email", "a@example.org")
    superset("fab", "create-admin", *names, "--password", "admin")
    superset("init")
    told = publishing.superset_bundle(office, tmp_path / "dashboard.zip", None)
    superset(*told.split()[1:])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [command, "run", "-p", str(port), "--with-threads"],
        env=own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health")
        login = {"username": "admin", "password": "admin", "provider": "db", "refresh": True}
        request = urllib.request.Request(
            f"{address}/api/v1/security/login", json.dumps(login).encode(), {"Content-Type": "application/json"}
        )
        yield Superset(address, _json(request)["access_token"])
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")


def test_the_dashboard_shows_the_release_and_then_the_next_one(superset: Superset, office: Settings) -> None:
    slug = "crime-clearance-vietnam"
    assert superset.chart(slug, "Offences recorded") == [{"SUM(recorded)": 14520}]
    assert superset.chart(slug, "Offences cleared") == [{"SUM(cleared)": 10105}]
    verdicts = {row["name"]: row["verdict"] for row in superset.chart(slug, "Clearance against target")}
    assert sorted(verdicts.values()) == ["attained"] * 4 + ["missed"] * 3 + ["unknown"]
    shares = {row["name"]: row["MAX(national_share)"] for row in superset.chart(slug, "Share of the nation by unit")}
    assert shares["Tây Ninh"] == pytest.approx(794 / 58086)
    assert sum(row["count"] for row in superset.chart(slug, "Printed figures checked, all sources")) == 364
    assert any(row["recorded_coverage"] == "complete" for row in superset.chart(slug, "Completeness"))
    _photograph(f"{superset.address}/superset/dashboard/{slug}/?standalone=2")

    _correct(office)
    job.run(office, silent)
    # 14520 less 1809 and 1700 more
    assert superset.chart(slug, "Offences recorded") == [{"SUM(recorded)": 14411}]


def _correct(office: Settings) -> None:
    import openpyxl

    form = office.submissions / "correction.xlsx"
    book = openpyxl.load_workbook(FORM)
    for cell, count in {"C12": 1700, "C15": 1700, "D12": 1200, "D15": 1200}.items():
        book["Biểu 01"][cell].value = count
    book.save(form)
    declared(form)


def _photograph(address: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    picture = ENVIRONMENTS / "superset.png"
    picture.unlink(missing_ok=True)
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=30000")
    subprocess.run(
        [chromium, *flags, "--window-size=1600,1900", f"--screenshot={picture}", address],
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    assert picture.stat().st_size > 40_000  # an empty page is a quarter of that
