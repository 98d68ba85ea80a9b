"""What was bought as of a date: one row per customer and distinct category or product."""

from datetime import datetime
from typing import TYPE_CHECKING

import ibis

from features.history.cut import (
    CARRIED,
    AsOfDates,
    DatedRows,
    aggregated,
    cut,
    dated_rows,
    first_known,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR = 365


class ItemHistory(DatedRows):
    """One row per customer, as-of date and item bought by then; returns are left aside.

    Beside customer_id and as_of the table has: days_ago, of the latest purchase; lines, the order
    lines that bought the item; and, unless there are several dates, lines_last_365_days.
    """

    @property
    def lines(self) -> "ir.IntegerColumn":
        """Order lines that bought the item."""
        return self.table.lines


def items_before(lines: "ir.Table", column: str, as_of_dates: AsOfDates) -> ItemHistory:
    """The distinct values of `column` that each customer had bought."""
    bought = lines.filter(~lines.is_return & lines[column].notnull())
    if as_of_dates == CARRIED or len(as_of_dates) == 1:
        known = dated_rows(cut("orders", bought, as_of_dates), "ordered_at")
        found = aggregated(
            known,
            as_of_dates,
            [column],
            days_ago=known.days_ago.min(),
            lines=known.count(),
            lines_last_365_days=known.count(where=known.days_ago < YEAR),
        )
        return ItemHistory(found)
    return ItemHistory(_at_each(bought, column, sorted(as_of_dates)))


def _at_each(bought: "ir.Table", column: str, dates: list[datetime]) -> "ir.Table":
    """What `cut` and a grouping would give at many dates, without grouping every date's lines.

    Lines are grouped once, by the first date that knows them; sums run from date to date, and a
    row is repeated until the next date that adds to it.
    """
    bought = bought.mutate(since=first_known("orders", bought, dates))
    new = (
        bought.filter(bought.since < len(dates))
        .group_by(["customer_id", column, "since"])
        .agg(ordered_at=lambda line: line.ordered_at.max(), lines=lambda line: line.count())
    )
    so_far = ibis.cumulative_window(group_by=["customer_id", column], order_by="since")
    until = new.since.lead().over(group_by=["customer_id", column], order_by="since")
    every = ibis.array([ibis.literal(date, type="timestamp(6)") for date in dates])
    rows = new.select(
        "customer_id",
        column,
        ordered_at=new.ordered_at.max().over(so_far),
        lines=new.lines.sum().over(so_far),
        as_of=every[new.since : until.fill_null(len(dates))],
    ).unnest("as_of")
    return dated_rows(rows, "ordered_at")
