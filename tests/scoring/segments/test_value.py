"""Value tiers: shares of customers, ties, nothing expected, nobody's value known."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from scoring.segments.customers import Customers
from scoring.segments.scheme import Off
from scoring.segments.value import Value, ValueSettings, fit
from tests.scoring.segments.populations import codes, customers_with, population_of


def worth(*values: float) -> Customers:
    return customers_with(scores={"remaining_value": values})


def fitted(customers: Customers, **settings: float) -> Value:
    found = fit(population_of(customers), ValueSettings(least_customers=4, **settings))
    assert isinstance(found, Value)
    return found


def test_shares_exactly_on_a_boundary_end_their_class() -> None:
    # 10, 30 and 60 percent of ten customers are one, three and six.
    customers = worth(40, 100, 30, 90, 60, 80, 20, 70, 50, 10)

    assert codes(fitted(customers), customers) == [
        *("low", "top", "low", "high", "medium", "high", "low", "medium", "medium", "low"),
    ]


def test_a_share_that_is_not_whole_is_rounded_up() -> None:
    # Of four customers 10, 30 and 60 percent are .4, 1.2 and 2.4: one, two and three.
    customers = worth(4, 3, 2, 1)

    assert codes(fitted(customers), customers) == ["top", "high", "medium", "low"]


def test_equal_values_share_the_better_class() -> None:
    # The third best ends high, and draws the fourth along.
    customers = worth(9, 8, 5, 5, 4, 3, 2, 1, 1, 1)

    assert codes(fitted(customers), customers) == [
        *("top", "high", "high", "high", "medium", "medium", "low", "low", "low", "low"),
    ]


def test_who_is_expected_to_bring_nothing_is_low_however_many_they_are() -> None:
    customers = worth(50, *[0.0] * 8, 0.001)

    assert codes(fitted(customers), customers) == ["top", *["low"] * 9]


def test_of_whom_no_value_is_known_nothing_is_said() -> None:
    customers = worth(4, 3, 2, 1, np.nan)
    value = fitted(customers)

    assert codes(value, customers)[-1] is None
    assert value.explain(value.label(customers).facts_of(4)).en.startswith("never ordered")
    assert codes(value, customers_with(orders_in_total=[3])) == [None]


def test_a_customer_alone_has_the_class_of_the_population() -> None:
    customers = worth(*np.random.default_rng(5).lognormal(3, 1, 400).round(1))
    value = fitted(customers)

    alone = [codes(value, customers.where(np.array([i])))[0] for i in range(400)]

    assert alone == codes(value, customers)


def test_without_a_value_model_the_scheme_says_that_it_needs_one() -> None:
    found = fit(population_of(customers_with(orders_in_total=[1, 2])), ValueSettings())

    assert isinstance(found, Off)
    assert "needs a bundle with a value model" in found.why.en
    assert "价值模型" in found.why.zh


@pytest.mark.parametrize(
    "values", [[1.0], [5.0] * 50, [np.nan] * 5, [0.0] * 50, list(range(19)), []]
)
def test_too_few_or_equal_values_are_told_what_a_ranking_needs(values: list[float]) -> None:
    found = fit(population_of(worth(*values)), ValueSettings())

    assert isinstance(found, Off)
    assert "a ranking needs 20" in found.why.en


def test_rule_and_explanation_hold_shares_and_money() -> None:
    customers = worth(1000, 90, 80, 70, 60, 50, 40, 30, 20, 10)
    value = fitted(customers)

    assert "the best 10% are top value (EUR 1,000.00 and more)" in value.rule().en
    assert "前10%为顶级价值(不少于EUR 1,000.00)" in value.rule().zh
    said = value.explain(value.label(customers).facts_of(0))
    assert said.en == "EUR 1,000.00 still to be expected"


def test_it_comes_back_from_json() -> None:
    value = fitted(worth(4, 3, 2, 1))

    assert TypeAdapter(Value).validate_json(TypeAdapter(Value).dump_json(value)) == value


def test_shares_must_ascend() -> None:
    with pytest.raises(ValueError, match="must ascend"):
        ValueSettings(top_share=0.5, high_share=0.4)
