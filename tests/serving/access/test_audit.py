"""The audit log: whatever is done to it afterwards is found, and where."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from serving.access.audit import append, hash_of
from serving.access.audit_check import Checked, check
from serving.access.database import AccessDatabase
from serving.access.records import Entry
from serving.errors import StoreError
from tests.serving.access.hands import START, Office

COLUMNS = "sequence, at, who, action, details, previous, hash"


@pytest.fixture
def log(office: Office) -> Office:
    """With eight entries."""
    with office.database.writing() as connection:
        for n in range(1, 9):
            append(connection, "someone", "http.exports", {"route": f"GET /v1/list{n}"}, START)
    return office


def tamper(office: Office, *statements: str) -> None:
    """Change the file as somebody would who may write it."""
    connection = sqlite3.connect(office.database.path)
    with connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{verb}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def rewrite(office: Office, change: Callable[[list[Entry]], list[Entry]]) -> None:
    """Replace all entries by what is made of them."""
    with office.audit.whole() as (_, entries):
        changed = change(list(entries))
    tamper(office, "DELETE FROM audit")
    connection = sqlite3.connect(office.database.path)
    with connection:
        rows = [tuple(vars(entry).values()) for entry in changed]
        connection.executemany(f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()


def found(office: Office, kept: tuple[int, str] | None = None) -> list[tuple[int, str]]:
    return [(one.sequence, one.kind) for one in check(office.audit, kept).findings]


def resealed(entry: Entry, **changes: str | int) -> Entry:
    """A changed entry with the hash that belongs to it."""
    changed = replace(entry, **changes)  # type: ignore[arg-type]
    return replace(changed, hash=hash_of(changed))


def test_an_untouched_log_is_sound_and_says_where_it_ends(log: Office) -> None:
    with log.audit.whole() as (end, entries):
        last = list(entries)[-1]
    assert check(log.audit) == Checked(8, 8, last.hash, ())
    assert end == (8, last.hash)


def test_a_log_that_was_never_written_is_sound(office: Office) -> None:
    assert check(office.audit).findings == ()
    assert not office.database.path.exists()


@pytest.mark.parametrize("number", [1, 4, 8])
@pytest.mark.parametrize("column", ["at", "who", "action", "details", "hash"])
def test_an_altered_entry_is_found(log: Office, column: str, number: int) -> None:
    tamper(log, f"UPDATE audit SET {column} = 'x' || {column} WHERE sequence = {number}")
    assert found(log) == [(number, "altered")]


@pytest.mark.parametrize("value", ["X'6162'", "5", "'ab' || char(0)"])
def test_what_is_no_text_is_found_like_any_other(log: Office, value: str) -> None:
    tamper(log, f"UPDATE audit SET who = {value} WHERE sequence = 3")
    assert found(log) == [(3, "altered")]


def test_an_altered_entry_with_a_hash_of_its_own_is_found(log: Office) -> None:
    def change(entries: list[Entry]) -> list[Entry]:
        return [resealed(one, who="x") if one.sequence == 4 else one for one in entries]

    rewrite(log, change)
    assert found(log) == [(4, "replaced")]


def test_the_last_entry_altered_with_a_hash_of_its_own_is_found(log: Office) -> None:
    rewrite(log, lambda entries: [*entries[:-1], resealed(entries[-1], who="x")])
    assert found(log) == [(8, "replaced")]


@pytest.mark.parametrize(
    ("gone", "numbers"), [("= 1", [1]), ("= 4", [4]), ("IN (3, 4, 6)", [3, 4, 6]), ("> 6", [7, 8])]
)
def test_a_removed_entry_is_found(log: Office, gone: str, numbers: list[int]) -> None:
    tamper(log, f"DELETE FROM audit WHERE sequence {gone}")
    assert found(log) == [(n, "removed") for n in numbers]


def test_a_removed_entry_is_found_though_the_rest_moved_up(log: Office) -> None:
    tamper(
        log,
        "DELETE FROM audit WHERE sequence = 4",
        "UPDATE audit SET sequence = sequence - 1 WHERE sequence > 4",
    )
    assert found(log) == [(n, "reordered") for n in (4, 5, 6, 7)] + [(8, "removed")]


def test_an_emptied_log_is_found(log: Office) -> None:
    tamper(log, "DELETE FROM audit")
    assert found(log) == [(n, "removed") for n in range(1, 9)]


def test_an_entry_inserted_at_the_end_is_found(log: Office) -> None:
    rewrite(
        log,
        lambda all_: [*all_, resealed(all_[-1], sequence=9, previous=all_[-1].hash)],
    )
    assert found(log) == [(9, "inserted")]


def test_an_entry_inserted_in_between_is_found(log: Office) -> None:
    def change(entries: list[Entry]) -> list[Entry]:
        later = [replace(one, sequence=one.sequence + 1) for one in entries[4:]]
        new = resealed(entries[3], sequence=5, previous=entries[3].hash, who="x")
        return [*entries[:4], new, *later]

    rewrite(log, change)
    moved = [(n, "reordered") for n in (6, 7, 8, 9)]
    assert found(log) == [(5, "inserted"), *moved, (9, "inserted")]


@pytest.mark.parametrize(("one", "other"), [(4, 5), (2, 7), (1, 8)])
def test_two_entries_that_changed_places_are_found(log: Office, one: int, other: int) -> None:
    swapped = {one: other, other: one}
    rewrite(
        log,
        lambda all_: [replace(e, sequence=swapped.get(e.sequence, e.sequence)) for e in all_],
    )
    findings = check(log.audit).findings
    assert [(f.sequence, f.kind) for f in findings] == [(one, "reordered"), (other, "reordered")]
    assert findings[0].told == f"entry {one} was reordered: it was written as {other}"


def test_a_log_rewritten_as_a_whole_is_found_by_what_was_kept_of_it(log: Office) -> None:
    kept = check(log.audit)

    def rewritten(entries: list[Entry]) -> list[Entry]:
        done: list[Entry] = []
        for entry in entries:
            previous = done[-1].hash if done else entry.previous
            who = "x" if entry.sequence == 4 else entry.who
            done.append(resealed(entry, who=who, previous=previous))
        return done

    rewrite(log, rewritten)
    with log.audit.whole() as (_, entries):
        forged = list(entries)[-1].hash
    tamper(log, f"UPDATE audit_end SET hash = '{forged}'")

    assert found(log) == []  # hashes alone cannot tell
    assert found(log, (kept.sequence, kept.hash)) == [(8, "replaced")]


def test_a_log_cut_short_is_found_by_what_was_kept_of_it(log: Office) -> None:
    kept = check(log.audit)
    with log.audit.whole() as (_, entries):
        sixth = list(entries)[5].hash
    tamper(
        log,
        "DELETE FROM audit WHERE sequence > 6",
        f"UPDATE audit_end SET sequence = 6, hash = '{sixth}'",
    )
    assert found(log) == []
    assert found(log, (kept.sequence, kept.hash)) == [(7, "removed"), (8, "removed")]


def test_what_was_kept_holds_while_the_log_grows(log: Office) -> None:
    kept = check(log.audit)
    log.audit.append("someone", "http.exports", {}, START)
    assert found(log, (kept.sequence, kept.hash)) == []


def test_a_log_without_its_record_of_the_end_is_told_in_one_line(log: Office) -> None:
    tamper(log, "DELETE FROM audit_end")
    with pytest.raises(StoreError, match="record of its last entry was removed; restore"):
        check(log.audit)


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_entries_cannot_be_changed_by_mistake(log: Office, change: str) -> None:
    connection = sqlite3.connect(log.database.path)
    with pytest.raises(sqlite3.IntegrityError, match="the audit log is only appended to"):
        connection.execute(change)
    connection.close()


def test_a_change_that_fails_leaves_neither_key_nor_entry(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.make()
    before = office.keys.all(), office.audit.latest(9)
    monkeypatch.setattr("serving.access.keys.append", _broken)
    with pytest.raises(RuntimeError, match="disk"):
        office.make()
    assert (office.keys.all(), office.audit.latest(9)) == before


def _broken(*_: object) -> None:
    raise RuntimeError("disk")


WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from serving.access.audit import Audit
from serving.access.database import AccessDatabase

log = Audit(AccessDatabase(Path(sys.argv[1])))
for _ in range(10):
    log.append(sys.argv[2], "http.exports", {}, datetime.now(UTC))
"""


def test_many_writers_make_one_chain(office: Office) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, office.database.path, str(n)])
        for n in range(2)
    ]

    def write(n: int) -> None:
        for _ in range(10):
            office.audit.append(f"thread {n}", "http.exports", {}, START)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert [process.wait(30) for process in processes] == [0, 0]

    checked = check(office.audit)
    assert (checked.entries, checked.findings) == (60, ())


def test_a_file_that_is_no_database_is_told_in_one_line(office: Office) -> None:
    office.database.path.parent.mkdir()
    office.database.path.write_bytes(b"not the pages you look for" * 300)
    for ask in (office.keys.all, lambda: check(office.audit), lambda: office.make()):
        with pytest.raises(StoreError, match=r"cannot be .* from a backup") as no:
            ask()
        assert "\n" not in str(no.value)


def test_a_database_that_cannot_be_made_is_told_in_one_line(office: Office) -> None:
    blocked = office.database.path.parent
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match=r"access\.db: keys and audit log cannot be written"):
        Office(blocked.parent).make()


def test_reading_makes_no_file(office: Office) -> None:
    assert office.keys.all() == []
    assert office.audit.latest(5) == []
    assert not office.database.path.parent.exists()


def test_an_empty_file_holds_no_keys(office: Office) -> None:
    office.database.path.parent.mkdir()
    office.database.path.touch()
    assert AccessDatabase(office.database.path)
    assert office.keys.all() == []
