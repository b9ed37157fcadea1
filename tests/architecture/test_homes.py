"""Every tool has one home, and what starts fast stays fast. Import contracts are in pyproject.toml (`make contracts`);
here is what import-linter cannot see."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import ROOT
from tests.architecture.sources import MODULES, PIPELINES, calls, imported_names, name, tree

CONNECTION = PIPELINES / "warehouse" / "connection.py"
SETTINGS = PIPELINES / "settings.py"


def attributes(path: Path, *wanted: str) -> bool:
    """Whether a module names one of these attributes, like `os.environ`."""
    return any(ast.unparse(node) in wanted for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))


def test_one_module_opens_databases() -> None:
    opening = [
        path for path in MODULES if attributes(path, "duckdb.connect") or "connect" in imported_names(path, "duckdb")
    ]
    assert opening == [CONNECTION]


def test_one_module_reads_the_environment() -> None:
    reading = [
        path
        for path in MODULES
        if attributes(path, "os.environ", "os.environb", "os.getenv")
        or imported_names(path, "os") & {"environ", "getenv"}
    ]
    assert reading == [SETTINGS]


def test_only_the_ends_of_the_program_print() -> None:
    """Steps report by what they return; `say=print` is a default that a caller may replace."""
    printing = {name(path) for path in MODULES for called, _ in calls(path) if called == "print"}
    assert {path for path in printing if not path.startswith("pipelines/orchestration/")} == set()


def test_the_clock_is_read_at_the_top_only() -> None:
    """Whoever decides by time is told the time, so that a test can choose it."""
    clocks = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today")
    reading = {name(path) for path in MODULES for called, _ in calls(path) if called in clocks}
    allowed = {"pipelines/job.py", "pipelines/publishing.py", "pipelines/workbench.py"}
    assert {path for path in reading if not path.startswith("pipelines/orchestration/")} <= allowed


def test_great_expectations_is_imported_when_rules_are_run_and_not_before() -> None:
    """It takes seconds; the bridge is the one module that imports it when loaded, and itself is loaded lazily."""
    eager = [
        path
        for path in MODULES
        for node in tree(path).body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "great_expectations" in ast.unparse(node)
    ]
    assert set(eager) == {PIPELINES / "validation" / "bridge.py"}


def loaded_by(tmp_path: Path, *modules: str) -> set[str]:
    """The top-level packages in memory after importing modules in a fresh interpreter."""
    code = f"import {', '.join(modules)}, sys; print(*{{m.partition('.')[0] for m in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "CCW_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        (("pipelines.cli", "pipelines.job"), {"dagster", "great_expectations", "pandas", "sqlalchemy", "openpyxl"}),
        (("pipelines.definitions",), {"great_expectations", "pandas", "openpyxl"}),
    ],
    ids=["command line", "code location"],
)
def test_importing_stays_light(tmp_path: Path, modules: tuple[str, ...], forbidden: set[str]) -> None:
    assert loaded_by(tmp_path, *modules) & forbidden == set()
