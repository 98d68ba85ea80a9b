"""Spending habit: large sums now and then, small ones all the time, or steadily.

Order value is set against order count, and how evenly orders follow each other decides between
what both leave open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.levels import BY_WORD, MEDIUM, UNKNOWN, Edges, levels, thirds, words
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

VALUE, ORDERS, VARIATION = (
    "mean_order_value",
    "orders_last_365_days",
    "variation_of_days_between_orders",
)
LABELS = (
    Label("lump_sum", Words("Lump-sum", "大额集中型")),
    Label("steady", Words("Steady", "均衡稳定型")),
    Label("frequent_small", Words("Frequent-small", "小额高频型")),
)
LUMP, STEADY, SMALL = range(3)
EVEN, UNEVEN, TOO_FEW = range(3)
# Position in LABELS: a plane per level of order value, a row per level of orders, a column per
# evenness. A few small orders, or middling ones, at uneven times are no habit.
HABITS = np.array(
    [
        # even, uneven, fewer than three orders
        [
            [STEADY, UNLABELLED, UNLABELLED],  # low order value, few orders
            [STEADY, SMALL, UNLABELLED],
            [SMALL, SMALL, UNLABELLED],  # many orders
        ],
        [
            [STEADY, LUMP, UNLABELLED],  # medium order value
            [STEADY, UNLABELLED, UNLABELLED],
            [STEADY, SMALL, UNLABELLED],
        ],
        [
            [LUMP, LUMP, LUMP],  # high order value
            [STEADY, LUMP, LUMP],
            [STEADY, LUMP, LUMP],
        ],
    ]
)


class SpendingHabitSettings(Settings):
    """Order value against order count, and the evenness of gaps."""

    even_up_to: float | None = Field(
        default=None,
        gt=0,
        description="Orders follow each other evenly if their gaps spread by up to this multiple "
        "of the average gap; without, what half of the customers keep, and at most 1.",
    )
    least_customers: int = Field(
        default=25,
        ge=3,
        description="Fewer customers with an order in the last 365 days and three in total are "
        "too few for thirds.",
    )


@dataclass(frozen=True)
class SpendingHabit:
    """Edges between thirds, and between even and uneven.

    Attributes:
        value_edges: Of the average order value; None where all are equal, and so medium.
        order_edges: Of orders in the last 365 days; likewise.
        even_up_to: Spread of the days between orders over their average.
        currency: Code of the currency of order values.
    """

    value_edges: Edges | None
    order_edges: Edges | None
    even_up_to: float
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """Lump-sum, steady and frequent-small."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The habit of who ordered in the last 365 days and shows one."""
        value, orders, variation = (customers.column(name) for name in (VALUE, ORDERS, VARIATION))
        buys = (orders > 0) & ~np.isnan(value)
        value_level = _medium_if_alike(levels(value, self.value_edges))
        order_level = _medium_if_alike(levels(orders, self.order_edges))
        evenness = np.select(
            [np.isnan(variation), variation <= self.even_up_to], [TOO_FEW, EVEN], default=UNEVEN
        )
        return Labels(
            np.where(buys, HABITS[value_level, order_level, evenness], UNLABELLED),
            {
                "order_value_level": words(np.where(buys, value_level, UNKNOWN)),
                "orders_level": words(np.where(buys, order_level, UNKNOWN)),
                VALUE: value,
                ORDERS: orders,
                VARIATION: variation,
            },
        )

    def rule(self) -> Words:
        """The edges, and what follows from each combination."""
        value = _edges_in_words(self.value_edges, f"{self.currency} {{:,.2f}}")
        orders = _edges_in_words(self.order_edges, "{:,.0f}", "单")
        return Words(
            f"Customers with an order in the last 365 days. Order value is {value.en}; orders in "
            f"the year are {orders.en}; gaps between orders are even if they spread by up to "
            f"{self.even_up_to:.2f} times their average (chance alone makes 1). Lump-sum: high "
            "value with few orders, or, unless gaps are even, value on a higher level than orders "
            "or both high. Frequent-small: low value with many orders, or, unless gaps are even, "
            "value on a lower level than orders. Steady: all others with even gaps. Of fewer than "
            "three orders only high value tells: lump-sum.",
            f"最近365天下过单的客户。每单平均金额{value.zh};年下单频次{orders.zh};"
            f"下单间隔的标准差不超过平均间隔的{self.even_up_to:.2f}倍为均匀(完全随机约为1倍)。"
            "大额集中型:金额高而频次低;或间隔不均匀,且金额级别高于频次级别或两者皆高。"
            "小额高频型:金额低而频次高;或间隔不均匀,且金额级别低于频次级别。"
            "均衡稳定型:其余间隔均匀者。订单不足三单时,仅金额高者可判定为大额集中型。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Both levels with what they are made from, and the evenness."""
        value, orders = (BY_WORD.get(str(facts[f"{x}_level"])) for x in ("order_value", "orders"))
        if value is None or orders is None:
            return NO_ORDER
        variation = facts[VARIATION]
        gaps = Words("too few orders for gaps", "订单太少,无法判断间隔")
        if isinstance(variation, float):
            even = variation <= self.even_up_to
            gaps = Words(
                f"gaps {'even' if even else 'uneven'} ({variation:.2f} times their average)",
                f"间隔{'均匀' if even else '不均匀'}(标准差为平均间隔的{variation:.2f}倍)",
            )
        money, count = f"{self.currency} {facts[VALUE]:,.2f}", f"{facts[ORDERS]:,.0f}"
        return Words(
            f"order value {value.en} ({money}), orders {orders.en} ({count} in 365 days), "
            f"{gaps.en}",
            f"每单金额{value.zh}({money}),下单频次{orders.zh}(365天内{count}单),{gaps.zh}",
        )


NO_ORDER = Words("no order in the last 365 days", "最近365天未下单")


def fit(population: Population, settings: SpendingHabitSettings) -> Fitted | Off:
    """Thirds of those who ordered in the last 365 days, and the median evenness."""
    customers = population.customers
    buys = customers.column(ORDERS) > 0
    value, orders, variation = (customers.column(name)[buys] for name in (VALUE, ORDERS, VARIATION))
    known = ~np.isnan(variation)
    if known.sum() < settings.least_customers:
        return Off(_too_few(int(known.sum()), settings.least_customers))
    value_edges, order_edges = thirds(value), thirds(orders)
    if value_edges is None and order_edges is None:
        return Off(ALL_ALIKE)
    usual = float(np.quantile(variation[known], 0.5, method="inverted_cdf"))
    even = settings.even_up_to or min(usual, 1.0)
    return SpendingHabit(value_edges, order_edges, even, population.currency)


def _medium_if_alike(found: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(found == UNKNOWN, MEDIUM, found)


def _edges_in_words(edges: Edges | None, form: str, unit: str = "") -> Words:
    if edges is None:
        return Words("equal for all, and so medium", "各客户相同,视为中")
    low, medium = (form.format(edge) for edge in edges)
    return Words(
        f"low up to {low}, medium up to {medium}, high beyond",
        f"不超过{low}{unit}为低,不超过{medium}{unit}为中,超过为高",
    )


def _too_few(found: int, needed: int) -> Words:
    return Words(
        f"{found} customers have an order in the last 365 days and three in total; thirds need "
        f"{needed} ([segments.spending_habit] least_customers, orders from [tables.orders])",
        f"仅{found}位客户在最近365天下过单且累计不少于三单;三分位至少需要{needed}位"
        "([segments.spending_habit] least_customers,订单来自[tables.orders])",
    )


ALL_ALIKE = Words(
    "everyone orders equally often and for the same money: no habit differs from another",
    "所有客户下单次数与每单金额均相同:无法区分消费习惯",
)
SPENDING_HABIT = Scheme(
    "spending_habit",
    Words("Spending habit", "消费习惯"),
    1,
    SpendingHabitSettings,
    SpendingHabit,
    fit,
    unlabelled=Words(
        "no order in the last 365 days, or orders too few or too uneven for a habit",
        "最近365天未下单,或订单太少、太不规律,看不出习惯",
    ),
)
