"""Cursors: where a page of a list ended, signed, so that the next begins there and nowhere else.

A cursor names the run that its page was of. Pages that follow one another are of one run, then,
though a new one is written meanwhile. It is signed and not secret: it holds a customer's id.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, insert, select

from serving.errors import QueryError, RunGoneError
from serving.records import Run, metadata

FORMAT = 1
SECRET_BYTES = 32
SIGNATURE_BYTES = 16

cursor_secret = Table(
    "cursor_secret",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Cursor:
    """Where a page ended.

    Attributes:
        of: Fingerprint of what is listed and in which order.
        run_id: The run that the page was of.
        key: The last customer's value of what the list is sorted by; None where not known.
        customer_id: The last customer's.
    """

    of: str
    run_id: int
    key: float | None
    customer_id: str


def fingerprint(*listed: object) -> str:
    """The same for the same list only; of anything that orjson writes."""
    return hashlib.sha256(orjson.dumps(listed)).hexdigest()[:16]


def signed(cursor: Cursor, secret: bytes) -> str:
    """The cursor as a text for an address."""
    content = orjson.dumps([FORMAT, cursor.of, cursor.run_id, cursor.key, cursor.customer_id])
    return base64.urlsafe_b64encode(_signature(content, secret) + content).rstrip(b"=").decode()


def read_cursor(text: str, of: str, secret: bytes) -> Cursor:
    """A cursor that was signed with that secret, for that list.

    Raises:
        QueryError: It was altered, is of another store or version, or of another list.
    """
    try:
        whole = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        whole = b""
    signature, content = whole[:SIGNATURE_BYTES], whole[SIGNATURE_BYTES:]
    # Only what was signed is parsed.
    if not hmac.compare_digest(signature, _signature(content, secret)):
        raise QueryError(
            "the cursor was not given out by this store, or was altered on the way; take it "
            "unchanged from the page before, or begin anew without one",
            "cursor",
        )
    version, *rest = orjson.loads(content)
    if version != FORMAT or rest[0] != of:
        raise QueryError(
            "the cursor belongs to a list with other filters or another order; repeat the query "
            "of the page before and change the cursor alone, or begin anew without one",
            "cursor",
        )
    return Cursor(*rest)


def followed(connection: Connection, runs: Sequence[Run], text: str, of: str) -> tuple[Run, Cursor]:
    """The run that a cursor's list goes on in, and where the page before ended.

    Args:
        connection: To the store that gave it out.
        runs: Those that are kept.
        text: The cursor as it was sent.
        of: Fingerprint of the list that is asked for.

    Raises:
        QueryError: See `read_cursor`.
        RunGoneError: The run is no longer kept.
    """
    cursor = read_cursor(text, of, secret_of(connection))
    for run in runs:
        if run.run_id == cursor.run_id:
            return run, cursor
    raise RunGoneError(
        "the scoring run that this list is of is no longer kept, as later ones took its "
        "place; begin anew without a cursor, and the list is of the current run"
    )


def make_secret(connection: Connection) -> None:
    """Give a store its secret, where it has none; the connection holds the writer's place."""
    if connection.execute(select(cursor_secret.c.id)).first() is None:
        drawn = secrets.token_bytes(SECRET_BYTES)
        connection.execute(insert(cursor_secret).values(id=1, secret=drawn))


def secret_of(connection: Connection) -> bytes:
    """The store's."""
    found: bytes = connection.execute(select(cursor_secret.c.secret)).scalar_one()
    return found


def _signature(content: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, content, "sha256")[:SIGNATURE_BYTES]
