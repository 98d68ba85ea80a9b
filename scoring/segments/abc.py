"""ABC: the few customers who bring most of the money, after Pareto's law of the vital few."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.money import PARTS_PER_UNIT, in_parts
from scoring.segments.scheme import (
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
    Label("A", Words("A", "A类")),
    Label("B", Words("B", "B类")),
    Label("C", Words("C", "C类")),
)


class AbcSettings(Settings):
    """Cumulative shares of a year's money, customers in descending order of it."""

    a_share: float = Field(default=0.75, gt=0, lt=1, description="Up to this share is A.")
    b_share: float = Field(default=0.95, gt=0, lt=1, description="Up to this share is B.")

    @model_validator(mode="after")
    def _ascend(self) -> "AbcSettings":
        if not self.a_share < self.b_share:
            raise ValueError("a_share must be below b_share")
        return self


@dataclass(frozen=True)
class Abc:
    """The least money of each class above C.

    Attributes:
        a: Lowest contribution in A.
        b: Lowest contribution in A or B.
        a_share: Of all money, up to which customers are A.
        b_share: Likewise of B.
        currency: Code of the money's currency.
    """

    a: float
    b: float
    a_share: float
    b_share: float
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """A, B and C."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """Everyone has a class: who brings nothing is C."""
        money = customers.money
        return Labels(
            np.where(money >= self.a, 0, np.where(money >= self.b, 1, 2)), {"money": money}
        )

    def rule(self) -> Words:
        """The shares and the money at which they were reached."""
        return Words(
            f"Customers in descending order of a year's money: up to a cumulative share of "
            f"{self.a_share:.0%} is A ({self.currency} {self.a:,.2f} and more), up to "
            f"{self.b_share:.0%} is B ({self.currency} {self.b:,.2f} and more), the rest is C. Who "
            "crosses a boundary is in the better class, and equal sums share a class.",
            f"按一年金额从高到低排列客户:累计占比至{self.a_share:.0%}为A类(不少于{self.currency} "
            f"{self.a:,.2f}),至{self.b_share:.0%}为B类(不少于{self.currency} {self.b:,.2f}),"
            "其余为C类。跨越界线者归入较高一类,金额相同者同类。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The customer's money."""
        return Words(
            f"{self.currency} {facts['money']:,.2f} in a year",
            f"一年{self.currency} {facts['money']:,.2f}",
        )


@dataclass(frozen=True)
class Contributions:
    """The ABC analysis table, in descending order of contribution.

    Attributes:
        order: Shape (customers,): positions in the population.
        rank: 1 for the largest; equal contributions share the best rank among them.
        share_of_customers: Cumulative, in (0, 1].
        contribution: Money.
        cumulative: Cumulative money; negative sums (more returned than bought) count as 0.
        cumulative_share: Of all money.
    """

    order: NDArray[np.int64]
    rank: NDArray[np.int64]
    share_of_customers: NDArray[np.float64]
    contribution: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    cumulative_share: NDArray[np.float64]


def contributions(customers: Customers) -> Contributions:
    """Rank customers by a year's money."""
    money = customers.money
    order = np.argsort(-money, kind="stable")
    ranked = money[order]
    parts = np.cumsum(_parts(ranked))
    total = max(int(parts[-1]), 1) if len(parts) else 1
    return Contributions(
        order=order,
        rank=1 + np.searchsorted(-ranked, -ranked, side="left"),
        share_of_customers=np.arange(1, len(ranked) + 1) / max(len(ranked), 1),
        contribution=ranked,
        cumulative=parts / PARTS_PER_UNIT,
        cumulative_share=parts / total,
    )


def fit(population: Population, settings: AbcSettings) -> Fitted | Off:
    """The contribution of the last customer of A and of B."""
    ranked = -np.sort(-population.customers.money)
    parts = _parts(ranked)
    total = int(parts.sum())
    if not total:
        return Off(
            Words(
                "nobody brought any money in the last year; map amount in [tables.orders] or "
                "amount_per_month in [tables.subscriptions]",
                "最近一年没有任何客户带来金额;请在[tables.orders]中映射amount,"
                "或在[tables.subscriptions]中映射amount_per_month",
            )
        )
    before = np.cumsum(parts) - parts
    a, b = (
        float(ranked[before < _least_parts(share, total)][-1])
        for share in (settings.a_share, settings.b_share)
    )
    return Abc(a, b, settings.a_share, settings.b_share, population.currency)


def _parts(money: NDArray[np.float64]) -> NDArray[np.int64]:
    return in_parts(np.clip(money, 0, None))


def _least_parts(share: float, total: int) -> int:
    """The share of the total, rounded up, in exact whole numbers."""
    return -(-round(share * PARTS_PER_UNIT) * total // PARTS_PER_UNIT)


ABC = Scheme(
    "abc",
    Words("ABC classes", "ABC分类"),
    1,
    AbcSettings,
    Abc,
    fit,
    unlabelled=Words("nobody: everyone has a class", "无:每位客户均有类别"),
    order=(("A",), ("B",), ("C",)),
)
