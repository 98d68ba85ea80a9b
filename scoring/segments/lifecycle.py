"""Lifecycle: prospect, new, active, dormant or churned, by first and last purchase.

Churned is what the project's churn definition calls gone already. Who ordered is judged by orders
alone, as that definition does; who only subscribed, by subscriptions, a running one being bought
anew every day. Loyal is an overlay and no state: a customer may be loyal and dormant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.lifecycle_states import (
    ACTIVE,
    CHURNED,
    CODES,
    DORMANT,
    IMPOSSIBLE,
    LABELS,
    NEW,
    PROSPECT,
    steps_in_words,
)
from scoring.segments.loyalty import ORDERS, Loyalty
from scoring.segments.scheme import (
    UNLABELLED,
    Fact,
    Fitted,
    Label,
    Labels,
    Off,
    Population,
    Scheme,
    Settings,
)
from scoring.segments.timeline import Timeline


class LifecycleSettings(Settings):
    """Days from state to state; `[churn] silent_days` says when dormant becomes churned."""

    new_days: int | None = Field(
        default=None,
        ge=1,
        description="New for so many days from the first purchase; without, a third of "
        "silent_days, or less where dormant comes sooner.",
    )
    dormant_days: int | None = Field(
        default=None, ge=2, description="Dormant after so many days without a purchase."
    )
    dormant_share: float = Field(
        default=0.5, gt=0, lt=1, description="Without dormant_days, this share of silent_days."
    )
    loyal_tenure_days: int | None = Field(
        default=None,
        ge=1,
        description="Loyal at the earliest so many days after the first purchase; without, twice "
        "silent_days.",
    )
    loyal_orders: int | None = Field(
        default=None,
        ge=1,
        description="Loyal from so many orders in 365 days; without, the third quartile of those "
        "with the tenure who have not churned, and at least 2.",
    )


@dataclass(frozen=True)
class Lifecycle:
    """Thresholds in days, ascending.

    Attributes:
        new_days: Days since the first purchase from which a customer is no longer new.
        dormant_days: Days of silence from which a customer is dormant.
        silent_days: Days of silence from which a customer has churned.
        loyalty: Who is loyal, unless churned.
    """

    new_days: int
    dormant_days: int
    silent_days: int
    loyalty: Loyalty

    @property
    def labels(self) -> tuple[Label, ...]:
        """From prospect to churned."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The state of everyone, except of whom only returns are known.

        Dates are as-of dates: the first at which the customer is labelled so. Since when is None
        where the features do not tell when a customer came back from a long silence.
        """
        line = Timeline.of(customers)
        states = self._states(line.begun, line.silent)
        returns = customers.column("returns_in_total")
        only_returns = (states == PROSPECT) & (returns > 0)
        since = np.where(only_returns, np.nan, self._days_in_state(customers, line, states))
        until = self._days_to_next(line, states)
        following = CODES[np.minimum(states + 1, CHURNED)]
        following[np.isnan(until)] = None
        return Labels(
            np.where(only_returns, UNLABELLED, states),
            {
                "days_since_first_purchase": line.begun,
                "days_silent": line.silent,
                "subscription_runs": line.running.astype(np.float64),
                "days_in_state": since,
                "in_state_since": line.dates(-since),
                "next_state": following,
                "next_state_on": line.dates(until),
                "loyal": np.where(
                    states == CHURNED, 0.0, self.loyalty.holds(customers, line).astype(np.float64)
                ),
                ORDERS: customers.column(ORDERS),
                "returns_in_total": returns,
            },
        )

    def rule(self) -> Words:
        """The states, the transitions between them, and who is loyal."""
        steps = steps_in_words()
        loyal = self.loyalty.in_words()
        return Words(
            f"Prospect: never bought. Churned: no purchase for {self.silent_days} days. Dormant: "
            f"none for {self.dormant_days} days. New: first purchase less than {self.new_days} "
            "days ago. Active: all others. A purchase is an order; of who never ordered, a "
            f"subscription, on every day that it runs. Transitions: {steps.en}. Loyal, beside the "
            f"state and unless churned: {loyal.en}.",
            f"潜在客户:从未购买。流失客户:{self.silent_days}天未购买。休眠客户:"
            f"{self.dormant_days}天未购买。新客户:首次购买不足{self.new_days}天。活跃客户:其余客户。"
            "购买指下单;从未下单者以订阅为准,订阅有效期间视为每天购买。"
            f"状态变化:{steps.zh}。忠诚是状态之外的标记(流失客户除外):{loyal.zh}。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Since when, how long silent, and what comes next if silent on."""
        silent = facts["days_silent"]
        if silent is None:
            return ONLY_RETURNS if facts["returns_in_total"] else NEVER_BOUGHT
        said = [Words(f"last purchase {silent:,.0f} days ago", f"上次购买在{silent:,.0f}天前")]
        if facts["subscription_runs"]:
            said = [Words("a subscription runs", "订阅有效")]
        if facts["in_state_since"] is not None:
            since = facts["in_state_since"]
            said.append(Words(f"in this state since {since}", f"自{since}起处于该状态"))
        if facts["next_state_on"] is not None:
            said.append(_next_in_words(facts["next_state"], facts["next_state_on"]))
        if facts["loyal"]:
            said.append(Words("loyal", "忠诚客户"))
        return Words("; ".join(part.en for part in said), ";".join(part.zh for part in said))

    def _states(self, begun: NDArray[np.float64], silent: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.select(
            [
                np.isnan(silent),
                silent >= self.silent_days,
                silent >= self.dormant_days,
                begun < self.new_days,
            ],
            [PROSPECT, CHURNED, DORMANT, NEW],
            default=ACTIVE,
        )

    def _days_in_state(
        self, customers: Customers, line: Timeline, states: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Active since being new, if never dormant in between; else since the return, if told."""
        active = np.where(line.away < self.dormant_days, line.begun - self.new_days, line.returned)
        return np.choose(
            states,
            [
                customers.column("days_since_joined"),
                line.begun,
                active,
                line.silent - self.dormant_days,
                line.silent - self.silent_days,
            ],
        )

    def _days_to_next(self, line: Timeline, states: NDArray[np.int64]) -> NDArray[np.float64]:
        never = np.full(len(states), np.nan)
        dormant = np.where(line.running, np.nan, self.dormant_days - line.silent)
        return np.choose(
            states,
            [never, self.new_days - line.begun, dormant, self.silent_days - line.silent, never],
        )


NEVER_BOUGHT = Words("has not bought yet", "尚未购买")
ONLY_RETURNS = Words("only returns are known, not what was bought", "仅有退货记录,购买记录未知")


def fit(population: Population, settings: LifecycleSettings) -> Fitted | Off:
    """Days by the settings and the churn definition; only loyalty is learned."""
    customers, silent_days = population.customers, population.churn.silent_days
    if not (
        customers.knows("days_since_last_order") or customers.knows("days_since_first_subscription")
    ):
        return Off(
            Words(
                "nobody has ordered or subscribed; fill [tables.orders] or [tables.subscriptions]",
                "没有任何订单或订阅;请提供[tables.orders]或[tables.subscriptions]",
            )
        )
    dormant_days = settings.dormant_days or ceil(settings.dormant_share * silent_days)
    new_days = settings.new_days or min(silent_days // 3, dormant_days - 1)
    if not 0 < new_days < dormant_days < silent_days:
        return Off(_unordered(new_days, dormant_days, silent_days))
    loyalty = Loyalty.fit(
        customers,
        tenure_days=settings.loyal_tenure_days or 2 * silent_days,
        orders=settings.loyal_orders,
        silent_days=silent_days,
    )
    return Lifecycle(new_days, dormant_days, silent_days, loyalty)


def _next_in_words(code: Fact, on: Fact) -> Words:
    state = CODES.tolist().index(code)
    name = LABELS[state].name
    if state == ACTIVE:  # comes with time alone
        return Words(f"{name.en.lower()} from {on} on", f"{on}起转为{name.zh}")
    return Words(
        f"without another purchase {name.en.lower()} on {on}",
        f"若不再购买,将于{on}成为{name.zh}",
    )


def _unordered(new_days: int, dormant_days: int, silent_days: int) -> Words:
    return Words(
        f"new_days {new_days}, dormant_days {dormant_days} and silent_days {silent_days} must "
        "ascend from 1; change [segments.lifecycle] or [churn] silent_days",
        f"new_days {new_days}、dormant_days {dormant_days}、silent_days {silent_days}"
        "须从1起依次递增;请修改[segments.lifecycle]或[churn] silent_days",
    )


LIFECYCLE = Scheme(
    "lifecycle",
    Words("Lifecycle", "客户生命周期"),
    1,
    LifecycleSettings,
    Lifecycle,
    fit,
    unlabelled=ONLY_RETURNS,
    order=(("active",), ("new",), ("dormant",), ("churned",)),
    impossible=IMPOSSIBLE,
)
