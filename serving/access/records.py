"""Keys and the audit log, as values and as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from serving.access.scopes import Scope

metadata = MetaData()
keys = Table(
    "access_keys",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
    Column("per_second", Float),
    Column("burst", Integer),
)
secrets = Table(
    "access_secrets",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("key_id", ForeignKey("access_keys.key_id"), nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("valid_until", String),
)
audit = Table(
    "audit",
    metadata,
    # Counted by the log itself, so that a gap tells of an entry removed.
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("details", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)
# One row: the log's last entry. It tells of entries cut off at the end, and a writer locks it.
audit_end = Table(
    "audit_end",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", String, nullable=False),
)


@dataclass(frozen=True)
class Secret:
    """What is kept of a secret.

    Attributes:
        digest: SHA-256 of it.
        created_at: When it was made, UTC.
        valid_until: From then on it opens nothing; None if it does not expire.
    """

    digest: bytes
    created_at: datetime
    valid_until: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens."""
        return self.valid_until is None or now < self.valid_until


@dataclass(frozen=True)
class Rate:
    """How often a key may ask: `per_second` for long, up to `burst` at once."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Key:
    """One key; which may have several secrets while one replaces another.

    Attributes:
        key_id: No secret.
        name: What it is for.
        owner: Who answers for it.
        scopes: What it may do.
        created_at: UTC.
        revoked_at: When it was revoked; None if it was not.
        rate: Its own rate; None where the project's holds.
        secrets: Newest first.
    """

    key_id: str
    name: str
    owner: str
    scopes: frozenset[Scope]
    created_at: datetime
    revoked_at: datetime | None = None
    rate: Rate | None = None
    secrets: tuple[Secret, ...] = ()

    def valid_secrets(self, now: datetime) -> list[Secret]:
        """Those that open at this moment; none of a revoked key."""
        return [] if self.revoked_at else [one for one in self.secrets if one.is_valid(now)]


@dataclass(frozen=True)
class Entry:
    """One entry of the audit log.

    Attributes:
        sequence: 1, 2, 3, ...
        at: ISO 8601, UTC.
        who: The key's id, `cli:` and a user, or `unknown`.
        action: What was done or refused.
        details: More on it, as JSON; no customer.
        previous: Hash of the entry before.
        hash: Of all of the above.
    """

    sequence: int
    at: str
    who: str
    action: str
    details: str
    previous: str
    hash: str


def key_of(row: Any, of_key: Mapping[str, tuple[Secret, ...]]) -> Key:
    """A row of the keys table with its secrets."""
    return Key(
        key_id=row.key_id,
        name=row.name,
        owner=row.owner,
        # A scope that a later version knows opens nothing here.
        scopes=frozenset(Scope(name) for name in row.scopes.split() if name in set(Scope)),
        created_at=datetime.fromisoformat(row.created_at),
        revoked_at=_moment(row.revoked_at),
        rate=None if row.per_second is None else Rate(row.per_second, row.burst),
        secrets=of_key.get(row.key_id, ()),
    )


def secret_of(row: Any) -> Secret:
    """A row of the secrets table."""
    return Secret(
        bytes(row.digest), datetime.fromisoformat(row.created_at), _moment(row.valid_until)
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
