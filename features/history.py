"""The only door to raw rows: what was known of each customer strictly before an as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import ibis

from features.contract import CONTRACT
from features.errors import AsOfDateError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables

MICROSECONDS_PER_DAY = 86_400_000_000
OCCURRED = {table.name: table.occurred for table in CONTRACT}


@dataclass(frozen=True)
class OrderHistory:
    """One row per customer, as-of date and order known by then; returns are rows of their own.

    Attributes:
        table: The rows, with the columns below beside customer_id and as_of.
        days_ago: Whole days from the order to the as-of date, 0 within the last 24 hours.
        days_since_previous: The previous order's days_ago minus this one's; null for the first
            order and for returns.
        amount: Money in the project's currency; negative for a return.
        units: Pieces bought; null where quantity is not mapped.
        is_purchase: False for a return.
    """

    table: "ir.Table"

    @property
    def days_ago(self) -> "ir.IntegerColumn":
        """Whole days before the as-of date."""
        return self.table.days_ago

    @property
    def days_since_previous(self) -> "ir.IntegerColumn":
        """Whole days between the customer's previous order and this, both counted back from T."""
        return self.table.days_since_previous

    def count(self, where: "ir.BooleanValue") -> "ir.IntegerScalar":
        """How many rows fulfil a condition."""
        return self.table.count(where=where)

    @property
    def ordered_at(self) -> "ir.TimestampColumn":
        """When the order happened, UTC."""
        return self.table.ordered_at

    @property
    def amount(self) -> "ir.DecimalColumn":
        """Money, signed."""
        return self.table.amount

    @property
    def units(self) -> "ir.DecimalColumn":
        """Pieces."""
        return self.table.units

    @property
    def is_purchase(self) -> "ir.BooleanColumn":
        """Whether the row is an order and not a return."""
        return self.table.is_purchase

    def within(self, days: int, *, until: int = 0) -> "ir.BooleanValue":
        """Purchases at least `until` and fewer than `days` days ago."""
        window = self.is_purchase & (self.days_ago < days)
        return window & (self.days_ago >= until) if until else window

    def spent_within(self, days: int, *, until: int = 0) -> "ir.BooleanValue":
        """Purchases and returns at least `until` and fewer than `days` days ago."""
        window = self.days_ago < days
        return window & (self.days_ago >= until) if until else window


@dataclass(frozen=True)
class History:
    """What was known strictly before each as-of date; it holds no row of any later moment.

    Attributes:
        orders: Orders, one row each.
        events: Rows of the events table, with as_of; None where the project has none.
        treatments: Likewise for treatments.
    """

    orders: OrderHistory
    events: "ir.Table | None"
    treatments: "ir.Table | None"

    @classmethod
    def before(cls, tables: "Tables", as_of_dates: Sequence[datetime]) -> "History":
        """Cut every table at every as-of date, in one pass over its rows.

        Args:
            tables: The project's tables.
            as_of_dates: UTC without a zone; each customer is described once per date.

        Raises:
            AsOfDateError: No order was known before one of the dates.
        """
        first = tables.reports["orders"].first
        if first is None:
            raise AsOfDateError(
                "no order has both a customer and a moment; "
                "check the columns mapped in [tables.orders.columns]"
            )
        early = [date for date in as_of_dates if date <= first]
        if early or not as_of_dates:
            raise AsOfDateError(
                f"no order is known before {min(early):%Y-%m-%d}: the first is of {first}; "
                "choose a later as-of date"
                if early
                else "no as-of date was given; name at least one"
            )
        return cls(
            orders=_orders(_cut("orders", tables.orders, as_of_dates)),
            **{
                name: _cut(name, tables.others[name], as_of_dates)
                if name in tables.others
                else None
                for name in ("events", "treatments")
            },
        )


def once_per_date(rows: "ir.Table", as_of_dates: Sequence[datetime]) -> "ir.Table":
    """Each row once per date, with the date as column as_of; one pass over the rows."""
    dates = ibis.array([ibis.literal(date, type="timestamp(6)") for date in as_of_dates])
    return rows.mutate(as_of=dates).unnest("as_of")


def _cut(name: str, rows: "ir.Table", as_of_dates: Sequence[datetime]) -> "ir.Table":
    """Each row once per as-of date at which it had happened and was known."""
    dated = once_per_date(rows, as_of_dates)
    known = dated[OCCURRED[name]] < dated.as_of
    if "known_at" in rows.columns:
        known = known & (dated.known_at <= dated.as_of)
    return dated.filter(known)


def _orders(parts: "ir.Table") -> OrderHistory:
    """Put an order's known parts together; date them by days before the as-of date."""
    orders = parts.group_by(["customer_id", "as_of", "order_id", "is_return"]).agg(
        ordered_at=parts.ordered_at.min(),
        amount=parts.amount.sum().cast("decimal(18, 4)"),
        units=parts.units.sum().cast("decimal(18, 4)"),
    )
    orders = orders.mutate(
        days_ago=_whole_days(orders.as_of, orders.ordered_at), is_purchase=~orders.is_return
    )
    # Orders of one moment are equally many days ago, so their order among themselves is free.
    previous = orders.days_ago.lag().over(
        group_by=["customer_id", "as_of", "is_purchase"], order_by="ordered_at"
    )
    return OrderHistory(
        orders.mutate(
            days_since_previous=orders.is_purchase.ifelse(previous - orders.days_ago, ibis.null())
        )
    )


def _whole_days(later: "ir.TimestampValue", earlier: "ir.TimestampValue") -> "ir.IntegerValue":
    return later.delta(earlier, unit="microsecond") // MICROSECONDS_PER_DAY
