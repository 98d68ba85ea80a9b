"""API keys: made, rotated, revoked and listed; each change with its entry in the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from serving.access.audit import append
from serving.access.database import AccessDatabase
from serving.access.errors import KeyRequestError
from serving.access.records import Key, Rate, Secret, key_of, keys, secret_of, secrets
from serving.access.scopes import Scope
from serving.access.tokens import digest_of, new_key_id, new_secret, token_of

LONGEST_TEXT = 100


@dataclass(frozen=True)
class Wanted:
    """What a new key is to be.

    Attributes:
        name: What it is for.
        owner: Who answers for it.
        scopes: What it may do.
        expires_at: Its secret opens until then, UTC; None for ever.
        rate: Its own rate; None where the project's holds.
    """

    name: str
    owner: str
    scopes: frozenset[Scope]
    expires_at: datetime | None
    rate: Rate | None = None


class Keys:
    """The keys of one database."""

    def __init__(self, database: AccessDatabase) -> None:
        """Remember where."""
        self._database = database

    def create(self, wanted: Wanted, by: str, now: datetime) -> tuple[Key, str]:
        """Make a key; its token is returned this once and kept nowhere.

        Raises:
            KeyRequestError: A name or owner that says nothing or breaks a line, or a key that
                would have expired already.
            StoreError: It cannot be written.
        """
        for what, text in (("name", wanted.name), ("owner", wanted.owner)):
            if not text.strip() or len(text) > LONGEST_TEXT or not text.isprintable():
                raise KeyRequestError(
                    f"the {what} is empty, longer than {LONGEST_TEXT} characters, or holds what "
                    "cannot be printed; give another"
                )
        _refuse_past(wanted.expires_at, now)
        key_id = new_key_id()
        row = {
            "key_id": key_id,
            "name": wanted.name,
            "owner": wanted.owner,
            "scopes": " ".join(sorted(wanted.scopes)),
            "created_at": now.isoformat(),
            "per_second": wanted.rate and wanted.rate.per_second,
            "burst": wanted.rate and wanted.rate.burst,
        }
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(row))
            secret = _add_secret(connection, key_id, wanted.expires_at, now)
            told = {name: row[name] for name in ("name", "owner", "scopes")}
            append(connection, by, "key.created", {"key": key_id, **told}, now)
            return _one(connection, key_id), token_of(key_id, secret)

    def rotate(
        self, key_id: str, overlap: timedelta, expires_at: datetime | None, by: str, now: datetime
    ) -> tuple[Key, str]:
        """Give a key a new secret; those it has go on opening for the overlap, and no longer.

        Raises:
            KeyRequestError: There is no such key, it is revoked, or the new secret would have
                expired already.
            StoreError: It cannot be written.
        """
        _refuse_past(expires_at, now)
        with self._database.writing() as connection:
            key = _one(connection, key_id)
            _refuse_revoked(key)
            until = now + overlap
            for old in key.secrets:
                if old.is_valid(until):
                    shortened = update(secrets).where(secrets.c.digest == old.digest)
                    connection.execute(shortened.values(valid_until=until.isoformat()))
            secret = _add_secret(connection, key_id, expires_at, now)
            details = {"key": key_id, "old_valid_until": until.isoformat()}
            append(connection, by, "key.rotated", details, now)
            return _one(connection, key_id), token_of(key_id, secret)

    def revoke(self, key_id: str, by: str, now: datetime) -> Key:
        """Let a key open nothing any more, for good.

        Raises:
            KeyRequestError: There is no such key, or it is revoked already.
            StoreError: It cannot be written.
        """
        with self._database.writing() as connection:
            _refuse_revoked(_one(connection, key_id))
            revoked = update(keys).where(keys.c.key_id == key_id)
            connection.execute(revoked.values(revoked_at=now.isoformat()))
            append(connection, by, "key.revoked", {"key": key_id}, now)
            return _one(connection, key_id)

    def all(self) -> list[Key]:
        """Every key there ever was, oldest first, revoked ones too.

        Raises:
            StoreError: They cannot be read.
        """
        with self._database.reading() as connection:
            return [] if connection is None else _read(connection)


def _add_secret(
    connection: Connection, key_id: str, valid_until: datetime | None, now: datetime
) -> str:
    secret = new_secret()
    row: dict[str, Any] = {
        "digest": digest_of(secret),
        "key_id": key_id,
        "created_at": now.isoformat(),
        "valid_until": valid_until and valid_until.isoformat(),
    }
    connection.execute(insert(secrets).values(row))
    return secret


def _read(connection: Connection, key_ids: Iterable[str] | None = None) -> list[Key]:
    rows, kept = select(keys), select(secrets)
    if key_ids is not None:
        wanted = list(key_ids)
        rows, kept = rows.where(keys.c.key_id.in_(wanted)), kept.where(secrets.c.key_id.in_(wanted))
    of_key: dict[str, tuple[Secret, ...]] = {}
    for row in connection.execute(kept.order_by(secrets.c.created_at.desc())):
        of_key[row.key_id] = (*of_key.get(row.key_id, ()), secret_of(row))
    ordered = rows.order_by(keys.c.created_at, keys.c.key_id)
    return [key_of(row, of_key) for row in connection.execute(ordered)]


def _one(connection: Connection, key_id: str) -> Key:
    found = _read(connection, [key_id])
    if not found:
        raise KeyRequestError(f"there is no key {key_id!r}; `retinue keys list` lists them")
    return found[0]


def _refuse_revoked(key: Key) -> None:
    if key.revoked_at:
        raise KeyRequestError(
            f"key {key.key_id} was revoked at {key.revoked_at.isoformat()} and stays so; make "
            "another with `retinue keys create`"
        )


def _refuse_past(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise KeyRequestError(
            f"it would have expired at {expires_at.isoformat()} already; name a later moment"
        )
