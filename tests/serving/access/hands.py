"""Clocks whose hands a test moves, and a database of keys beside them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from serving.access.audit import Audit
from serving.access.database import AccessDatabase
from serving.access.gate import Clocks, Gate
from serving.access.keys import Keys, Wanted
from serving.access.records import Key, Rate
from serving.access.scopes import Scope

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
DEFAULT = Rate(per_second=1000.0, burst=1000)


@dataclass
class Hands:
    """Both clocks of a machine, standing still until they are moved."""

    passed: timedelta = timedelta()
    off: timedelta = timedelta()

    def move(self, **by: float) -> None:
        """Let time pass, as `timedelta` is told."""
        self.passed += timedelta(**by)

    def set_off(self, **by: float) -> None:
        """Set the time of day wrong by so much, as no time passes."""
        self.off = timedelta(**by)

    def now(self) -> datetime:
        return START + self.passed + self.off

    def seconds(self) -> float:
        return self.passed.total_seconds()

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.seconds, self.now)


class Office:
    """Makes keys, and gates that ask for them."""

    def __init__(self, folder: Path) -> None:
        self.database = AccessDatabase(folder / "output" / "access.db")
        self.hands = Hands()
        self.keys = Keys(self.database)
        self.audit = Audit(self.database)

    def make(
        self, *scopes: Scope, days: float | None = 365, rate: Rate | None = None
    ) -> tuple[Key, str]:
        """A new key and its token."""
        expires = None if days is None else self.hands.now() + timedelta(days=days)
        wanted = Wanted("crm", "Sales IT", frozenset(scopes or {Scope.PREDICT}), expires, rate)
        return self.keys.create(wanted, "cli:test", self.hands.now())

    def rotate(self, key: Key, *, hours: float) -> str:
        """A new secret for a key; the old ones open for so many hours."""
        now = self.hands.now()
        expires = now + timedelta(days=365)
        return self.keys.rotate(key.key_id, timedelta(hours=hours), expires, "cli:test", now)[1]

    def revoke(self, key: Key) -> None:
        self.keys.revoke(key.key_id, "cli:test", self.hands.now())

    def gate(self, *, open_until_first_key: bool = False, rate: Rate = DEFAULT) -> Gate:
        return Gate(
            self.database,
            rate,
            open_until_first_key=open_until_first_key,
            clocks=self.hands.clocks,
        )
