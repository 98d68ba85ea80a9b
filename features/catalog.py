"""Every feature, written out once: column order, documentation and reason texts derive from it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from features import orders

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history import OrderHistory

Family = Literal["recency", "frequency", "monetary"]
Unit = Literal["days", "orders", "weeks", "currency", "pieces", "ratio"]

RECENCY: Family = "recency"
FREQUENCY: Family = "frequency"
MONETARY: Family = "monetary"


@dataclass(frozen=True)
class Feature:
    """One feature of the catalog.

    Attributes:
        function: Returns the aggregate; its name is the column's, its docstring the description.
        family: What the feature speaks of.
        unit: What its numbers count.
        null: What a missing value means, in words that a reason can say.
        phrase: How a reason says it, with `{value}` replaced by number and unit.
    """

    function: "Callable[[OrderHistory], ir.Scalar]"
    family: Family
    unit: Unit
    null: str
    phrase: str

    @property
    def name(self) -> str:
        """The column's name."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """One sentence on what the feature measures."""
        return (self.function.__doc__ or "").strip()


CATALOG = (
    Feature(
        orders.days_since_last_order,
        RECENCY,
        "days",
        null="never ordered",
        phrase="last order {value} ago",
    ),
    Feature(
        orders.days_since_first_order,
        RECENCY,
        "days",
        null="never ordered",
        phrase="first order {value} ago",
    ),
    Feature(
        orders.mean_days_between_orders,
        RECENCY,
        "days",
        null="fewer than two orders",
        phrase="usually {value} from one order to the next",
    ),
    Feature(
        orders.longest_days_between_orders,
        RECENCY,
        "days",
        null="fewer than two orders",
        phrase="longest pause between orders {value}",
    ),
    Feature(
        orders.spread_of_days_between_orders,
        RECENCY,
        "days",
        null="fewer than three orders",
        phrase="time between orders varies by {value}",
    ),
    Feature(
        orders.silence_over_usual_gap,
        RECENCY,
        "ratio",
        null="fewer than two orders on different days",
        phrase="silence of {value} the usual gap between orders",
    ),
    Feature(
        orders.orders_in_total,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in total",
    ),
    Feature(
        orders.orders_last_7_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in the last 7 days",
    ),
    Feature(
        orders.orders_last_14_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in the last 14 days",
    ),
    Feature(
        orders.orders_last_28_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in the last 28 days",
    ),
    Feature(
        orders.orders_last_56_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in the last 56 days",
    ),
    Feature(
        orders.orders_last_91_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="{value} in the last 91 days",
    ),
    Feature(
        orders.active_weeks_last_13_weeks,
        FREQUENCY,
        "weeks",
        null="never null",
        phrase="active in {value} out of the last 13",
    ),
    Feature(
        orders.change_in_orders_28_days,
        FREQUENCY,
        "orders",
        null="never null",
        phrase="last 28 days against the 28 before: {value}",
    ),
    Feature(
        orders.spend_in_total,
        MONETARY,
        "currency",
        null="never null",
        phrase="{value} spent in total",
    ),
    Feature(
        orders.spend_last_28_days,
        MONETARY,
        "currency",
        null="no order or return in the last 28 days",
        phrase="{value} spent in the last 28 days",
    ),
    Feature(
        orders.spend_last_91_days,
        MONETARY,
        "currency",
        null="no order or return in the last 91 days",
        phrase="{value} spent in the last 91 days",
    ),
    Feature(
        orders.mean_order_value,
        MONETARY,
        "currency",
        null="never ordered",
        phrase="{value} spent per order on average",
    ),
    Feature(
        orders.largest_order_value,
        MONETARY,
        "currency",
        null="never ordered",
        phrase="largest order {value}",
    ),
    Feature(
        orders.change_in_spend_28_days,
        MONETARY,
        "currency",
        null="never null",
        phrase="spend in the last 28 days against the 28 before: {value}",
    ),
    Feature(
        orders.units_per_order,
        MONETARY,
        "pieces",
        null="no quantity known",
        phrase="{value} per order on average",
    ),
)  # fmt: skip - one feature, two lines

NAMES = tuple(feature.name for feature in CATALOG)


def catalog_hash() -> str:
    """A digest of names, order and units: equal hashes mean columns that a model may share.

    What a function computes is not in it: a feature whose meaning changes takes a new name.
    """
    listed = [[feature.name, feature.family, feature.unit] for feature in CATALOG]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
