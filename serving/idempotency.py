"""Writes that may be asked for again: with the same key the same answer, and nothing twice.

The answer is kept by the transaction that does what it tells of, so whoever did not hear it, though
the server or the network went down at that very moment, asks again and is told what was done.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, insert, select

from serving.cursors import secret_of
from serving.errors import KeyReusedError
from serving.records import ID, metadata

KEPT = timedelta(days=7)

answered = Table(
    "answered",
    metadata,
    Column("caller", ID, primary_key=True),
    Column("key", ID, primary_key=True),
    Column("asked", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("answered_at", String, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Once:
    """One thing that is to be done once.

    Attributes:
        caller: Whose key it is: that of one caller means nothing for another.
        key: As the caller chose it; kept as a hash, since it may tell what is asked.
        asked: What is to be done; kept as a digest that takes the key and the store to make.
    """

    caller: str
    key: str
    asked: bytes


@dataclass(frozen=True)
class Answered:
    """What was done.

    Attributes:
        answer: As it was told the first time.
        again: Whether it was done before, and not now.
    """

    answer: bytes
    again: bool


def done_once(
    connection: Connection, once: Once | None, now: datetime, do: Callable[[], bytes]
) -> Answered:
    """Do it, or tell what was answered when it was done.

    Args:
        connection: Of the one writer, who commits what is done and what is answered together.
        once: What is asked; None of a caller without a key, for whom it is done each time.
        now: The moment, UTC; what was answered longer ago than `KEPT` is forgotten by then.
        do: Does it and gives the answer.

    Raises:
        KeyReusedError: The caller asked for something else with that key.
    """
    connection.execute(delete(answered).where(answered.c.answered_at < (now - KEPT).isoformat()))
    if once is None:
        return Answered(do(), again=False)
    key = once.key.encode()
    asked = hmac.digest(secret_of(connection) + key, once.asked, "sha256")
    this = {"caller": once.caller, "key": sha256(key).hexdigest()}
    found = connection.execute(
        select(answered.c.asked, answered.c.answer).filter_by(**this)
    ).first()
    if found is None:
        answer = do()
        kept = {**this, "asked": asked, "answer": answer, "answered_at": now.isoformat()}
        connection.execute(insert(answered).values(kept))
        return Answered(answer, again=False)
    if not hmac.compare_digest(found.asked, asked):
        raise KeyReusedError(
            "this Idempotency-Key came with another body before; take a new one for each thing "
            "that is to be done, and the same one only to ask for that very thing again"
        )
    return Answered(found.answer, again=True)
