"""Purchasing power: what a customer can spend, and how willingly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.income_bands import IncomeLadder
from scoring.segments.levels import BY_WORD, UNKNOWN, Edges, levels, thirds, words
from scoring.segments.purchasing_power_cells import (
    ABILITY,
    CELLS,
    LABELS,
    WILLINGNESS,
    cells_in_words,
)
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

VALUE, ORDERS, DISCOUNT, INCOME = (
    "mean_order_value",
    "orders_last_365_days",
    "share_discounted",
    "income_band",
)


class PurchasingPowerSettings(Settings):
    """Ability by order value and income, willingness by orders and discounts."""

    least_customers: int = Field(
        default=25, ge=3, description="Fewer customers with an order are too few for thirds."
    )
    use_income_band: bool = Field(
        default=True, description="Whether income_band of [tables.customers] counts."
    )
    income_bands: tuple[str, ...] = Field(
        default=(),
        description="Bands from the lowest up; without, by the first number in each, or by words "
        "such as low, middle and high.",
    )
    least_discount: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="A share of discounts up to this never counts against willingness, however "
        "little others have.",
    )


@dataclass(frozen=True)
class PurchasingPower:
    """Edges between thirds.

    Attributes:
        value_edges: Of the average order value; None where all are equal.
        order_edges: Of orders in the last 365 days.
        discount_edge: Beyond this share of discounts willingness counts one level less; None
            where no discount is known.
        income: Levels of income bands.
        currency: Code of the currency of order values.
    """

    value_edges: Edges | None
    order_edges: Edges
    discount_edge: float | None
    income: IncomeLadder
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """High, medium and low."""
        return LABELS

    def label(self, customers: Customers) -> Labels:
        """The power of everyone who ever ordered and whose two axes are known."""
        value, orders, discount = (customers.column(name) for name in (VALUE, ORDERS, DISCOUNT))
        bands = _bands(customers, use=bool(self.income.bands))
        ordered = ~np.isnan(value)
        value_level = levels(value, self.value_edges)
        income_level = self.income.levels_of(bands)
        order_level = levels(orders, self.order_edges)
        edge = np.inf if self.discount_edge is None else self.discount_edge
        ability = np.where(ordered, ABILITY[value_level, income_level], UNKNOWN)
        willingness = np.where(
            ordered, WILLINGNESS[order_level, (discount > edge).astype(np.int64)], UNKNOWN
        )
        return Labels(
            CELLS[ability, willingness],
            {
                "ability": words(ability),
                "willingness": words(willingness),
                "order_value_level": words(value_level),
                "income_level": words(income_level),
                "orders_level": words(np.where(ordered, order_level, UNKNOWN)),
                VALUE: value,
                INCOME: bands,
                ORDERS: orders,
                DISCOUNT: discount,
            },
        )

    def rule(self) -> Words:
        """Both axes with their edges, and the label of each pair of levels."""
        cells = cells_in_words()
        income, discount = self.income.in_words(), self._discount_in_words()
        orders = [f"{edge:,.0f}" for edge in self.order_edges]
        value = Words("all order values are equal", "各客户每单金额相同")
        if self.value_edges:
            low, medium = (f"{self.currency} {edge:,.2f}" for edge in self.value_edges)
            value = Words(
                f"low up to {low} per order, medium up to {medium}, high beyond",
                f"每单平均金额不超过{low}为低,不超过{medium}为中,超过为高",
            )
        return Words(
            f"Ability: {value.en}; {income.en}. Willingness: low up to {orders[0]} orders in the "
            f"last 365 days, medium up to {orders[1]}, high beyond; {discount.en}. Ability and "
            f"willingness make the label: {cells.en}.",
            f"支付能力:{value.zh};{income.zh}。购买意愿:最近365天不超过{orders[0]}单为低,"
            f"不超过{orders[1]}单为中,超过为高;{discount.zh}。由支付能力与购买意愿得出:{cells.zh}。",
        )

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """Both levels with what they are made from."""
        if facts[VALUE] is None:
            return NEVER_ORDERED
        ability, willingness = (BY_WORD.get(str(facts[axis]), NOT_KNOWN) for axis in AXES)
        value, orders, discount, band = (facts[x] for x in (VALUE, ORDERS, DISCOUNT, INCOME))
        place = BY_WORD.get(str(facts["income_level"]), NOT_KNOWN)
        income = Words("", "")
        if band is not None:
            income = Words(f", income {band}: {place.en}", f",收入{band}:{place.zh}")
        share = Words("", "")
        if discount is not None:
            share = Words(f", {discount:.0%} discounted", f",折扣占{discount:.0%}")
        return Words(
            f"ability {ability.en} ({self.currency} {value:,.2f} per order{income.en}), "
            f"willingness {willingness.en} ({orders:,.0f} orders in 365 days{share.en})",
            f"支付能力{ability.zh}(每单{self.currency} {value:,.2f}{income.zh}),"
            f"购买意愿{willingness.zh}(365天内{orders:,.0f}单{share.zh})",
        )

    def _discount_in_words(self) -> Words:
        if self.discount_edge is None:
            return Words("discounts are not known", "折扣未知")
        return Words(
            f"one level less where discounts are more than {self.discount_edge:.0%} of the price",
            f"折扣超过原价{self.discount_edge:.0%}者降一级",
        )


AXES = ("ability", "willingness")
NEVER_ORDERED = Words("never ordered", "从未下单")
NOT_KNOWN = Words("not known", "未知")


def fit(population: Population, settings: PurchasingPowerSettings) -> Fitted | Off:
    """Thirds of everyone who ever ordered."""
    customers = population.customers
    value = customers.column(VALUE)
    ordered = ~np.isnan(value)
    if ordered.sum() < settings.least_customers:
        return Off(_too_few(int(ordered.sum()), settings.least_customers))
    orders, discount = (customers.column(name)[ordered] for name in (ORDERS, DISCOUNT))
    bands = _bands(customers, use=settings.use_income_band)[ordered]
    income = IncomeLadder.fit(bands, settings.income_bands)
    value_edges, order_edges = thirds(value[ordered]), thirds(orders)
    if order_edges is None or (value_edges is None and not income.bands):
        return Off(ALL_ALIKE)
    return PurchasingPower(
        value_edges,
        order_edges,
        _discount_edge(discount, settings.least_discount),
        income,
        population.currency,
    )


def _bands(customers: Customers, *, use: bool) -> NDArray[np.object_]:
    if use and INCOME in customers.traits:
        return customers.traits[INCOME]
    return np.full(len(customers), None, dtype=object)


def _discount_edge(shares: NDArray[np.float64], least: float) -> float | None:
    """The highest share of the medium third, and no less than `least`."""
    if np.isnan(shares).all():
        return None
    edges = thirds(shares)
    return least if edges is None else max(least, edges[1])


def _too_few(found: int, needed: int) -> Words:
    return Words(
        f"{found} customers have ordered; thirds need {needed} ([segments.purchasing_power] "
        "least_customers, orders from [tables.orders])",
        f"仅{found}位客户下过单;三分位至少需要{needed}位([segments.purchasing_power] "
        "least_customers,订单来自[tables.orders])",
    )


ALL_ALIKE = Words(
    "everyone ordered equally often, or at one price with no income_band in [tables.customers]: "
    "nobody's power can be told from another's",
    "所有客户下单次数相同,或每单金额相同且[tables.customers]中没有income_band:无法区分购买力",
)
PURCHASING_POWER = Scheme(
    "purchasing_power",
    Words("Purchasing power", "购买力"),
    1,
    PurchasingPowerSettings,
    PurchasingPower,
    fit,
    unlabelled=Words(
        "never ordered, or one of the two axes is not known", "从未下单,或某一维度未知"
    ),
    order=(("high",), ("medium",), ("low",)),
)
