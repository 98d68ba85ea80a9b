"""Columns that no file has as such, but that an expression makes of others."""

import re
from typing import TYPE_CHECKING

from features.inference.guess import Fit, Guess
from features.inference.words import PRICE, normal, rank
from features.sources.source import SqlExpression, literal, quoted

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

RARE = 0.5  # returns are fewer than orders
NEGATIVE = 0.95


def with_expressions(connection: "Backend", found: Fit) -> dict[str, Guess]:
    """The guesses of a fit and those that expressions add to it."""
    guesses = dict(found.guesses)
    if found.table.name == "orders":
        guesses |= {name: made for name, made in _amount(found).items() if name not in guesses}
        if "is_return" not in guesses and (made := _returns(connection, found, guesses)):
            guesses["is_return"] = made
    if found.table.name == "events" and "kind" not in guesses and found.named:
        kind = re.sub(r"s$", "", normal(found.seen.name))
        guesses["kind"] = Guess(SqlExpression(literal(kind)), "no column says it; the file's name")
    if found.table.name == "feedback" and (scale := _scale(found)):
        guesses["scale"] = scale
    return guesses


def _amount(found: Fit) -> dict[str, Guess]:
    """Quantity times price, where no column is an amount."""
    ranks = [
        (place, column)
        for column in found.seen.columns
        if column.kind == "number" and (place := rank(column.name, PRICE)) is not None
    ]
    if not ranks:
        return {}
    price = min(ranks, key=lambda one: one[0])[1].name
    if quantity := found.guesses.get("quantity"):
        sql = f"{quoted(str(quantity.mapped))} * {quoted(price)}"
        return {"amount": Guess(SqlExpression(sql), "no column is an amount; quantity times price")}
    return {"amount": Guess(price, "no column is an amount, and none a quantity; the price")}


def _returns(connection: "Backend", found: Fit, guesses: dict[str, Guess]) -> Guess | None:
    """Order ids that begin with a letter where others do not, and whose lines are negative."""
    order, signed = guesses.get("order_id"), guesses.get("quantity") or guesses.get("amount")
    column = found.seen.column(str(order.mapped)) if order else None
    if column is None or column.kind != "text" or signed is None:
        return None
    number = (
        signed.mapped.sql if isinstance(signed.mapped, SqlExpression) else quoted(signed.mapped)
    )
    rows = connection.raw_sql(
        f"SELECT left({quoted(column.name)}, 1) AS letter, count(*), "  # noqa: S608 - quoted
        f"avg(CASE WHEN {number} < 0 THEN 1 ELSE 0 END) FROM {found.seen.view} "
        f"WHERE regexp_matches({quoted(column.name)}, '^[A-Za-z]\\d+$') GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    for letter, count, negative in rows:
        if count < RARE * found.seen.rows and negative >= NEGATIVE:
            why = f"{count:,} lines begin with {letter}, and {negative:.0%} of them are negative"
            sql = f"starts_with({quoted(column.name)}, '{letter}')"
            return Guess(SqlExpression(sql), why)
    return None


def _scale(found: Fit) -> Guess | None:
    score = found.guesses.get("score")
    column = found.seen.column(str(score.mapped)) if score else None
    if column is None or column.high is None or column.low is None:
        return None
    name = normal(column.name)
    if column.high <= 5 and column.low >= 1:
        scale = "csat_1_5" if re.search("csat|satisf|满意", name) else "stars_1_5"
    elif column.high <= 10 and "nps" in name:
        scale = "nps_0_10"
    else:
        return None
    why = f"{column.name} lies between {column.low:g} and {column.high:g}"
    return Guess(SqlExpression(literal(scale)), why)
