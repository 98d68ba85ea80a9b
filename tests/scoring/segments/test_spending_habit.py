"""Spending habit: every cell, evenness and its boundary, too few orders to tell."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.levels import HIGH, LOW, MEDIUM
from scoring.segments.scheme import UNLABELLED, Off
from scoring.segments.spending_habit import (
    EVEN,
    HABITS,
    LABELS,
    LUMP,
    SMALL,
    STEADY,
    TOO_FEW,
    UNEVEN,
    SpendingHabit,
    SpendingHabitSettings,
    fit,
)
from tests.scoring.segments.populations import codes, customers_with, population_of


def nine(variation: float = 0.5, **changed: Any) -> Customers:
    """Order values 10, 20, 30 by orders 4, 8, 12."""
    value, orders = zip(*product((10, 20, 30), (4, 8, 12)), strict=True)
    columns: dict[str, Any] = {
        "mean_order_value": value,
        "orders_last_365_days": orders,
        "variation_of_days_between_orders": [variation] * 9,
    }
    return customers_with(**(columns | changed))


def fitted(customers: Customers, **settings: Any) -> SpendingHabit:
    found = fit(
        population_of(customers), SpendingHabitSettings(**({"least_customers": 3} | settings))
    )
    assert isinstance(found, SpendingHabit)
    return found


def why(customers: Customers, **settings: Any) -> str:
    found = fit(population_of(customers), SpendingHabitSettings(**settings))
    assert isinstance(found, Off)
    return found.why.en


def test_each_cell_of_even_uneven_and_unknown_gaps_has_its_habit() -> None:
    habit = fitted(nine())

    # A row per order value from low to high; few, some and many orders.
    assert codes(habit, nine(0.5)) == [
        "steady", "steady", "frequent_small",
        "steady", "steady", "steady",
        "lump_sum", "steady", "steady",
    ]  # fmt: skip
    assert codes(habit, nine(0.51)) == [
        None, "frequent_small", "frequent_small",
        "lump_sum", None, "frequent_small",
        "lump_sum", "lump_sum", "lump_sum",
    ]  # fmt: skip
    assert codes(habit, nine(np.nan)) == [None] * 6 + ["lump_sum"] * 3


def test_the_table_is_what_the_rule_says() -> None:
    def said(value: int, orders: int, evenness: int) -> int:
        if evenness == TOO_FEW:
            return LUMP if value == HIGH else UNLABELLED
        if (value, orders) == (HIGH, LOW):
            return LUMP
        if (value, orders) == (LOW, HIGH):
            return SMALL
        if evenness == EVEN:
            return STEADY
        if value > orders or value == orders == HIGH:
            return LUMP
        return SMALL if value < orders else UNLABELLED

    levels = (LOW, MEDIUM, HIGH)
    for cell in product(levels, levels, (EVEN, UNEVEN, TOO_FEW)):
        assert HABITS[cell] == said(*cell), cell


def test_even_is_what_half_of_the_customers_keep_and_no_more_than_chance() -> None:
    spread = nine(variation_of_days_between_orders=[0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, np.nan])
    bursts = nine(2.5)

    assert fitted(spread).even_up_to == 0.4
    assert fitted(bursts).even_up_to == 1
    assert fitted(bursts, even_up_to=3).even_up_to == 3


def test_who_did_not_order_in_the_year_has_no_habit_and_changes_no_edge() -> None:
    gone = customers_with(
        mean_order_value=[10, 20, 30, 999, np.nan],
        orders_last_365_days=[4, 8, 12, 0, 0],
        variation_of_days_between_orders=[0.5, 0.5, 0.5, 0.1, np.nan],
    )

    habit = fitted(gone)

    assert habit == fitted(nine())
    assert codes(habit, gone)[3:] == [None, None]
    said = habit.explain(habit.label(gone).facts_of(3))
    assert said.en == "no order in the last 365 days"


def test_what_is_equal_for_all_is_medium() -> None:
    one_price = nine(mean_order_value=[5] * 9)
    one_count = nine(orders_last_365_days=[6] * 9)

    assert fitted(one_price).value_edges is None
    assert set(codes(fitted(one_price), one_price)) == {"steady"}
    assert fitted(one_count).order_edges is None
    assert "equal for all, and so medium" in fitted(one_count).rule().en


@pytest.mark.parametrize("count", [1, 5, 50])
def test_all_alike_or_too_few_are_told_what_it_takes(count: int) -> None:
    alike = customers_with(
        mean_order_value=[5] * count,
        orders_last_365_days=[4] * count,
        variation_of_days_between_orders=[0.5] * count,
    )

    found = why(alike)

    assert ("no habit differs" if count == 50 else f"{count} customers have an order") in found


def test_without_orders_it_says_where_they_would_come_from() -> None:
    assert "orders from [tables.orders]" in why(customers_with(days_since_joined=[1, 2]))
    assert "0 customers" in why(nine(np.nan))


def test_a_customer_alone_has_the_habit_of_the_population() -> None:
    random = np.random.default_rng(8)
    customers = customers_with(
        mean_order_value=random.lognormal(3, 1, 300),
        orders_last_365_days=random.geometric(0.1, 300) - 1,
        variation_of_days_between_orders=np.where(
            random.random(300) < 0.1, np.nan, random.gamma(4, 0.25, 300)
        ),
    )
    habit = fitted(customers)

    alone = [codes(habit, customers.where(np.array([i])))[0] for i in range(300)]

    assert alone == codes(habit, customers)
    assert set(alone) == {None, *(label.code for label in LABELS)}


def test_the_explanation_says_value_count_and_gaps() -> None:
    habit, customers = fitted(nine()), nine(0.75)
    labels = habit.label(customers)

    said = habit.explain(labels.facts_of(2))
    young = habit.explain(habit.label(nine(np.nan)).facts_of(0))

    assert said.en == (
        "order value low (EUR 10.00), orders high (12 in 365 days), "
        "gaps uneven (0.75 times their average)"
    )
    assert said.zh == (
        "每单金额低(EUR 10.00),下单频次高(365天内12单),间隔不均匀(标准差为平均间隔的0.75倍)"
    )
    assert young.en.endswith("too few orders for gaps")


def test_the_rule_holds_its_edges_and_every_habit() -> None:
    rule = fitted(nine()).rule()

    assert "Order value is low up to EUR 10.00, medium up to EUR 20.00" in rule.en
    assert "low up to 4, medium up to 8, high beyond" in rule.en
    assert all(label.name.en in rule.en and label.name.zh in rule.zh for label in LABELS)
