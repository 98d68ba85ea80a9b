"""Value: who will still bring most, by predicted remaining value."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from features.feature import Words
from scoring.segments.customers import Customers
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

LABELS = (
    Label("top", Words("Top value", "顶级价值")),
    Label("high", Words("High value", "高价值")),
    Label("medium", Words("Medium value", "中等价值")),
    Label("low", Words("Low value", "低价值")),
)
LOW = len(LABELS) - 1
LEAST_MONEY = 0.005  # below half a cent nothing is expected
PARTS_PER_UNIT = 10_000


class ValueSettings(Settings):
    """Shares of customers, in descending order of predicted remaining value."""

    top_share: float = Field(default=0.1, gt=0, lt=1, description="Up to this share is top.")
    high_share: float = Field(default=0.3, gt=0, lt=1, description="Up to this share is high.")
    medium_share: float = Field(default=0.6, gt=0, lt=1, description="Up to this is medium.")
    least_customers: int = Field(
        default=20, ge=4, description="Fewer customers with a value are too few to rank."
    )

    @model_validator(mode="after")
    def _ascend(self) -> "ValueSettings":
        if not self.top_share < self.high_share < self.medium_share:
            raise ValueError("top_share, high_share and medium_share must ascend")
        return self


@dataclass(frozen=True)
class Value:
    """The least value of each class above low.

    Attributes:
        least: Of top, high and medium.
        shares: Of customers with a value, up to which each of the three reaches.
        currency: Code of the money's currency.
    """

    least: tuple[float, ...]
    shares: tuple[float, ...]
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """Top, high, medium and low."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The class of everyone with a value; who is expected to bring nothing is low."""
        value = _value(customers)
        positions = np.searchsorted(-np.array(self.least), -value, side="left")
        positions = np.where(value < LEAST_MONEY, LOW, positions)
        return Labels(np.where(np.isnan(value), UNLABELLED, positions), {"remaining_value": value})

    def rule(self) -> Words:
        """Shares of customers and the values at which they were reached."""
        parts = list(zip(LABELS[:LOW], self.shares, self.least, strict=True))
        english = ", ".join(
            f"the best {share:.0%} are {label.name.en.lower()} ({self.currency} {least:,.2f} and "
            "more)"
            for label, share, least in parts
        )
        chinese = ",".join(
            f"前{share:.0%}为{label.name.zh}(不少于{self.currency} {least:,.2f})"
            for label, share, least in parts
        )
        return Words(
            f"Customers in descending order of predicted remaining value: {english}, the rest are "
            "low value. Shares are cumulative. Equal values share the better class, and who is "
            "expected to bring nothing is low value.",
            f"按预测剩余价值从高到低排列客户:{chinese},其余为低价值。比例为累计比例;"
            "价值相同者归入较高一类,预计不再带来金额者为低价值。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The customer's predicted remaining value."""
        if facts["remaining_value"] is None:
            return NO_VALUE
        return Words(
            f"{self.currency} {facts['remaining_value']:,.2f} still to be expected",
            f"预计还将带来{self.currency} {facts['remaining_value']:,.2f}",
        )


NO_VALUE = Words("never ordered or subscribed, or no price known", "从未下单或订阅,或价格未知")


def fit(population: Population, settings: ValueSettings) -> Fitted | Off:
    """The value of the last customer of each class above low.

    A share that does not come out even is rounded up, so that no class is empty.
    """
    if population.customers.remaining_value is None:
        return Off(
            Words(
                "remaining value has not been predicted; this needs a bundle with a value model: "
                "map [tables.orders] or [tables.subscriptions] and run `retinue train`",
                "尚未预测剩余价值;需要含价值模型的模型包:请映射[tables.orders]或"
                "[tables.subscriptions]并运行`retinue train`",
            )
        )
    value = _value(population.customers)
    known = value[~np.isnan(value)]
    if len(known) < settings.least_customers or np.ptp(known) < LEAST_MONEY:
        return Off(
            Words(
                f"{len(known)} customers have a predicted value, {len(np.unique(known))} of them "
                f"different; a ranking needs {settings.least_customers} "
                "([segments.value] least_customers) and more than one value",
                f"{len(known)}位客户有预测价值,其中不同的值有{len(np.unique(known))}个;排名至少需要"
                f"{settings.least_customers}位([segments.value] least_customers)且数值不能全部相同",
            )
        )
    ranked = -np.sort(-known)
    shares = (settings.top_share, settings.high_share, settings.medium_share)
    least = tuple(float(ranked[_reach(share, len(ranked)) - 1]) for share in shares)
    return Value(least, shares, population.currency)


def _value(customers: Customers) -> NDArray[np.float64]:
    if customers.remaining_value is None:
        return np.full(len(customers), np.nan)
    return customers.remaining_value


def _reach(share: float, customers: int) -> int:
    """Number of customers that the share holds, rounded up, in exact whole numbers."""
    return -(-round(share * PARTS_PER_UNIT) * customers // PARTS_PER_UNIT)


VALUE = Scheme(
    "value",
    Words("Value tiers", "价值分层"),
    1,
    ValueSettings,
    Value,
    fit,
    unlabelled=NO_VALUE,
    order=(("top",), ("high",), ("medium",), ("low",)),
)
