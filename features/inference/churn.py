"""Propose when silence means leaving, from the pauses between each customer's orders."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.inference.guess import Fit

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

WEEK = 7
SILENT, HORIZON = (56, 365), (28, 182)  # days within which a proposal stays


@dataclass(frozen=True)
class ChurnGuess:
    """Days for the `[churn]` section, each with its evidence."""

    silent_days: int
    horizon_days: int
    silent_why: str
    horizon_why: str


UNKNOWN = ChurnGuess(60, 30, "no orders to learn from: set it", "no orders to learn from: set it")


def guess_churn(connection: "Backend", orders: Fit | None) -> ChurnGuess:
    """Silent: as long as 99 of 100 pauses. Horizon: as long as 9 of 10. Both in whole weeks."""
    if orders is None:
        return UNKNOWN
    who, when = orders.guesses["customer_id"].sql, orders.guesses["ordered_at"].sql
    found = connection.raw_sql(
        f"WITH days AS (SELECT DISTINCT {who} AS who, "  # noqa: S608 - quoted
        f"CAST(CAST({when} AS TIMESTAMP) AS DATE) AS day FROM {orders.seen.view} "
        f"WHERE {who} IS NOT NULL), "
        "gaps AS (SELECT day - lag(day) OVER (PARTITION BY who ORDER BY day) AS gap FROM days) "
        "SELECT quantile_cont(gap, 0.9), quantile_cont(gap, 0.99), count(gap), "
        "(SELECT max(day) - min(day) FROM days) FROM gaps"
    ).fetchone()
    typical, long, pauses, span = found
    if not pauses or not span:
        return UNKNOWN
    silent = _weeks(long, SILENT, span / 4)
    horizon = _weeks(typical, HORIZON, span / 6)
    return ChurnGuess(
        silent,
        horizon,
        f"99 % of {pauses:,} pauses between a customer's orders are at most {long:.0f} days"
        + _held(long, silent, span),
        f"90 % of the pauses are at most {typical:.0f} days" + _held(typical, horizon, span),
    )


def _weeks(days: float, within: tuple[int, int], longest: float) -> int:
    """Whole weeks of at least so many days, as far as the data is long enough to see them."""
    held = min(max(days, within[0]), within[1], longest)
    return max(WEEK, math.ceil(held / WEEK) * WEEK)


def _held(days: float, proposed: int, span: int) -> str:
    if days > proposed:
        return f"; less here, as the orders span only {span:,} days"
    if days < proposed - WEEK:
        return "; more here, to leave time to act"
    return ", in whole weeks"
