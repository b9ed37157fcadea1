"""Macros and documented queries in every client of the matrix: old engines, Node, a browser, the shell, ADBC, Polars.

Expected: the conference's figures (asked.py), and for every documented query as many rows as this project's own engine.
"""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_release
from tests.clients.asked import ANSWERS, statements
from tests.clients.environments import LOCKS, environment, packages, plain_environment

HERE = Path(__file__).parent
VERSIONS = sorted(path.stem for path in LOCKS.glob("duckdb-[0-9]*.lock"))


@pytest.fixture
def expected(finished_run: Settings) -> list[str]:
    with open_release(finished_run.published_database) as con:
        answers = [str(con.execute(statement).fetchall()[0][0]) for statement in statements()]
    assert answers[: len(ANSWERS)] == list(ANSWERS.values())
    return answers


def asked(command: list[Any], **options: Any) -> list[str]:
    done = subprocess.run(
        command, input=json.dumps(statements()), capture_output=True, text=True, check=False, timeout=300, **options
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [str(answer) for answer in json.loads(done.stdout)]


@pytest.mark.parametrize("version", VERSIONS)
def test_macros_and_queries_in_an_older_engine(version: str, finished_run: Settings, expected: list[str]) -> None:
    try:
        python = environment(version) / "python"
    except subprocess.CalledProcessError:
        if sys.version_info >= (3, 12) and version.startswith(("duckdb-1.0", "duckdb-1.1")):
            pytest.skip(f"there is no {version} for Python {sys.version_info.major}.{sys.version_info.minor}")
        raise
    command = [python, HERE / "ask_duckdb.py", finished_run.published_database]
    assert asked(command, env=plain_environment()) == expected


@pytest.mark.skipif(shutil.which("npm") is None, reason="Node is not installed")
def test_macros_and_queries_in_node(finished_run: Settings, expected: list[str]) -> None:
    home = packages("node")
    shutil.copy(HERE / "node" / "ask.mjs", home)
    assert asked(["node", home / "ask.mjs", finished_run.published_database]) == expected


@pytest.mark.skipif(
    shutil.which("npm") is None or shutil.which("chromium") is None, reason="Node or Chromium is not installed"
)
def test_macros_and_queries_in_a_browser(finished_run: Settings, expected: list[str], tmp_path: Path) -> None:
    """duckdb-wasm in headless Chromium, from files of this machine only."""
    home = packages("node")
    shutil.copy(HERE / "node" / "page.mjs", home)
    esbuild = home / "node_modules" / ".bin" / "esbuild"
    flags = ("--bundle", "--format=esm", f"--outfile={tmp_path}/app.js")
    subprocess.run([esbuild, "page.mjs", *flags], cwd=home, check=True, capture_output=True)
    files = home / "node_modules" / "@duckdb" / "duckdb-wasm" / "dist"
    for name in ("duckdb-browser-eh.worker.js", "duckdb-eh.wasm"):
        shutil.copy(files / name, tmp_path)
    shutil.copy(finished_run.published_database, tmp_path / "release.duckdb")
    (tmp_path / "statements.json").write_text(json.dumps(statements()), encoding="utf-8")
    (tmp_path / "index.html").write_text('<script type="module" src="/app.js"></script>', encoding="utf-8")
    told = _browsed(tmp_path)
    assert told.get("answers") == expected, told


def _browsed(folder: Path) -> dict[str, Any]:
    """What the page in `folder` posts back when Chromium opens it."""
    answered, told = threading.Event(), {}

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_POST(self) -> None:
            told.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            answered.set()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        flags = ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
        nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = subprocess.Popen(
            ["chromium", *flags, nowhere, f"http://127.0.0.1:{server.server_port}/index.html"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert answered.wait(120), "the page did not answer"
        finally:
            browser.terminate()
            browser.wait(30)
            server.shutdown()
    return told


SHELL_REFUSES = (
    ".open other.duckdb", ".shell true", ".read /etc/passwd", ".output out.txt",
    "attach ':memory:' as other;",
    "copy units to 'units.csv';", "select * from read_text('/etc/passwd');", "install httpfs;",
    "create table mine as select 1;", "set enable_external_access = true;",
)  # fmt: skip


def test_the_shell_reads_the_release_and_nothing_else(
    finished_run: Settings, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ccw shell` runs this very command; here the shell's package is in an environment of its own."""
    from pipelines import publishing

    bin_folder = environment("duckdb-cli-1.5.6")
    (package,) = bin_folder.parent.glob("lib/python*/site-packages")
    monkeypatch.syspath_prepend(str(package))
    command = publishing.shell(finished_run)
    for statement, answer in zip(statements(), expected, strict=True):
        done = subprocess.run([*command, "-json", "-c", statement], capture_output=True, text=True, check=False)
        assert (done.returncode, json.loads(done.stdout)) == (0, [{"answer": answer}]), done.stderr
    for statement in SHELL_REFUSES:
        done = subprocess.run(
            command, input=f"{statement}\n", capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.stderr, statement
        assert not list(tmp_path.iterdir()), statement
        assert "root:" not in done.stdout


def test_adbc_and_polars_read_the_release(finished_run: Settings, expected: list[str]) -> None:
    """The driver lies in DuckDB's own package; the manager and Polars are in an environment of their own."""
    script = (
        "import json, sys, adbc_driver_duckdb, adbc_driver_manager.dbapi as dbapi, polars as pl\n"
        "options = {'path': sys.argv[1], 'access_mode': 'READ_ONLY', 'enable_external_access': 'false'}\n"
        "with dbapi.connect(driver=adbc_driver_duckdb.driver_path(), entrypoint='duckdb_adbc_init',\n"
        "                   db_kwargs=options, autocommit=True) as con:\n"
        "    print(json.dumps([pl.read_database(s, con).item() for s in json.load(sys.stdin)]))\n"
    )
    python = environment("adbc-1.13.0") / "python"
    assert asked([python, "-c", script, finished_run.published_database], env=plain_environment()) == expected


def test_an_older_client_than_the_matrix_is_told_so(finished_run: Settings) -> None:
    """The engine of this project's own format is not asked of readers: the file says v1.0.0."""
    with duckdb.connect() as con:
        con.execute(f"attach '{finished_run.published_database}' as release (read_only)")
        tags = con.execute("select tags from duckdb_databases() where database_name = 'release'").fetchall()
    assert tags[0][0]["storage_version"].startswith("v1.0.0")
