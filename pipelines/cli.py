"""The command line `ccw`: the job and its results for people without Dagster.

Belongs here: commands, their options, exit status, and telling a failure in one line.
Does not belong here: the work (job.py), and Dagster, which this module never imports.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from pipelines.settings import Settings

ACCEPTED, REJECTED, FAILED = 0, 1, 2

P = ParamSpec("P")


def _told_in_one_line(command: Callable[P, int]) -> Callable[P, None]:
    """Turn the command's result into the exit status, and a failure that a user can mend into one line."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        from pipelines import job

        try:
            _leave(command(*args, **kwargs))
        except job.JobError as error:
            click.echo(f"Stopped: {error}", err=True)
            sys.exit(FAILED)
        except Exception:  # a defect of this program: the stack is for its makers, the status is not "rejected"
            traceback.print_exc()
            sys.exit(FAILED)

    return told


def _leave(status: int) -> None:
    """End at once: everything is closed, and taking the imported libraries apart would keep the person waiting."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crime-clearance-warehouse")
def main() -> None:
    """The crime-and-clearance warehouse.

    The jurisdiction's folder is CCW_JURISDICTION (default data_raw/vietnam), the state is in CCW_HOME (default var).
    Exit status: 0 everything was accepted, 1 something was rejected, 2 the command could not be carried out.
    """


@main.command()
@click.option("--wait", default=30.0, show_default=True, help="Seconds to wait for another run to finish.")
@_told_in_one_line
def run(wait: float) -> int:
    """Read what is new, validate, load, build and publish; then print the cluster's table and the findings."""
    from pipelines import job

    settings = Settings.from_environment()
    report = job.run(settings, _echo, wait)
    if report is None:
        _echo("Nothing has changed since the last run.")
    _say(["", job.headline(settings), "", *job.findings_lines(settings), "", *job.where(settings)])
    return REJECTED if report and (report.rejected or not report.received.seen) else ACCEPTED


@main.command()
@_told_in_one_line
def pending() -> int:
    """Say what a run would do."""
    from pipelines import job

    waiting = job.pending(Settings.from_environment())
    _say(waiting.reasons or ["Nothing has changed since the last run."])
    return ACCEPTED


@main.command()
@_told_in_one_line
def headline() -> int:
    """Print the headline cluster's table from the published release."""
    from pipelines import job

    click.echo(job.headline(Settings.from_environment()))
    return ACCEPTED


@main.command()
@click.option("--language", type=click.Choice(["en", "vi"]), default="en", show_default=True)
@_told_in_one_line
def findings(language: str) -> int:
    """List the findings that stand; exit status 1 when one of them is critical."""
    from pipelines import job

    settings = Settings.from_environment()
    _say(job.findings_lines(settings, language))
    return REJECTED if job.has_critical(settings) else ACCEPTED


@main.command()
@click.argument("sql")
@_told_in_one_line
def query(sql: str) -> int:
    """Run one SQL query on the published release, read-only, and print the rows."""
    from pipelines import job

    click.echo(job.query(Settings.from_environment(), sql))
    return ACCEPTED


def _pairs(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    wrong = next((text for text in texts if "=" not in text), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong}: write COLUMN=VALUE")
    columns = [text.partition("=")[0] for text in texts]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise click.BadParameter(f"{twice} is given twice")
    return {column: value for column, _, value in (text.partition("=") for text in texts)}


@main.command("explain")
@click.argument("table")
@click.argument("keys", nargs=-1, callback=_pairs)
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write the answer as a page as well.")
@_told_in_one_line
def explain_number(table: str, keys: dict[str, str], page: Path | None) -> int:
    """Say where the numbers of a row of TABLE come from, down to file, cell and digest.

    KEYS name the row: scope_id=… period_id=… and so on, until one row is left.
    """
    from pipelines import job

    _say(job.explain(Settings.from_environment(), table, keys, page))
    return ACCEPTED


@main.command()
@_told_in_one_line
def shell() -> int:
    """Open the published release in DuckDB's own shell, read-only and unable to reach other files."""
    from pipelines import publishing

    command = publishing.shell(Settings.from_environment())
    os.execv(command[0], command)


@main.command("superset")
@click.option("--to", "target", default="dashboard.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--database", type=click.Path(path_type=Path), help="The published file as Superset's machine sees it.")
@_told_in_one_line
def superset_bundle(target: Path, database: Path | None) -> int:
    """Write the cluster's dashboard as a bundle for Apache Superset, and say how to import it."""
    from pipelines import publishing

    _echo(publishing.superset_bundle(Settings.from_environment(), target, database))
    return ACCEPTED


@main.command("as-of")
@click.argument("when")
@_told_in_one_line
def as_of(when: str) -> int:
    """Rebuild every table as it was known at the end of a day (2024-01-31) or in a release (its name)."""
    from pipelines import job

    click.echo(job.as_of(Settings.from_environment(), when).line)
    return ACCEPTED


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_told_in_one_line
def verify(file: Path) -> int:
    """Check the printed figures of FILE (columns as in published_figures.csv); 1 when one is contradicted."""
    from pipelines import job

    lines, good = job.verify(Settings.from_environment(), file)
    _say(lines)
    return ACCEPTED if good else REJECTED


@main.group("releases", invoke_without_command=True)
@click.pass_context
def releases(context: click.Context) -> None:
    """List the releases; go back to one, keep fewer of them, or restore the ledger that was backed up with one."""
    if context.invoked_subcommand is None:
        context.invoke(_list_releases)


@main.command("releases-list", hidden=True)
@_told_in_one_line
def _list_releases() -> int:
    from pipelines import publishing

    _say(publishing.released(Settings.from_environment()))
    return ACCEPTED


@releases.command()
@click.argument("release", required=False)
@click.option("--reason", required=True, help="Why; it is shown with the list of releases.")
@_told_in_one_line
def back(release: str | None, reason: str) -> int:
    """Make RELEASE current again, or the one before the current; readers see it at once."""
    from pipelines import publishing

    _echo(publishing.roll_back(Settings.from_environment(), release, reason))
    return ACCEPTED


@releases.command()
@click.argument("number", type=click.IntRange(min=1))
@_told_in_one_line
def keep(number: int) -> int:
    """Remove all but the NUMBER newest releases (never the current one) and their backups."""
    from pipelines import publishing

    _say(f"removed {name}" for name in publishing.retain(Settings.from_environment(), number))
    return ACCEPTED


@releases.command()
@click.argument("release")
@_told_in_one_line
def restore(release: str) -> int:
    """Make a new private warehouse of the ledger as it was backed up with RELEASE."""
    from pipelines import publishing

    _echo(publishing.restore(Settings.from_environment(), release))
    return ACCEPTED


@main.command()
@_told_in_one_line
def where() -> int:
    """Say where the published database, the Parquet files and the report of findings are."""
    from pipelines import job

    _say(job.where(Settings.from_environment()))
    return ACCEPTED


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["en", "vi"]), help="Of the findings; the senders' if not given.")
@_told_in_one_line
def check(files: tuple[Path, ...], language: str | None) -> int:
    """Check FILES before they are sent: what a run would say of them. Exit status 1 when something would be held back.

    Without FILES: check the jurisdiction's settings, reference tables and layouts.
    """
    from pipelines import workbench

    settings = Settings.from_environment()
    lines, good = workbench.check_files(settings, files, language) if files else workbench.check(settings)
    _say(lines)
    return ACCEPTED if good else REJECTED


@main.command()
@click.option("--unit", required=True, help="Name or id of the reporting unit.")
@click.option(
    "--period", required=True, help="Two days (2023-12-15..2024-01-14), or a year, 2024-05, 2024-Q1, 2024-H1."
)
@click.option("--series", help="Series, or series and definition version (ttxh/occurred), where there are several.")
@click.option("--revision", default=0, type=click.IntRange(min=0), show_default=True, help="Number of the revision.")
@click.option("--cumulative", is_flag=True, help="The figures are running totals from the beginning of the year.")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@_told_in_one_line
def template(
    unit: str, period: str, series: str | None, revision: int, *, cumulative: bool, target: Path | None
) -> int:
    """Write the empty form that a unit fills in for a period; it comes back with nothing declared by hand."""
    from pipelines import workbench

    accumulation = "cumulative" if cumulative else "increment"
    path = workbench.template(
        Settings.from_environment(), unit, period, series=series, revision=revision, accumulation=accumulation,
        target=target,
    )  # fmt: skip
    _echo(str(path))
    return ACCEPTED


@main.group()
def layout() -> None:
    """Write layouts: draft one from a file, and see how a file is read. docs/adding-a-form.md explains them."""


@layout.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_told_in_one_line
def suggest(file: Path) -> int:
    """Print a layout drafted from FILE, to be saved in layouts/ and finished by a person."""
    from pipelines import workbench

    _echo(workbench.suggest(file))
    return ACCEPTED


@layout.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layout", "name", help="Read it by this layout alone.")
@click.option("--rows", default=12, show_default=True, help="How many rows that are read alike to show.")
@_told_in_one_line
def explain(file: Path, name: str | None, rows: int) -> int:
    """Show how each cell of FILE would be read: header, label, figure, total, not read."""
    from pipelines import workbench

    _say(workbench.explain(Settings.from_environment(), file, name, rows))
    return ACCEPTED


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        _echo(line)


def _echo(line: str) -> None:
    """Print a line; when nobody reads any more (`ccw run | head`), go on without printing."""
    try:
        click.echo(line)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of the process


if __name__ == "__main__":
    main()
