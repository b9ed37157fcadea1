"""Publishing: from tested marts to the release that readers open, and the ways back.

Belongs here: composing the warehouse's differences and backup with the files, pages and manifest of a release.
Does not belong here: the work itself (warehouse/, publication/), and the other steps of the job (job.py).
"""

from __future__ import annotations

import hashlib
import importlib.util
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pipelines import reference as reference_data
from pipelines.jurisdiction import load_jurisdiction
from pipelines.outcomes import Published
from pipelines.publication import dictionary, difference_page, release_files, releases, report_pages, superset
from pipelines.publication.release_files import Table
from pipelines.publication.releases import Release, ReleaseError
from pipelines.settings import MODELS, Settings
from pipelines.warehouse import backup, builds, connection, contract, differences, models, queries
from pipelines.warehouse.connection import Connection
from pipelines.warehouse.models import Model

_PACKAGE = Path(__file__).resolve().parent
# How long a reader may take from following the pointer to having the file open.
_GRACE_SECONDS = 60.0
_COLUMNS = "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index"


def publish(settings: Settings, now: datetime) -> Published:
    """Write the marts as a new release and make it current, unless the current one holds them already.

    Raises ReleaseError, leaving the current release where it was: nothing is built yet, the disk refuses, or figures
    were lost or changed after they were final with no reason declared.
    """
    settings.releases.mkdir(parents=True, exist_ok=True)
    current = releases.current(settings.releases)
    newest = next(iter(releases.known(settings.releases)), None)
    # what readers have; where the pointer leads nowhere, what they had
    last = current or newest
    with connection.connect(settings) as con:
        fingerprint = builds.built_from(con, "marts")
        if fingerprint is None:
            raise ReleaseError("there is nothing to publish: no marts were built yet")
        if current is not None and not releases.is_due(settings.releases, fingerprint):
            return Published(current.release_id, settings.published_database, False, current.tables)
        marts = [model for model in models.load_models(MODELS) if model.layer == "marts"]
        if newest is not None and newest != last:
            # after a roll-back: what the release that was taken back had must not get lost either
            lost = [change for change in _compared(con, marts, newest) if not change.was_final]
            _refuse_undeclared(lost, settings)
        _refuse_undeclared(_compared(con, marts, last), settings)
        with releases.drafting(settings.releases, fingerprint, now) as draft:
            rows = _write(con, draft, settings, marts, fingerprint, last, now)
            backup.write(con, settings.backups / f"{draft.stem}.duckdb")
        differences.use_reasons(con, draft.stem)
    _retain(settings, settings.keep_releases, _GRACE_SECONDS)
    return Published(draft.stem, settings.published_database, True, rows)


def _write(
    con: Connection,
    draft: Path,
    settings: Settings,
    marts: Sequence[Model],
    fingerprint: str,
    last: Release | None,
    now: datetime,
) -> dict[str, int]:
    told = contract.load(MODELS)
    tables = [*(_table(model) for model in marts), *_tables_of_differences()]
    info = {
        "release_id": draft.stem,
        "published_at": f"{now:%Y-%m-%d %H:%M:%S} UTC",
        "fingerprint": fingerprint,
        "contract_version": told.version,
        "code_version": version("crime-clearance-warehouse"),
    }
    rows = release_files.write(con, draft, tables, models.release_macros(MODELS), info)
    dictionary.write(_dictionary(marts, tables, info), draft)
    jurisdiction = load_jurisdiction(settings)
    pages_before = last.folder / "reports" if last else None
    with connection.open_release(draft / releases.DATABASE) as written:
        pages = report_pages.write(written, draft / "reports", jurisdiction, info["release_id"], pages_before)
        difference_page.write(written, draft / "difference.html", jurisdiction)
    releases.write_manifest(
        draft,
        {
            **info,
            "as_of": info["published_at"],
            "previous_release": last.release_id if last else None,
            "code": {"models": models.fingerprint(MODELS), "sources": _sources_digest()},
            "inputs": dict(con.execute("select file, sha256 from marts.submissions order by file").fetchall()),
            "reference": reference_data.digests(settings),
            "tables": rows,
            "reports": pages,
            "checks": builds.checks(con),
        },
    )
    return rows


def superset_bundle(settings: Settings, target: Path, database: Path | None) -> str:
    """Write the dashboard of the headline cluster as a bundle for Superset; what imports it, as a line.

    `database` is where Superset finds the published file, if not where this machine does. Raises ReleaseError while
    nothing is published or no headline is declared.
    """
    jurisdiction = load_jurisdiction(settings)
    if jurisdiction.headline is None:
        raise ReleaseError(f"{settings.jurisdiction / 'jurisdiction.yml'} declares no headline, so no dashboard")
    if releases.current(settings.releases) is None:
        raise ReleaseError("nothing is published yet; `ccw run` does it")
    with connection.open_release(settings.published_database) as con:
        columns = {
            name: [(column, kind, about or "") for column, kind, about in con.execute(_COLUMNS, [name]).fetchall()]
            for name in ("cluster_totals", "period_completeness", "published_figures")
        }
        empty = ", ".join("''" for _ in range(5))
        report = con.execute(f"describe select * from main.cluster_report({empty})").fetchall()
    columns["cluster_report"] = [(column, kind, "") for column, kind, *_ in report]
    found_at = database.absolute() if database else settings.published_database
    superset.write_bundle(jurisdiction, jurisdiction.headline, found_at, columns, target)
    return f"superset import-dashboards -p {target} -u admin"


def shell(settings: Settings) -> list[str]:
    """The command that opens the current release in DuckDB's shell, hardened. Raises ReleaseError when it cannot."""
    if releases.current(settings.releases) is None:
        raise ReleaseError("nothing is published yet; `ccw run` does it")
    package = importlib.util.find_spec("duckdb_cli")
    binary = Path(package.origin).with_name("duckdb") if package and package.origin else Path()
    if not binary.is_file():
        raise ReleaseError('DuckDB\'s shell is not installed: `.venv/bin/pip install "duckdb-cli>=1.5,<2.1"`')
    return [str(binary), "-no-init", "-safe", "-readonly", str(settings.published_database)]


# --- the ways back -------------------------------------------------------------------------------------------------


def released(settings: Settings) -> tuple[str, ...]:
    """One line for each release, the newest first, the current one marked; then whether it was rolled back to."""
    pointed = releases.current(settings.releases)
    lines = [
        f"{'→' if pointed and release.release_id == pointed.release_id else ' '} {release.release_id}  "
        f"{sum(release.tables.values())} rows"
        for release in releases.known(settings.releases)
    ]
    note = releases.rolled_back(settings.releases)
    if note:
        lines.append(f"Rolled back on {note['at']} from {note['from']}: {note['reason']}")
    return tuple(lines) or ("Nothing is published yet.",)


def roll_back(settings: Settings, to: str | None, reason: str) -> str:
    """Make an earlier release current, under the writer's lock; the line that says so. Raises ReleaseError."""
    with connection.writer_lock(settings, wait_seconds=30.0):
        with connection.look(settings) as con:
            built = builds.built_from(con, "marts") if con is not None else None
        release = releases.roll_back(settings.releases, to, reason, datetime.now(UTC), built)
    return f"{release.release_id} is current now. The next change of figures is published again."


def retain(settings: Settings, keep: int) -> tuple[str, ...]:
    """Remove all but the newest releases, with their backups, under the writer's lock; the names of those."""
    with connection.writer_lock(settings, wait_seconds=30.0):
        return _retain(settings, keep, 0.0)


def restore(settings: Settings, release_id: str) -> str:
    """Make a new private warehouse of the ledger as it was backed up with a release. Raises BackupError."""
    with connection.writer_lock(settings, wait_seconds=30.0):
        rows = backup.restore(settings.backups / f"{release_id}.duckdb", settings.warehouse_file)
    return f"{settings.warehouse_file}: {sum(rows.values())} rows of the ledger. `ccw run` builds the rest."


def _retain(settings: Settings, keep: int, grace: float) -> tuple[str, ...]:
    """One that was finished less than `grace` seconds ago stays."""
    gone = releases.retain(settings.releases, keep, time.time() - grace)
    backup.remove(settings.backups, gone)
    return gone


# --- helpers -------------------------------------------------------------------------------------------------------


def _compared(con: Connection, marts: Sequence[Model], last: Release | None) -> Sequence[differences.Undeclared]:
    try:
        return differences.compare(con, marts, last.database if last else None)
    except differences.LastReleaseUnreadable as error:
        raise ReleaseError(
            f"not published, for {last.release_id if last else 'the release before'} cannot be compared with: {error}. "
            "Put its file back from a copy, or move its folder away, and run again."
        ) from None


def _refuse_undeclared(changes: Sequence[differences.Undeclared], settings: Settings) -> None:
    if changes:
        shown = "; ".join(change.line for change in changes[:5])
        more = f"; and {len(changes) - 5} more" if len(changes) > 5 else ""
        raise ReleaseError(
            f"not published: {shown}{more}. Expected: a reason in {settings.reference / 'release_reasons.csv'} "
            "(reason_id, kind coverage or final_period, unit_id, series_id, window_start, window_end, reason) that no "
            "release has used yet, or the figures as they were."
        )


def _table(model: Model) -> Table:
    description = f"{model.description} Grain: {', '.join(model.grain)}. {model.caveats}".strip()
    columns = tuple((c.name, c.description) for c in model.columns)
    return Table(model.name, model.table, description, model.grain, columns)


def _tables_of_differences() -> list[Table]:
    columns = models.load_columns(MODELS)
    return [
        Table(name, t.source, t.description, t.grain, tuple((c, columns[c].description) for c in t.columns))
        for name, t in differences.TABLES.items()
    ]


def _dictionary(marts: Sequence[Model], tables: Sequence[Table], info: Mapping[str, str]) -> dictionary.Dictionary:
    labels, columns = queries.load_labels(MODELS, "vi"), models.load_columns(MODELS)
    examples = [dictionary.Example(q.name, q.title, q.title_vi, q.sql) for q in queries.load_queries(MODELS)]
    of_marts = {model.name: model for model in marts}
    entries = [
        dictionary.Entry(
            name=table.name,
            label=labels.tables[table.name],
            description=of_marts[table.name].description if table.name in of_marts else table.description,
            grain=table.grain,
            made_of=of_marts[table.name].depends_on if table.name in of_marts else (),
            caveats=of_marts[table.name].caveats if table.name in of_marts else "",
            columns=[
                dictionary.Column(name, columns[name].type, columns[name].unit, labels.columns[name], text)
                for name, text in table.columns
            ],
            queries=dictionary.queries_on(table.name, examples),
        )
        for table in sorted(tables, key=lambda table: table.name)
    ]
    macros = [
        dictionary.Macro(*contract.parameters(text), dictionary.comment_above(text))
        for text in models.release_macros(MODELS)
    ]
    return dictionary.Dictionary(info["release_id"], info["contract_version"], entries, macros, examples)


def _sources_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".sql", ".yml", ".html")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
