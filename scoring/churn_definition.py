"""When a customer counts as churned, as data: it decides who is scored and what a label means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Tag

from features.asked import asked_column
from features.feature import Words
from scoring.errors import DefinitionError

if TYPE_CHECKING:
    from features.build import FeatureRows

ELIGIBLE, ALREADY_CHURNED, TOO_NEW, NEVER_ORDERED, NEVER_SUBSCRIBED, NEVER_DID = (
    "eligible",
    "already_churned",
    "too_new",
    "never_ordered",
    "never_subscribed",
    "never_did",
)


@dataclass(frozen=True)
class Inactivity:
    """A customer is churned once silent for `silent_days`; churn is no order in the horizon.

    Attributes:
        silent_days: Days without an order after which a customer counts as gone already.
        horizon_days: Length of the label window [T + gap, T + gap + horizon).
        gap_days: Days between the as-of date and the label window, to act in.
        minimum_tenure_days: Customers whose first order is more recent are too new to judge.
        definition: Tells it from the others in a file.
    """

    silent_days: int
    horizon_days: int
    gap_days: int = 0
    minimum_tenure_days: int = 0
    definition: Literal["inactivity"] = "inactivity"

    @property
    def reach(self) -> timedelta:
        """From the as-of date to the end of its label window."""
        return timedelta(days=self.gap_days + self.horizon_days)

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that tell a customer's status."""
        return ("days_since_last_order", "days_since_first_order")

    @property
    def unscored(self) -> Words:
        """Why a customer who is gone already has no score."""
        return Words(
            "silent for so long that the churn definition counts the customer as gone",
            "沉默时间过长，按流失定义已视为流失",
        )

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, already_churned, too_new or never_ordered. Shape (rows,)."""
        return _statuses_of_buyers(rows, self.silent_days, self.minimum_tenure_days)

    def in_words(self) -> str:
        """The definition as a sentence."""
        return (
            f"no order within {self.horizon_days} days{_after(self.gap_days)}, among customers who "
            f"ordered in the last {self.silent_days} days"
        )


@dataclass(frozen=True)
class Cadence:
    """A customer is churned once silent for so many of their own usual gaps between orders.

    Churn is to become so by the end of the label window without an order in it: who orders twice a
    year is not called gone for a quiet month. One's usual gap is the mean of those known at the
    as-of date; with fewer than `least_orders` orders it says too little, and `silent_days` counts.

    Attributes:
        usual_gaps: Silence in own usual gaps after which a customer counts as gone.
        silent_days: Silence in days that counts instead for customers of few orders.
        horizon_days: Length of the label window [T + gap, T + gap + horizon).
        least_orders: With fewer orders nobody has a usual gap.
        gap_days: Days between the as-of date and the label window, to act in.
        minimum_tenure_days: Customers whose first order is more recent are too new to judge.
        definition: Tells it from the others in a file.
    """

    usual_gaps: float
    silent_days: int
    horizon_days: int
    least_orders: int = 4
    gap_days: int = 0
    minimum_tenure_days: int = 0
    definition: Literal["cadence"] = "cadence"

    @property
    def reach(self) -> timedelta:
        """From the as-of date to the end of its label window."""
        return timedelta(days=self.gap_days + self.horizon_days)

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that tell a customer's status."""
        return (
            "days_since_last_order",
            "days_since_first_order",
            "orders_in_total",
            "mean_days_between_orders",
        )

    @property
    def unscored(self) -> Words:
        """Why a customer who is gone already has no score."""
        return Words(
            "silent for so many of their own usual gaps between orders that the churn definition "
            "counts the customer as gone",
            "沉默时间已达其自身平均下单间隔的设定倍数，按流失定义已视为流失",
        )

    def limit_days(self, rows: "FeatureRows") -> NDArray[np.float64]:
        """Per row, the silence in days after which the customer counts as gone. Shape (rows,)."""
        usual = rows.column("mean_days_between_orders")
        # All orders on one day leave a gap of 0, which is nobody's pace.
        has_pace = (rows.column("orders_in_total") >= self.least_orders) & (usual > 0)
        return np.where(has_pace, self.usual_gaps * usual, float(self.silent_days))

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, already_churned, too_new or never_ordered. Shape (rows,)."""
        return _statuses_of_buyers(rows, self.limit_days(rows), self.minimum_tenure_days)

    def in_words(self) -> str:
        """The definition as a sentence."""
        return (
            f"no order within {self.horizon_days} days{_after(self.gap_days)} and silent for "
            f"{self.usual_gaps:g} of one's own usual gaps by then ({self.silent_days} days with "
            f"fewer than {self.least_orders} orders), among customers who are not so yet"
        )


@dataclass(frozen=True)
class SubscriptionEnd:
    """A subscriber churns when a subscription ends in the horizon and none runs after a grace.

    Attributes:
        horizon_days: A subscription that ends in [T, T + horizon) counts.
        grace_days: Another one that runs so many days after that end undoes it.
        silent_days: Days without an order after which the lifecycle calls a customer churned; it
            has no part in who is scored.
        minimum_tenure_days: Subscribers whose first subscription is more recent are too new.
        definition: Tells it from the others in a file.
    """

    horizon_days: int
    grace_days: int = 0
    silent_days: int = 91
    minimum_tenure_days: int = 0
    definition: Literal["subscription_end"] = "subscription_end"

    @property
    def reach(self) -> timedelta:
        """From the as-of date until its label is known: to the end of the last grace."""
        return timedelta(days=self.horizon_days + self.grace_days)

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that tell a customer's status."""
        return (
            "subscriptions_active",
            "subscriptions_in_total",
            "days_since_first_subscription",
        )

    @property
    def unscored(self) -> Words:
        """Why a customer who is gone already has no score."""
        return Words("no subscription runs any more", "已没有有效的订阅")

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, already_churned, too_new or never_subscribed. Shape (rows,)."""
        return np.select(
            [
                ~(rows.column("subscriptions_in_total") > 0),
                ~(rows.column("subscriptions_active") > 0),
                rows.column("days_since_first_subscription") < self.minimum_tenure_days,
            ],
            [NEVER_SUBSCRIBED, ALREADY_CHURNED, TOO_NEW],
            default=ELIGIBLE,
        )

    def in_words(self) -> str:
        """The definition as a sentence."""
        grace = f" {self.grace_days} days later" if self.grace_days else " then"
        return (
            f"a subscription ends within {self.horizon_days} days and none runs{grace}, among "
            "customers with a subscription that runs"
        )


@dataclass(frozen=True)
class Event:
    """Churn is that the customer does something, or that they no longer do it.

    Only customers who ordered or subscribed are described, so only they have a status.

    Attributes:
        kinds: Kinds of events, in order; any of them counts.
        means: did: churn is such an event in the label window; did_not: churn is none in it.
        horizon_days: Length of the label window [T + gap, T + gap + horizon).
        recent_days: did_not: who did none in so many days counts as gone already, and one is
            needed. did: who did one in so many days counts as gone; None: ever.
        gap_days: Days between the as-of date and the label window, to act in.
        silent_days: Days without an order after which the lifecycle calls a customer churned; it
            has no part in who is scored.
        minimum_tenure_days: Customers whose first order or subscription is more recent are too new.
        definition: Tells it from the others in a file.
    """

    kinds: tuple[str, ...]
    means: Literal["did", "did_not"]
    horizon_days: int
    recent_days: int | None = None
    gap_days: int = 0
    silent_days: int = 91
    minimum_tenure_days: int = 0
    definition: Literal["event"] = "event"

    @property
    def reach(self) -> timedelta:
        """From the as-of date to the end of its label window."""
        return timedelta(days=self.gap_days + self.horizon_days)

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that tell a customer's status, beside what is asked of events."""
        return ("days_since_first_order", "days_since_first_subscription")

    @property
    def unscored(self) -> Words:
        """Why a customer who is gone already has no score."""
        named = "|".join(self.kinds)
        if self.means == "did":
            return Words(
                f"an event that the churn definition looks for ({named}) has happened already",
                f"流失定义所指的事件（{named}）已经发生",
            )
        return Words(
            f"no event that the churn definition looks for ({named}) in the last "
            f"{self.recent_days} days",
            f"最近{self.recent_days}天内没有流失定义所指的事件（{named}）",
        )

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, already_churned, too_new, never_ordered or never_did. Shape (rows,).

        Raises:
            DefinitionError: The rows were made for another definition.
        """
        column = asked_column(self.kinds)
        if column not in rows.asked:
            raise DefinitionError(
                f"the churn definition looks at events of kind {' or '.join(self.kinds)}, and "
                "customers were described without them; see that the project file has "
                "[tables.events], and run `retinue score` again"
            )
        since = rows.asked[column]
        never, recent = np.isnan(since), self.recent_days
        done = ~never if recent is None else since < recent
        known_for = np.fmax(*(rows.column(name) for name in self.needs))
        gone = done if self.means == "did" else ~done
        return np.select(
            [
                np.isnan(known_for),
                never & (self.means == "did_not"),
                gone,
                known_for < self.minimum_tenure_days,
            ],
            [NEVER_ORDERED, NEVER_DID, ALREADY_CHURNED, TOO_NEW],
            default=ELIGIBLE,
        )

    def in_words(self) -> str:
        """The definition as a sentence."""
        named = " or ".join(self.kinds)
        window = f"within {self.horizon_days} days{_after(self.gap_days)}"
        if self.means == "did_not":
            return (
                f"no {named} {window}, among customers with one in the last {self.recent_days} days"
            )
        lately = "" if self.recent_days is None else f" in the last {self.recent_days} days"
        return f"a {named} {window}, among customers without one{lately}"


@dataclass(frozen=True)
class GivenLabel:
    """Churn is what a column of the project's own table says; everyone else in it is scored.

    Whoever it marks as churned is scored no more: their features are not handed on.

    Attributes:
        column: The label.
        churned: What it says of those who churned.
        horizon_days: Within how long is not known, and 0 here; likewise the next three.
        silent_days: See Inactivity.
        gap_days: See Inactivity.
        minimum_tenure_days: See Inactivity.
        definition: Tells it from the others in a file.
    """

    column: str
    churned: str
    horizon_days: int = 0
    silent_days: int = 0
    gap_days: int = 0
    minimum_tenure_days: int = 0
    definition: Literal["given_label"] = "given_label"

    @property
    def reach(self) -> timedelta:
        """The table has no time, and so no window."""
        return timedelta(0)

    @property
    def needs(self) -> tuple[str, ...]:
        """No feature tells a customer's status."""
        return ()

    @property
    def unscored(self) -> Words:
        """Why a customer who is gone already has no score."""
        return Words(
            "the table marks the customer as churned, or every column of the model is blank",
            "表中已标记该客户流失，或模型所用各列均为空",
        )

    def statuses(self, rows: "FeatureRows") -> NDArray[np.str_]:
        """Per row: eligible, or already_churned where no feature is known. Shape (rows,)."""
        return np.where(np.isnan(rows.values).all(axis=1), ALREADY_CHURNED, ELIGIBLE)

    def in_words(self) -> str:
        """The definition as a sentence."""
        return f"{self.column} is {self.churned}, within a time that the table does not say"


def _name_of(found: Any) -> str:
    """Files from before there was a choice name none."""
    if isinstance(found, Mapping):
        return str(found.get("definition", "inactivity"))
    return str(found.definition)


ChurnDefinition: TypeAlias = Annotated[
    Annotated[Inactivity, Tag("inactivity")]
    | Annotated[Cadence, Tag("cadence")]
    | Annotated[SubscriptionEnd, Tag("subscription_end")]
    | Annotated[Event, Tag("event")]
    | Annotated[GivenLabel, Tag("given_label")],
    Discriminator(_name_of),
]


def _statuses_of_buyers(
    rows: "FeatureRows", limit: NDArray[np.float64] | float, tenure: int
) -> NDArray[np.str_]:
    silent = rows.column("days_since_last_order")
    return np.select(
        [
            np.isnan(silent),
            silent >= limit,
            rows.column("days_since_first_order") < tenure,
        ],
        [NEVER_ORDERED, ALREADY_CHURNED, TOO_NEW],
        default=ELIGIBLE,
    )


def _after(gap_days: int) -> str:
    return f" after a gap of {gap_days} days" if gap_days else ""
