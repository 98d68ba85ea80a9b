"""Join a file that lacks a required column to one that has it, by a key both share."""

from dataclasses import replace
from typing import TYPE_CHECKING

from features.contract import Table
from features.inference.guess import FITS, Fit, Guess, customer_column, fit
from features.inference.seen import Seen, is_unique, shared

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

ID_ENDINGS = ("id", "key", "code", "no", "编号", "号")
ENOUGH = 0.9  # of the keys here must be there


def with_lookup(connection: "Backend", table: Table, seen: Seen, others: list[Seen]) -> Fit:
    """The fit of a file, by itself or, where that lacks something, joined to another file."""
    alone = fit(table, seen)
    if not alone.missing:
        return alone
    for other in others:
        for key in _keys(seen, other):
            if not is_unique(connection, other, key):
                continue
            added = [c for c in other.columns if seen.column(c.name) is None]
            joined = fit(table, seen, [*seen.columns, *added])
            # What a lookup brings must be worth a join: a required column that was missing.
            if not joined.missing and shared(connection, (seen, key), (other, key)) >= ENOUGH:
                names = {column.name for column in added}
                guesses = {n: _told(g, other, key, names) for n, g in joined.guesses.items()}
                return replace(joined, guesses=guesses, lookup=(other, key), score=joined.score - 1)
    return alone


def _keys(seen: Seen, other: Seen) -> list[str]:
    """Ids of the same name in both, but for the customer's: what a file lacks is not theirs."""
    customer = customer_column(seen, seen.columns, own_id=False)
    return [
        column.name
        for column in seen.columns
        if other is not seen
        and column is not customer
        and column.kind in FITS["id"]
        and other.column(column.name) is not None
        and column.name.lower().endswith(ID_ENDINGS)
    ]


def _told(guess: Guess, other: Seen, key: str, added: set[str]) -> Guess:
    if guess.mapped not in added:
        return guess
    return replace(guess, why=f"{guess.why}; from {other.name} by {key}")
