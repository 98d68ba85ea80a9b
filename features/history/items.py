"""What was bought as of a date: one row per customer and distinct category or product."""

from typing import TYPE_CHECKING

from features.history.cut import AsOfDates, DatedRows, aggregated, cut, dated_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR = 365


class ItemHistory(DatedRows):
    """One row per customer, as-of date and item bought by then; returns are left aside.

    Beside customer_id and as_of the table has: days_ago, of the latest purchase; lines, the order
    lines that bought the item; and lines_last_365_days.
    """

    @property
    def lines(self) -> "ir.IntegerColumn":
        """Order lines that bought the item."""
        return self.table.lines


def items_before(lines: "ir.Table", column: str, as_of_dates: AsOfDates) -> ItemHistory:
    """The distinct values of `column` that each customer had bought."""
    bought = lines.filter(~lines.is_return & lines[column].notnull())
    known = dated_rows(cut("orders", bought, as_of_dates), "ordered_at")
    return ItemHistory(
        aggregated(
            known,
            as_of_dates,
            [column],
            days_ago=known.days_ago.min(),
            lines=known.count(),
            lines_last_365_days=known.count(where=known.days_ago < YEAR),
        )
    )
