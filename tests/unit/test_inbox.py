"""The folder of received files and the ledger: what is seen, what is new, what waits (domain.md §5)."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.submissions.inbox import INBOX, scan, sidecar_of, submission_files, unsettled
from pipelines.warehouse import ledger
from pipelines.warehouse.ledger import Receipt
from tests.models.harness import empty_warehouse

A, B = b"one content", b"another content"


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in submission_files(folder)]


# --- the folder ----------------------------------------------------------------------------------------------------


def test_what_is_not_a_submission_is_left_out(tmp_path: Path) -> None:
    for name in (
        "a.xlsx", "2023/b.csv", "2023/deep/c.ods", "d.pdf", "no_suffix",  # received, whatever they may be
        "a.xlsx.yml", "README.md",  # a sidecar, a note
        "~$a.xlsx", ".hidden.xlsx", ".~lock.a.xlsx#",  # left by programs that have a file open
        "e.xlsx.tmp", "e.TMP", "e.xlsx.part", "e.xlsx.crdownload", "e.xlsx~",  # not finished yet
    ):  # fmt: skip
        put(tmp_path, name, A)
    (tmp_path / "folder.xlsx").mkdir()
    assert names(tmp_path) == ["2023/b.csv", "2023/deep/c.ods", "a.xlsx", "d.pdf", "no_suffix"]
    assert scan(tmp_path)["file"].to_list() == names(tmp_path)


def test_an_absent_or_empty_folder_has_no_files(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert scan(folder).rows() == []
        assert scan(folder).schema == INBOX


def test_a_sidecar_bears_the_whole_name(tmp_path: Path) -> None:
    """a.xlsx and a.csv have notes of their own."""
    assert sidecar_of(tmp_path / "a.xlsx").name == "a.xlsx.yml"


def test_the_bytes_and_the_sidecar_make_the_identity(tmp_path: Path) -> None:
    """The digest is that of sha256sum; name, folder and time do not enter the identity."""
    put(tmp_path, "a.xlsx", A)
    put(tmp_path, "deep/copy.csv", A)
    put(tmp_path, "b.xlsx", B)
    put(tmp_path, "declared.xlsx", A)
    put(tmp_path, "declared.xlsx.yml", b"revision: 2\n")
    rows = {row["file"]: row for row in scan(tmp_path).iter_rows(named=True)}
    assert rows["a.xlsx"]["sha256"] == "f9173d6c778a2cbe1f7599730e077684a84a02ee41ca10462b3abeb077451205"
    assert rows["a.xlsx"]["size"] == 11
    assert rows["a.xlsx"]["submission_id"] == rows["deep/copy.csv"]["submission_id"]
    assert len({row["submission_id"] for row in rows.values()}) == 3
    assert rows["declared.xlsx"]["sha256"] == rows["a.xlsx"]["sha256"]
    assert (rows["a.xlsx"]["sidecar_sha256"], rows["declared.xlsx"]["sidecar_sha256"] is None) == (None, False)


def test_files_that_may_still_be_copied_are_told(tmp_path: Path) -> None:
    put(tmp_path, "new.xlsx", A)
    old = put(tmp_path, "old/old.xlsx", A)
    an_hour_ago = time.time() - 3600
    os.utime(old, (an_hour_ago, an_hour_ago))
    assert unsettled(tmp_path, 60) == ("new.xlsx",)
    assert unsettled(tmp_path, 7200) == ("new.xlsx", "old/old.xlsx")


# --- the ledger ----------------------------------------------------------------------------------------------------


class Ledger:
    """An in-memory warehouse that looks into a folder, an hour later each time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.con, self.now = folder, empty_warehouse(), datetime(2024, 1, 10)

    def receive(self, read_with: str = "as today") -> Receipt:
        self.now += timedelta(hours=1)
        return ledger.receive(self.con, scan(self.folder), read_with, {}, self.now)

    def settle(self, state: str = "accepted", read_with: str = "as today") -> None:
        """What load does with everything that waits."""
        accepted = 0 if state == "rejected" else 1
        waiting = ledger.received(self.con).select("submission_id", "reading", "file", "origin", "sha256").rows()
        for submission_id, reading, file, origin, sha256 in waiting:
            self.con.execute(
                "insert into ops.readings (submission_id, reading, file, origin, sha256, revision, backfilled, state,"
                " read_with, read_at, known_at, rows_accepted, rows_rejected)"
                " values (?, ?, ?, ?, ?, 0, false, ?, ?, ?, ?, ?, 0)",
                [submission_id, reading, file, origin, sha256, state, read_with, self.now, self.now, accepted],
            )
        self.con.execute("delete from ops.waiting")

    def waiting(self) -> list[tuple[str, int]]:
        return ledger.received(self.con).select("file", "reading").rows()

    def findings(self) -> list[tuple[str, str]]:
        return self.con.execute("select code, file from ops.findings order by found_at, code").fetchall()

    def changed(self, read_with: str = "as today") -> tuple[str, ...]:
        return ledger.changed_files(self.con, scan(self.folder), read_with, {})


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def test_a_file_is_received_once(book: Ledger) -> None:
    put(book.folder, "a.xlsx", A)
    assert book.changed() == ("a.xlsx",)
    assert book.receive() == Receipt(seen=1, new=1, waiting=1)
    assert book.receive() == Receipt(seen=1, new=0, waiting=1)  # a run that was killed left it waiting
    assert book.changed() == ("a.xlsx",)
    book.settle()
    assert book.receive() == Receipt(seen=1, new=0, waiting=0)
    assert book.changed() == ()
    assert book.findings() == []


def test_a_file_changed_in_place_is_not_read_and_may_be_put_back(book: Ledger) -> None:
    """A → B → A under one name: the name stands for A."""
    put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle()
    put(book.folder, "a.xlsx", B)
    assert book.receive() == Receipt(seen=1, new=1, waiting=0)
    assert book.findings() == [("file_changed_in_place", "a.xlsx")]
    assert book.changed() == ()
    put(book.folder, "a.xlsx", A)
    assert book.changed() == ("a.xlsx",)
    assert book.receive() == Receipt(seen=1, new=1, waiting=1)
    assert book.waiting() == [("a.xlsx", 2)]  # its second reading
    rows = book.con.execute("select submission_id, changed_from from ops.receipts order by receipt_no").fetchall()
    assert rows[0] == rows[2] != rows[1]
    assert rows[0][1] is None


def test_a_content_that_was_refused_as_a_change_is_read_under_another_name(book: Ledger) -> None:
    put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle()
    put(book.folder, "a.xlsx", B)
    book.receive()
    put(book.folder, "b.xlsx", B)
    assert book.receive() == Receipt(seen=2, new=1, waiting=1)
    assert book.waiting() == [("b.xlsx", 1)]


def test_a_changed_sidecar_is_a_new_submission_of_the_same_bytes(book: Ledger) -> None:
    put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle()
    put(book.folder, "a.xlsx.yml", b"revision: 2\n")
    assert book.receive() == Receipt(seen=1, new=1, waiting=1)
    assert book.findings() == []  # the file itself did not change


def test_the_same_bytes_under_another_name_are_counted_once(book: Ledger) -> None:
    """domain.md §5: twice with the same bytes."""
    put(book.folder, "b.xlsx", A)
    book.receive()
    book.settle()
    put(book.folder, "a.xlsx", A)
    assert book.receive() == Receipt(seen=2, new=1, waiting=0)
    assert book.findings() == [("content_known", "a.xlsx")]
    assert book.con.execute("select duplicate_of from ops.receipts where file = 'a.xlsx'").fetchall() == [("b.xlsx",)]
    assert book.receive() == Receipt(seen=2, new=0, waiting=0)
    assert book.changed() == ()


def test_of_equal_files_that_come_together_the_first_by_name_is_read(book: Ledger) -> None:
    put(book.folder, "b.xlsx", A)
    put(book.folder, "a.xlsx", A)
    assert book.receive() == Receipt(seen=2, new=2, waiting=1)
    assert book.waiting() == [("a.xlsx", 1)]
    assert book.findings() == [("content_known", "b.xlsx")]


def test_files_wait_in_the_order_of_their_arrival(book: Ledger) -> None:
    put(book.folder, "b.xlsx", B)
    book.receive()
    put(book.folder, "a.xlsx", A)
    book.receive()
    assert book.waiting() == [("b.xlsx", 1), ("a.xlsx", 1)]


@pytest.mark.parametrize("state", ["rejected", "partly_rejected"])
def test_what_was_refused_is_read_again_with_other_layouts_only(book: Ledger, state: str) -> None:
    put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle(state)
    assert book.receive() == Receipt(seen=1, new=0, waiting=0)
    assert (book.changed(), book.changed("a new layout")) == ((), ("a.xlsx",))
    assert book.receive("a new layout") == Receipt(seen=1, new=0, waiting=1)
    assert book.waiting() == [("a.xlsx", 2)]


def test_what_was_accepted_stays_accepted(book: Ledger) -> None:
    put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle()
    assert book.changed("a new layout") == ()
    assert book.receive("a new layout") == Receipt(seen=1, new=0, waiting=0)


def test_a_file_that_is_taken_away_changes_nothing(book: Ledger) -> None:
    """Raw is append-only: figures that were accepted do not vanish with a file."""
    path = put(book.folder, "a.xlsx", A)
    book.receive()
    book.settle()
    path.unlink()
    assert book.changed() == ()  # an empty folder is more likely one that is not there for the moment
    assert book.receive() == Receipt(seen=0, new=0, waiting=0)
    assert book.con.execute("select state from ops.readings").fetchall() == [("accepted",)]


def test_a_file_that_went_or_came_back_is_something_to_do(book: Ledger) -> None:
    path = put(book.folder, "a.xlsx", A)
    put(book.folder, "b.xlsx", B)
    book.receive()
    book.settle()
    path.unlink()
    assert book.changed() == ("a.xlsx",)
    book.receive()
    assert (book.changed(), book.findings()) == ((), [("file_disappeared", "a.xlsx")])
    put(book.folder, "a.xlsx", A)
    assert book.changed() == ("a.xlsx",)
    book.receive()
    assert book.changed() == ()


def test_a_file_that_is_only_moved_has_not_disappeared(book: Ledger) -> None:
    path = put(book.folder, "a.xlsx", A)
    put(book.folder, "b.xlsx", B)
    book.receive()
    book.settle()
    path.rename(book.folder / "c.xlsx")
    assert book.receive() == Receipt(seen=2, new=1, waiting=0)
    assert book.findings() == []
    assert book.con.execute("select origin from ops.receipts where file = 'c.xlsx'").fetchall() == [("a.xlsx",)]


def test_receiving_is_all_or_nothing(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure between the two scripts of a look leaves no receipt, so the next look sees the file as new."""
    put(book.folder, "a.xlsx", A)
    book.con.execute("alter table ops.findings rename to gone")
    with pytest.raises(duckdb.Error):
        book.receive()
    book.con.execute("alter table ops.gone rename to findings")
    assert book.receive() == Receipt(seen=1, new=1, waiting=1)


def test_a_file_that_is_renamed_before_it_was_read_is_read_under_its_new_name(book: Ledger) -> None:
    """A run was killed after receiving; then the sender's file was moved into a folder of the year."""
    path = put(book.folder, "a.xlsx", A)
    book.receive()
    (book.folder / "2023").mkdir()
    path.rename(book.folder / "2023" / "a.xlsx")
    book.receive()
    assert book.waiting() == [("2023/a.xlsx", 1)]
