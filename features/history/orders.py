"""Orders as of a date: the lines known by then, put together order by order."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from features.history.cut import (
    AsOfDates,
    DatedRows,
    aggregated,
    cut,
    dated_rows,
    keys_of,
    once_per_date,
    whole_days,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class OrderHistory(DatedRows):
    """One row per customer, as-of date and order known by then; returns are rows of their own.

    Beside customer_id and as_of the table has: ordered_at; days_ago; days_since_previous, the
    previous order's days_ago minus this one's, null for the first order and for returns; amount
    in the project's currency, negative for a return; units and discount, null where not mapped;
    lines; and is_purchase, false for a return.
    """

    @property
    def days_since_previous(self) -> "ir.IntegerColumn":
        """Whole days between the customer's previous order and this, both counted back from T."""
        return self.table.days_since_previous

    @property
    def amount(self) -> "ir.DecimalColumn":
        """Money, signed."""
        return self.table.amount

    @property
    def discount(self) -> "ir.DecimalColumn":
        """Money taken off the price."""
        return self.table.discount

    @property
    def units(self) -> "ir.DecimalColumn":
        """Pieces."""
        return self.table.units

    @property
    def lines(self) -> "ir.IntegerColumn":
        """Order lines."""
        return self.table.lines

    @property
    def is_purchase(self) -> "ir.BooleanColumn":
        """Whether the row is an order and not a return."""
        return self.table.is_purchase

    def within(self, days: int, *, until: int = 0) -> "ir.BooleanValue":
        """Purchases at least `until` and fewer than `days` days ago."""
        return self.is_purchase & self.since(days, until=until)


def orders_before(
    lines: "ir.Table", as_of_dates: AsOfDates, *, whole: bool = False
) -> OrderHistory:
    """Put together, per as-of date, the orders whose lines are known at it.

    Args:
        lines: Order lines as `Tables` keeps them.
        as_of_dates: UTC without a zone.
        whole: Whether all lines of an order share one moment, and are known from it on. What
            came before an order is then the same at every date that knows it.
    """
    if whole:
        orders = _with_previous(_orders(lines), ["customer_id"])
        dated = once_per_date(orders, as_of_dates)
        return _history(dated.filter(dated.ordered_at < dated.as_of))
    known = cut("orders", lines, as_of_dates)
    return _history(_with_previous(_orders(known, as_of_dates), keys_of(as_of_dates)))


def _orders(lines: "ir.Table", as_of_dates: AsOfDates = ()) -> "ir.Table":
    """One row per order, of each date; a sum of decimals is wider than its terms: narrow again."""
    by = [name for name in ("order_id", "without_id") if name in lines.columns]
    sums = {
        name: lines[name].sum().cast("decimal(18, 4)")
        for name in ("amount", "units", "discount")
        if name in lines.columns
    }
    columns = {"ordered_at": lines.ordered_at.min(), "lines": lines.count(), **sums}
    if as_of_dates:
        orders = aggregated(lines, as_of_dates, [*by, "is_return"], **columns)
    else:
        orders = lines.group_by(["customer_id", *by, "is_return"]).agg(**columns)
    missing = {
        name: ibis.null("decimal(18, 4)")
        for name in ("units", "discount")
        if name not in lines.columns
    }
    return orders.mutate(
        is_purchase=~orders.is_return, amount=orders.amount.fill_null(ibis.literal(0)), **missing
    )


def _with_previous(orders: "ir.Table", keys: list[str]) -> "ir.Table":
    # Orders of one moment are equally many days ago, so their order among themselves is free.
    previous = orders.ordered_at.lag().over(group_by=[*keys, "is_purchase"], order_by="ordered_at")
    return orders.mutate(previous_at=orders.is_purchase.ifelse(previous, ibis.null()))


def _history(orders: "ir.Table") -> OrderHistory:
    orders = dated_rows(orders, "ordered_at")
    previous_days_ago = whole_days(orders.as_of, orders.previous_at)
    return OrderHistory(orders.mutate(days_since_previous=previous_days_ago - orders.days_ago))
