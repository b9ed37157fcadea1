"""Rolling back, retention, the backup of the ledger, what goes wrong while publishing, and readers meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import job, publishing
from pipelines.publication import releases
from pipelines.publication.releases import ReleaseError
from pipelines.settings import ROOT, Settings
from pipelines.warehouse import backup
from pipelines.warehouse.connection import look
from tests.conftest import silent
from tests.integration.bad_files import edited
from tests.integration.releasing import current, published

Workplace = Callable[..., Settings]


# --- the ways back --------------------------------------------------------------------------------------------------


def _two_releases(workplace: Workplace) -> Settings:
    settings = workplace("74")
    job.run(settings, silent)
    time.sleep(1.1)  # releases are named by the second
    edited({"C12": 1700, "C15": 1700})(settings.submissions / "correction.xlsx")
    job.run(settings, silent)
    return settings


RECORDED = "select value from counts where unit_id = '74-2008' and offence_code = 'all' and measure = 'recorded'"


def test_a_release_is_rolled_back_until_something_changes(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    newest = current(settings).release_id
    assert published(settings, RECORDED) == [(1700,)]
    with pytest.raises(ReleaseError, match="there is no release nowhere"):
        publishing.roll_back(settings, "nowhere", "a try")
    told = publishing.roll_back(settings, None, "số liệu sai")
    assert told.startswith(f"{current(settings).release_id} is current now.")
    assert published(settings, RECORDED) == [(1809,)]
    assert job.pending(settings).nothing  # the next scheduled run does not bring it back
    job.publish(settings)
    assert published(settings, RECORDED) == [(1809,)]
    lines = publishing.released(settings)
    assert lines[1].startswith(f"→ {current(settings).release_id}")
    assert lines[-1].endswith(f"from {newest}: số liệu sai")
    time.sleep(1.1)
    edited({"C12": 1750, "C15": 1750})(settings.submissions / "another.xlsx")
    job.run(settings, silent)
    assert published(settings, RECORDED) == [(1750,)]
    assert not any("Rolled back" in line for line in publishing.released(settings))


def test_what_was_refused_stays_refused_after_a_roll_back(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    blank = settings.submissions / "blank.xlsx"
    edited({"C12": None, "C15": None, "D12": None, "D15": None})(blank)
    note = blank.with_name("blank.xlsx.yml")
    note.write_text(note.read_text(encoding="utf-8").replace("revision: 2", "revision: 3"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="coverage_shrank"):
        job.run(settings, silent)
    publishing.roll_back(settings, None, "wrong")
    assert job.pending(settings).nothing
    assert published(settings, RECORDED) == [(1809,)]
    # once something else changes, the loss is still measured against what was published last
    (settings.reference / "holidays.csv").write_text("date,name\n2024-05-01,x\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match="coverage_shrank"):
        job.run(settings, silent)


def test_what_is_new_is_told_to_readers_of_the_release_that_was_rolled_back_to(workplace: Workplace) -> None:
    """Readers have 1.809 again: what comes next differs from that, and a mistaken loss needs its reason again."""
    settings = workplace("74")
    job.run(settings, silent)
    kept = current(settings)
    time.sleep(1.1)
    edited({"C12": None, "C15": None, "D12": None, "D15": None})(settings.submissions / "blank.xlsx")
    reasons = settings.reference / "release_reasons.csv"
    reasons.write_text("reason_id,kind,unit_id,reason\nr,coverage,74-2008,nhầm\n", encoding="utf-8")
    job.run(settings, silent)
    assert published(settings, RECORDED) == [(None,)]
    taken_back = current(settings)
    publishing.roll_back(settings, kept.release_id, "the loss was a mistake")
    (settings.reference / "holidays.csv").write_text("date,name\n2024-05-01,x\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"coverage_shrank: 74-2008.* that no release has used yet"):
        job.run(settings, silent)
    assert published(settings, RECORDED) == [(1809,)]
    # a release that cannot be read any more is named, with what to do
    taken_back.database.chmod(0o644)
    taken_back.database.write_bytes(b"no database")
    with pytest.raises(ReleaseError, match=rf"{taken_back.release_id}.* cannot be read .* move its folder away"):
        job.run(settings, silent)


def test_a_pointer_that_is_a_folder_is_told_and_nothing_piles_up(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    pointer = settings.releases / releases.POINTER
    folder = pointer.resolve()
    pointer.unlink()
    shutil.copytree(folder, pointer)
    edited({"C12": 1600, "C15": 1600})(settings.submissions / "third.xlsx")
    before = {release.release_id for release in releases.known(settings.releases)}
    with pytest.raises(ReleaseError, match="current is no link to a release"):
        job.run(settings, silent)
    assert {release.release_id for release in releases.known(settings.releases)} == before


def test_backups_outlive_releases_that_cannot_be_read(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    backups = {path.name for path in settings.backups.iterdir()}
    shutil.rmtree(settings.releases)
    time.sleep(1.1)
    job.run(settings, silent)
    assert {path.name for path in settings.backups.iterdir()} > backups


def test_what_lies_beside_the_releases_is_none(workplace: Workplace) -> None:
    settings = workplace("74")
    job.run(settings, silent)
    (settings.releases / "old-copy").mkdir()
    (settings.releases / "rolled_back.json").write_text("[]", encoding="utf-8")
    (settings.releases / "left.tmp").write_text("x", encoding="utf-8")
    assert len(publishing.released(settings)) == 1
    assert job.pending(settings).nothing
    with pytest.raises(job.AsOfError, match="neither a day"):
        job.as_of(settings, "old-copy")


def test_a_lost_warehouse_comes_back_from_the_backup(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    release = current(settings).release_id
    with look(settings) as con:
        assert con is not None
        ledger = con.execute("select file, state, first_seen_at from ops.submissions order by 1").fetchall()
        numbers = con.execute("select max(value_no) from raw.counts").fetchall()
    settings.warehouse_file.rename(settings.warehouse_file.with_suffix(".lost"))
    told = publishing.restore(settings, release)
    assert "rows of the ledger" in told
    job.run(settings, silent)
    with look(settings) as con:
        assert con is not None
        assert con.execute("select file, state, first_seen_at from ops.submissions order by 1").fetchall() == ledger
        assert con.execute("select max(value_no) from raw.counts").fetchall() == numbers  # nothing was read twice
    assert published(settings, RECORDED) == [(1700,)]
    with pytest.raises(backup.BackupError, match="nothing is overwritten"):
        publishing.restore(settings, release)


def test_retention_keeps_the_current_release(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    publishing.roll_back(settings, None, "a try")
    old = current(settings).release_id
    assert publishing.retain(settings, 1) == ()  # the older one is current
    assert {r.release_id for r in releases.known(settings.releases)} > {old}
    assert {path.stem for path in settings.backups.iterdir()} == {
        r.release_id for r in releases.known(settings.releases)
    }


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_release_before(workplace: Workplace) -> None:
    """Files may not grow beyond 300 kB while the release is written, as on a disk that is full."""
    settings = workplace("74")
    job.run(settings, silent)
    before = current(settings).release_id
    edited({"C12": 1700, "C15": 1700})(settings.submissions / "correction.xlsx")
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pipelines import job\n"
        "from pipelines.settings import Settings\n"
        "settings = Settings(jurisdiction=Path(sys.argv[1]), home=Path(sys.argv[2]))\n"
        "for step in (job.receive, job.stage, job.validate, job.load, job.build_marts):\n"
        "    step(settings)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "try:\n"
        "    job.publish(settings)\n"
        "except job.JobError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.jurisdiction), str(settings.home)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert "the release could not be written" in done.stdout, done.stderr[-1500:]
    assert "The one before stays current" in done.stdout
    assert current(settings).release_id == before
    assert not list(settings.releases.glob("*.tmp"))
    assert published(settings, RECORDED) == [(1809,)]


def test_a_reader_that_stays_for_days_keeps_its_release(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    publishing.roll_back(settings, None, "an old reader")
    reader = duckdb.connect(str(settings.published_database), read_only=True)
    try:
        assert reader.execute(RECORDED).fetchall() == [(1809,)]
        shutil.rmtree(current(settings).folder)  # by hand, or by retention
        assert reader.execute(RECORDED).fetchall() == [(1809,)]
    finally:
        reader.close()


def test_a_pointer_to_a_missing_release_is_published_again(workplace: Workplace) -> None:
    settings = workplace("74")
    job.run(settings, silent)
    shutil.rmtree(current(settings).folder)
    assert releases.current(settings.releases) is None
    assert job.query(settings, "from build_info") == "Nothing is published yet."
    assert "the marts are not published yet" in job.pending(settings).reasons
    assert publishing.released(settings) == ("Nothing is published yet.",)
    time.sleep(1.1)
    assert job.run(settings, silent) is not None
    assert published(settings, RECORDED) == [(1809,)]


def test_lost_figures_are_noticed_though_the_pointer_leads_nowhere(workplace: Workplace) -> None:
    settings = _two_releases(workplace)
    shutil.rmtree(current(settings).folder)
    blank = settings.submissions / "blank.xlsx"
    edited({"C12": None, "C15": None, "D12": None, "D15": None})(blank)
    note = blank.with_name("blank.xlsx.yml")
    note.write_text(note.read_text(encoding="utf-8").replace("revision: 2", "revision: 3"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="coverage_shrank: 74-2008"):
        job.run(settings, silent)


# --- readers --------------------------------------------------------------------------------------------------------

READER = """
import os, sys
import duckdb
path, until = sys.argv[1:]
seen = set()
while not os.path.exists(until) or not seen:
    with duckdb.connect(path, read_only=True, config={"enable_external_access": "false"}) as con:
        (whole,) = con.execute("select number from build_info").fetchall()[0]
        parts = {n for (n,) in con.execute("select distinct number from figures").fetchall()}
        assert parts == {whole}, (parts, whole)
        seen.add(whole)
print(len(seen))
"""


def test_eight_readers_see_two_hundred_swaps_without_an_error(tmp_path: Path) -> None:
    """Each release is written by the code that writes every release, its tables of one number; none is seen mixed."""
    folder, swaps = tmp_path / "releases", 200
    folder.mkdir()
    con = duckdb.connect()

    def swap(number: int) -> None:
        with releases.drafting(folder, f"{number:08}", _moment(number)) as draft:
            con.execute(f"attach '{draft / releases.DATABASE}' as made (storage_version 'v1.0.0')")
            con.execute(f"create table made.figures as select {number} as number from range(2000)")
            con.execute(f"create table made.build_info as select {number} as number")
            con.execute("checkpoint made")
            con.execute("detach made")
            releases.write_manifest(draft, {"fingerprint": f"{number}", "tables": {"figures": 2000}})
        releases.retain(folder, 3, time.time() - 5)

    swap(0)
    path = folder / releases.POINTER / releases.DATABASE
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(path), str(tmp_path / "done")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(8)
    ]
    for number in range(1, swaps + 1):
        swap(number)
    (tmp_path / "done").touch()
    told = [reader.communicate(timeout=120) for reader in readers]
    assert [(reader.returncode, errors.decode()[-500:]) for reader, (_, errors) in zip(readers, told, strict=True)] == [
        (0, "")
    ] * 8
    assert all(int(seen) > 1 for seen, _ in told)
    releases.retain(folder, 3, time.time())
    assert len(releases.known(folder)) == 3


def _moment(number: int) -> datetime:
    return datetime(2024, 1, 1) + timedelta(seconds=number)
