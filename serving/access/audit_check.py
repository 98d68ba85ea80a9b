"""Find what was done to the audit log since it was written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from serving.access.audit import Audit, hash_of
from serving.access.database import START
from serving.access.records import Entry

Kind = Literal["altered", "removed", "inserted", "reordered", "replaced"]
MOST_FINDINGS = 1000


@dataclass(frozen=True)
class Finding:
    """One entry that is not as it was written.

    Attributes:
        sequence: Of the entry.
        kind: What was done to it.
        told: The same in words.
    """

    sequence: int
    kind: Kind
    told: str


@dataclass(frozen=True)
class Checked:
    """What a check found; sound if there are no findings.

    Attributes:
        entries: How many there are.
        sequence: Of the last; 0 of an empty log.
        hash: Of the last. Kept elsewhere, it proves later that the log up to it was not rewritten.
        findings: At most 1,000, in order.
    """

    entries: int
    sequence: int
    hash: str
    findings: tuple[Finding, ...]


def check(log: Audit, kept: tuple[int, str] | None = None) -> Checked:
    """Walk the whole log, hash by hash.

    Whoever may write the file could rewrite the log from some entry on, hashes and all: only an
    entry's hash that was kept elsewhere shows that.

    Args:
        log: To check.
        kept: Sequence and hash of an entry, as an earlier check gave them.

    Raises:
        StoreError: The log cannot be read.
    """
    with log.whole() as ((end, end_hash), entries):
        walk = _Walk(entries, kept)
        found = walk.findings()
        last = walk.last
    if last.sequence < end:
        found += _removed(last.sequence + 1, end)
    elif last.sequence > end:
        found += [
            Finding(n, "inserted", f"entry {n} was inserted: the last that was written is {end}")
            for n in range(end + 1, min(last.sequence, end + MOST_FINDINGS) + 1)
        ]
    elif last.hash != end_hash and last.sequence not in walk.wrong:
        found.append(_replaced(last.sequence))
    if kept and kept[0] > last.sequence:
        found += _removed(max(last.sequence, end) + 1, kept[0])
    found = sorted(found, key=lambda one: one.sequence)[:MOST_FINDINGS]
    return Checked(walk.count, last.sequence, last.hash, tuple(_told(found, walk.wrong)))


class _Walk:
    """One pass over the entries; holds those alone that are wrong."""

    def __init__(self, entries: Iterator[Entry], kept: tuple[int, str] | None) -> None:
        self._entries = entries
        self._kept = kept
        self.last = Entry(0, "", "", "", "", "", START)
        self.count = 0
        self.wrong: dict[int, Entry] = {}

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        for entry in self._entries:
            if len(found) < MOST_FINDINGS:
                found += self._of(entry)
            self.last = entry
            self.count += 1
        return found

    def _of(self, entry: Entry) -> list[Finding]:
        number, before = entry.sequence, self.last
        if number < 1:
            return [Finding(number, "inserted", f"entry {number} was inserted: they count from 1")]
        gap = _removed(before.sequence + 1, number - 1)
        if hash_of(entry) != entry.hash:
            self.wrong[number] = entry
            return [*gap, Finding(number, "altered", f"entry {number} was altered")]
        if self._kept and number == self._kept[0] and entry.hash != self._kept[1]:
            return [*gap, _replaced(number)]
        # Where either side is known to be wrong, its own finding says so already.
        if not gap and before.sequence not in self.wrong and entry.previous != before.hash:
            return [_replaced(before.sequence)] if before.sequence else [_replaced(number)]
        return gap


def _told(found: list[Finding], wrong: dict[int, Entry]) -> list[Finding]:
    """Tell entries that stand in another's place from those whose content was altered."""
    known = {one.sequence for one in found}
    # One can only have come from a place whose own entry is wrong or gone, or from beside it.
    places = sorted({n + step for n in {*wrong, *known} for step in (-1, 0, 1)})
    told = []
    for one in found:
        entry = wrong.get(one.sequence)
        moved = entry and next((n for n in places if _was_written_as(entry, n)), None)
        if one.kind != "altered" or not moved:
            told.append(one)
            continue
        words = f"entry {one.sequence} was reordered: it was written as {moved}"
        told.append(Finding(one.sequence, "reordered", words))
        if moved not in known:
            words = f"entry {moved} was inserted: {one.sequence} was written in its place"
            told.append(Finding(moved, "inserted", words))
    return sorted(told, key=lambda one: one.sequence)


def _was_written_as(entry: Entry, number: int) -> bool:
    return hash_of(replace(entry, sequence=number)) == entry.hash


def _removed(first: int, last: int) -> list[Finding]:
    return [
        Finding(n, "removed", f"entry {n} was removed")
        for n in range(first, min(last, first + MOST_FINDINGS - 1) + 1)
    ]


def _replaced(number: int) -> Finding:
    words = f"entry {number} was replaced: the log around it tells of another hash"
    return Finding(number, "replaced", words)
