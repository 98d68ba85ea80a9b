"""RFM: every cell in exactly one group, ties, the direction of recency."""

from itertools import product
from typing import Any

import numpy as np

from scoring.segments.customers import Customers
from scoring.segments.rfm import CELLS, GROUPS, LABELS, Rfm, RfmSettings, fit
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of

EDGES = (2.0, 4.0, 6.0, 8.0)


def ten(**changed: list[float]) -> Customers:
    one_to_ten = list(range(1, 11))
    columns: dict[str, Any] = {
        "days_since_last_order": one_to_ten,
        "orders_last_365_days": one_to_ten,
        "spend_last_365_days": one_to_ten,
    }
    return customers_with(**(columns | changed))


def fitted(customers: Customers) -> Rfm:
    found = fit(population_of(customers), RfmSettings(least_customers=5))
    assert isinstance(found, Rfm)
    return found


def test_each_of_the_125_cells_lies_in_exactly_one_group() -> None:
    cells = CELLS[1:, 1:, 1:]

    assert cells.size == 125
    assert cells.min() >= 0
    assert set(cells.ravel().tolist()) == set(range(len(LABELS)))


def test_the_first_box_that_holds_a_cell_names_it() -> None:
    for scores in product(range(1, 6), repeat=3):
        holding = [
            group.code
            for group in GROUPS
            if all(
                low <= score <= high
                for score, (low, high) in zip(
                    scores, (group.recency, group.frequency, group.money), strict=True
                )
            )
        ]
        assert LABELS[CELLS[scores]].code == holding[0]


def test_corners_have_the_names_that_people_expect() -> None:
    corners = {
        (5, 5, 5): "champions",
        (1, 1, 1): "lost",
        (5, 1, 1): "new",
        (1, 5, 5): "cannot_lose",
    }

    assert {cell: LABELS[CELLS[cell]].code for cell in corners} == corners


def test_quintile_edges_are_observed_values_and_belong_to_the_lower_score() -> None:
    rfm = fitted(ten())

    assert rfm.recency_edges == rfm.frequency_edges == rfm.money_edges == EDGES
    facts = rfm.label(ten()).facts
    assert facts["recency_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert facts["frequency_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equal_values_share_a_score() -> None:
    ties = [1.0] * 7 + [2.0, 3.0, 3.0]
    found = fitted(ten(orders_last_365_days=ties)).label(ten(orders_last_365_days=ties))

    assert found.facts["frequency_score"].tolist() == [1] * 7 + [4, 5, 5]


def test_everyone_equal_is_in_one_group() -> None:
    same = ten(
        days_since_last_order=[3] * 10, orders_last_365_days=[2] * 10, spend_last_365_days=[9] * 10
    )

    assert len(set(codes(fitted(same), same))) == 1


def test_of_who_never_ordered_nothing_is_said() -> None:
    rfm = fitted(ten())
    prospect = customers_with(days_since_last_order=[np.nan], orders_last_365_days=[0])

    labels = rfm.label(prospect)

    assert codes(rfm, prospect) == [None]
    assert rfm.explain(labels.facts_of(0)).en == "never ordered"


def test_a_customer_alone_has_the_group_of_the_population() -> None:
    random = np.random.default_rng(3)
    customers = customers_with(
        days_since_last_order=random.integers(0, 400, 300),
        orders_last_365_days=random.geometric(0.3, 300) - 1,
        spend_last_365_days=random.lognormal(3, 1, 300),
    )
    rfm = fitted(customers)

    alone = [codes(rfm, customers.where(np.array([i])))[0] for i in range(300)]

    assert alone == codes(rfm, customers)


def test_too_few_customers_for_quintiles_are_told_how_many_it_takes() -> None:
    found = fit(population_of(ten()), RfmSettings())

    assert isinstance(found, Off)
    assert "10 customers have ordered; quintiles need 25" in found.why.en


def test_the_explanation_says_scores_and_what_they_are_made_from() -> None:
    rfm = fitted(ten())

    said = rfm.explain(rfm.label(ten()).facts_of(9))

    assert said.en == (
        "R 1 of 5 (last order 10 days ago), F 5 of 5 (10 orders in 365 days), "
        "M 5 of 5 (EUR 10.00 in 365 days)"
    )
    assert "R 1/5(上次下单在10天前)" in said.zh


def test_the_rule_holds_its_edges_and_every_group() -> None:
    rule = fitted(ten()).rule()

    assert "2, 4, 6, 8 days since the last order" in rule.en
    assert all(label.name.en in rule.en and label.name.zh in rule.zh for label in LABELS)
