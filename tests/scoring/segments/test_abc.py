"""ABC: shares on a boundary, ties, and a customer alone."""

import numpy as np
import pytest

from scoring.segments.abc import Abc, AbcSettings, contributions, fit
from scoring.segments.customers import Customers
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of


def spenders(*money: float) -> Customers:
    return customers_with(spend_last_365_days=money, orders_last_365_days=[1] * len(money))


def fitted(customers: Customers) -> Abc:
    found = fit(population_of(customers), AbcSettings())
    assert isinstance(found, Abc)
    return found


def test_shares_exactly_on_a_boundary_end_their_class() -> None:
    # 50, 75, 95, 100 percent: the second ends A, the third ends B.
    customers = spenders(50, 25, 20, 5)

    assert codes(fitted(customers), customers) == ["A", "A", "B", "C"]


def test_who_crosses_a_boundary_is_in_the_better_class() -> None:
    # 50, 80, 96, 100 percent.
    customers = spenders(4, 50, 16, 30)

    assert codes(fitted(customers), customers) == ["C", "A", "B", "A"]


def test_equal_contributions_share_the_better_class() -> None:
    # 60, 70, 80 and 90 percent: the second ten crosses 75 percent, and draws its equals along.
    customers = spenders(60, 10, 10, 10, 6, 4)

    assert codes(fitted(customers), customers) == ["A", "A", "A", "A", "B", "C"]


def test_thirds_do_not_depend_on_how_fractions_are_rounded() -> None:
    # 0.1 * 3 is not 0.3 in binary: sums are made of whole ten-thousandths.
    customers = spenders(*[0.1] * 3, *[0.7 / 7] * 7)

    assert set(codes(fitted(customers), customers)) == {"A"}


def test_nothing_spent_or_more_returned_than_bought_is_c_and_takes_nothing_from_the_total() -> None:
    customers = spenders(75, 20, 5, 0, -40, np.nan)

    assert codes(fitted(customers), customers) == ["A", "B", "C", "C", "C", "C"]


def test_a_customer_alone_has_the_class_of_the_population() -> None:
    customers = spenders(*np.random.default_rng(1).lognormal(3, 1.2, 500).round(2))
    abc = fitted(customers)

    alone = [codes(abc, customers.where(np.array([i])))[0] for i in range(500)]

    assert alone == codes(abc, customers)


def test_a_year_of_subscription_adds_to_what_was_spent() -> None:
    both = customers_with(amount_per_month=[10, np.nan, 1], spend_last_365_days=[np.nan, 7, 7])

    assert both.money.tolist() == [120, 7, 19]
    assert [both.where(np.array([i])).money[0] for i in range(3)] == both.money.tolist()


def test_a_population_without_money_is_told_what_is_missing() -> None:
    found = fit(population_of(spenders(0, 0)), AbcSettings())

    assert isinstance(found, Off)
    assert "map amount in [tables.orders]" in found.why.en


def test_the_table_ranks_and_accumulates() -> None:
    table = contributions(spenders(25, 50, 25))

    assert table.order.tolist() == [1, 0, 2]
    assert table.rank.tolist() == [1, 2, 2]
    assert table.contribution.tolist() == [50, 25, 25]
    assert table.cumulative.tolist() == [50, 75, 100]
    assert table.cumulative_share.tolist() == [0.5, 0.75, 1]
    assert table.share_of_customers.tolist() == pytest.approx([1 / 3, 2 / 3, 1])


def test_shares_must_ascend() -> None:
    with pytest.raises(ValueError, match="a_share must be below b_share"):
        AbcSettings(a_share=0.9, b_share=0.8)
