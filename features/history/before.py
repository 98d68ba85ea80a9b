"""The only door to raw rows: what was known of each customer strictly before an as-of date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from features.contract import SPINE
from features.errors import AsOfDateError
from features.feature import Feature
from features.history.customers import CustomerHistory, customers_before
from features.history.cut import AsOfDates, cut
from features.history.events import EventHistory, events_before
from features.history.feedback import FeedbackHistory, feedback_before
from features.history.items import ItemHistory, items_before
from features.history.orders import OrderHistory, orders_before
from features.history.subscriptions import SubscriptionHistory, subscriptions_before
from features.history.tickets import TicketHistory, tickets_before

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables


MADE: dict[str, Any] = {
    "events": events_before,
    "feedback": feedback_before,
    "tickets": tickets_before,
    "subscriptions": subscriptions_before,
}


@dataclass(frozen=True)
class History:
    """What was known strictly before each as-of date; it holds no row of any later moment.

    Whatever the project has no table or column for is None.

    Attributes:
        orders: Orders, one row each.
        categories: Categories bought, one row each.
        products: Products bought, one row each.
        events: Events, one row each.
        feedback: Feedback, one row each.
        tickets: Tickets, one row each.
        subscriptions: Subscriptions, one row each.
        customers: Attributes, one row per customer.
        treatments: Rows of the treatments table, with as_of; facts to read, never features.
        data_until: The latest moment of an order or a subscription; a scalar.
        as_of_dates: The dates.
        columns: The columns of each table that the project has.
        asked: Sets of kinds of events; what the churn definition asks of them is told beside
            features.
    """

    orders: OrderHistory | None
    categories: ItemHistory | None
    products: ItemHistory | None
    events: EventHistory | None
    feedback: FeedbackHistory | None
    tickets: TicketHistory | None
    subscriptions: SubscriptionHistory | None
    customers: CustomerHistory | None
    treatments: "ir.Table | None"
    data_until: "ir.TimestampScalar"
    as_of_dates: AsOfDates
    columns: Mapping[str, tuple[str, ...]]
    asked: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def before(cls, tables: "Tables", as_of_dates: Sequence[datetime]) -> "History":
        """Cut every table at every as-of date, in one pass over its rows.

        Args:
            tables: The project's tables.
            as_of_dates: UTC without a zone; each customer is described once per date.

        Raises:
            AsOfDateError: No order or subscription was known before one of the dates, or the
                project's text model learned from later texts.
        """
        _refuse_early(tables, as_of_dates)
        # Telling whether orders are whole reads them once: it pays where dates share the work.
        several = len(as_of_dates) > 1 and "orders" in tables.rows
        whole = several and tables.orders_are_whole
        asked = tables.questions.asked
        return cls.of(tables.rows, as_of_dates, timeless=tables.timeless, whole=whole, asked=asked)

    @classmethod
    def of(
        cls,
        rows: Mapping[str, "ir.Table"],
        as_of_dates: AsOfDates,
        *,
        timeless: Sequence[str] = (),
        whole: bool = False,
        asked: tuple[tuple[str, ...], ...] = (),
    ) -> "History":
        """Cut rows by table, as `Tables` keeps them; `before` is for those of a project."""
        lines = rows.get("orders")
        return cls(
            orders=None if lines is None else orders_before(lines, as_of_dates, whole=whole),
            categories=_items(lines, "category", as_of_dates),
            products=_items(lines, "product_id", as_of_dates),
            customers=None
            if "customers" not in rows
            else customers_before(rows["customers"], as_of_dates, timeless),
            treatments=None
            if "treatments" not in rows
            else cut("treatments", rows["treatments"], as_of_dates),
            data_until=_latest(rows, as_of_dates),
            as_of_dates=as_of_dates,
            columns={name: tuple(table.columns) for name, table in rows.items()},
            asked=asked,
            **{
                name: made(rows[name], as_of_dates) if name in rows else None
                for name, made in MADE.items()
            },
        )

    def knows(self, feature: Feature) -> bool:
        """Whether the project has the column that a count needs."""
        return feature.needs is None or feature.needs in self.columns[feature.rows]


def _refuse_early(tables: "Tables", as_of_dates: Sequence[datetime]) -> None:
    first = tables.first
    early = [date for date in as_of_dates if date <= first]
    if not as_of_dates:
        raise AsOfDateError("no as-of date was given; name at least one")
    known = tables.texts_learned_until
    if known and min(as_of_dates) < known:
        raise AsOfDateError(
            f"the project's text model learned from texts until {known:%Y-%m-%d}, which nobody "
            f"could have read at {min(as_of_dates):%Y-%m-%d}; choose a later as-of date, or learn "
            "from earlier texts: retinue feedback fit --until DATE"
        )
    if early:
        rows = " or ".join(name.removesuffix("s") for name in tables.spine)
        raise AsOfDateError(
            f"no {rows} is known before {min(early):%Y-%m-%d}: the first is of {first}; "
            "choose a later as-of date"
        )


def _items(lines: "ir.Table | None", column: str, as_of_dates: AsOfDates) -> ItemHistory | None:
    if lines is None or column not in lines.columns:
        return None
    return items_before(lines, column, as_of_dates)


def _latest(rows: Mapping[str, "ir.Table"], as_of_dates: AsOfDates) -> "ir.TimestampScalar":
    first, *more = (
        cut(name, rows[name], as_of_dates).select(moment=moment)
        for name, moment in SPINE.items()
        if name in rows
    )
    return (first.union(*more) if more else first).moment.max()
