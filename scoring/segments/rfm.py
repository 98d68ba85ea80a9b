"""RFM: recency, frequency and money, each scored 1 to 5, and eleven named groups of the scores.

Quintile scores after Hughes, "Strategic Database Marketing" (1994); the groups' names are those
that retailers commonly give.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

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

SCORES = 5
RECENCY, FREQUENCY, MONEY = (
    "days_since_last_order",
    "orders_last_365_days",
    "spend_last_365_days",
)
LABELS = (
    Label("champions", Words("Champions", "重要价值客户")),
    Label("loyal", Words("Loyal", "忠诚客户")),
    Label("potential_loyalist", Words("Potential loyalist", "潜在忠诚客户")),
    Label("new", Words("New", "新客户")),
    Label("promising", Words("Promising", "有潜力客户")),
    Label("needs_attention", Words("Needs attention", "需关注客户")),
    Label("about_to_sleep", Words("About to sleep", "即将沉睡客户")),
    Label("at_risk", Words("At risk", "流失风险客户")),
    Label("cannot_lose", Words("Cannot lose", "不可失去客户")),
    Label("hibernating", Words("Hibernating", "沉睡客户")),
    Label("lost", Words("Lost", "已流失客户")),
)
POSITIONS = {label.code: i for i, label in enumerate(LABELS)}


@dataclass(frozen=True)
class Group:
    """A box of scores, each from lowest to highest; the first that holds a customer names it."""

    code: str
    recency: tuple[int, int]
    frequency: tuple[int, int]
    money: tuple[int, int]


GROUPS = (
    Group("champions", (4, 5), (4, 5), (4, 5)),
    Group("loyal", (3, 5), (4, 5), (1, 5)),
    Group("cannot_lose", (1, 2), (4, 5), (4, 5)),
    Group("at_risk", (1, 2), (3, 5), (1, 5)),
    Group("at_risk", (1, 2), (1, 5), (3, 5)),
    Group("new", (5, 5), (1, 1), (1, 5)),
    Group("promising", (4, 4), (1, 1), (1, 5)),
    Group("potential_loyalist", (4, 5), (2, 3), (1, 5)),
    Group("needs_attention", (3, 3), (2, 3), (1, 5)),
    Group("about_to_sleep", (3, 3), (1, 1), (1, 5)),
    Group("hibernating", (2, 2), (1, 2), (1, 2)),
    Group("lost", (1, 1), (1, 2), (1, 2)),
)


class RfmSettings(Settings):
    """Recency, frequency and money."""

    least_customers: int = Field(
        default=25, ge=5, description="Fewer customers with an order are too few for quintiles."
    )


@dataclass(frozen=True)
class Rfm:
    """Quintile edges; each value up to and including an edge lies below it.

    Attributes:
        recency_edges: Days since the last order, ascending, four of them.
        frequency_edges: Orders in the last 365 days.
        money_edges: Money in the last 365 days.
        currency: Code of the money's currency.
    """

    recency_edges: tuple[float, ...]
    frequency_edges: tuple[float, ...]
    money_edges: tuple[float, ...]
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """Eleven groups."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The group of everyone who ever ordered; of the others nothing is said."""
        recency, frequency, money = (customers.column(name) for name in (RECENCY, FREQUENCY, MONEY))
        scores = (
            SCORES + 1 - _score(recency, self.recency_edges),
            _score(np.nan_to_num(frequency), self.frequency_edges),
            _score(np.nan_to_num(money), self.money_edges),
        )
        ordered = ~np.isnan(recency)
        facts = {"recency_score": scores[0], "frequency_score": scores[1], "money_score": scores[2]}
        return Labels(
            np.where(ordered, CELLS[scores[0], scores[1], scores[2]], UNLABELLED),
            {name: np.where(ordered, values, np.nan) for name, values in facts.items()}
            | {RECENCY: recency, FREQUENCY: frequency, MONEY: money},
        )

    def rule(self) -> Words:
        """Where the quintiles lie and which scores make which group."""
        edges = (self.recency_edges, self.frequency_edges, self.money_edges)
        days, orders, money = (", ".join(f"{edge:,.10g}" for edge in found) for found in edges)
        groups_en = "; ".join(_box(group, "en") for group in GROUPS)
        groups_zh = ";".join(_box(group, "zh") for group in GROUPS)
        return Words(
            f"Everyone who ever ordered is scored 1 to 5 on three axes. Recency R: 5 up to "
            f"the first of {days} days since the last order, one less beyond each. Frequency F: "
            f"1 up to the first of {orders} orders in the last 365 days, one more beyond each. "
            f"Money M: likewise at {self.currency} {money} spent in the last 365 days. The first "
            f"that fits names the group: {groups_en}.",
            f"对每位下过单的客户按三个维度打1至5分。近度R:距上次下单天数不超过{days}中第一个得5分,"
            f"每超过一个减1分。频度F:最近365天订单数不超过{orders}中第一个得1分,每超过一个加1分。"
            f"金额M:最近365天消费({self.currency})以{money}为界,同样打分。按顺序取第一个符合的组:"
            f"{groups_zh}。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The three scores with what they are made from."""
        if facts["recency_score"] is None:
            return NEVER_ORDERED
        r, f, m = (facts[f"{axis}_score"] for axis in ("recency", "frequency", "money"))
        days, orders, money = facts[RECENCY], facts[FREQUENCY] or 0, facts[MONEY] or 0
        return Words(
            f"R {r:.0f} of 5 (last order {days:,.0f} days ago), F {f:.0f} of 5 ({orders:,.0f} "
            f"orders in 365 days), M {m:.0f} of 5 ({self.currency} {money:,.2f} in 365 days)",
            f"R {r:.0f}/5(上次下单在{days:,.0f}天前),F {f:.0f}/5(365天内{orders:,.0f}单),"
            f"M {m:.0f}/5(365天内{self.currency} {money:,.2f})",
        )


NEVER_ORDERED = Words("never ordered", "从未下单")


def fit(population: Population, settings: RfmSettings) -> Fitted | Off:
    """Quintile edges of everyone who ever ordered.

    An edge is an observed value (inverted empirical distribution), so equal values share a score.
    """
    recency = population.customers.column(RECENCY)
    ordered = ~np.isnan(recency)
    if ordered.sum() < settings.least_customers:
        return Off(
            Words(
                f"{ordered.sum()} customers have ordered; quintiles need "
                f"{settings.least_customers} ([segments.rfm] least_customers)",
                f"仅{ordered.sum()}位客户下过单;五分位至少需要{settings.least_customers}位"
                "([segments.rfm] least_customers)",
            )
        )
    money = np.nan_to_num(population.customers.column(MONEY)[ordered])
    frequency = np.nan_to_num(population.customers.column(FREQUENCY)[ordered])
    return Rfm(_edges(recency[ordered]), _edges(frequency), _edges(money), population.currency)


def _edges(values: NDArray[np.float64]) -> tuple[float, ...]:
    shares = np.arange(1, SCORES) / SCORES
    return tuple(np.quantile(values, shares, method="inverted_cdf").tolist())


def _score(values: NDArray[np.float64], edges: tuple[float, ...]) -> NDArray[np.int64]:
    """1 up to and including the first edge, one more beyond each; NaN scores 5."""
    return 1 + np.searchsorted(np.array(edges), values, side="left")


def _cells() -> NDArray[np.int64]:
    """The label's place by recency, frequency and money score, each counted from 1."""
    cells = np.full((SCORES + 1,) * 3, UNLABELLED)
    for group in reversed(GROUPS):
        box = tuple(
            slice(lowest, highest + 1)
            for lowest, highest in (group.recency, group.frequency, group.money)
        )
        cells[box] = POSITIONS[group.code]
    return cells


def _box(group: Group, language: str) -> str:
    name = getattr(LABELS[POSITIONS[group.code]].name, language)
    axes = (("R", group.recency), ("F", group.frequency), ("M", group.money))
    bounds = [
        f"{axis} {lowest}" if lowest == highest else f"{axis} {lowest}-{highest}"
        for axis, (lowest, highest) in axes
        if (lowest, highest) != (1, SCORES)
    ]
    return f"{name} ({', '.join(bounds)})" if language == "en" else f"{name}({', '.join(bounds)})"


CELLS = _cells()
RFM = Scheme(
    "rfm",
    Words("RFM groups", "RFM客户分群"),
    1,
    RfmSettings,
    Rfm,
    fit,
    unlabelled=NEVER_ORDERED,
    order=(
        ("champions",),
        ("loyal",),
        ("potential_loyalist", "new", "promising"),
        ("needs_attention", "about_to_sleep"),
        ("cannot_lose", "at_risk"),
        ("hibernating",),
        ("lost",),
    ),
)
