"""Sizes by hand: money, risk and consent, known and unknown."""

from typing import Any

import numpy as np
import pytest

from scoring.segments.abc import LABELS
from scoring.segments.customers import Customers
from scoring.segments.sizes import Sizes
from tests.scoring.segments.populations import customers_with

NULL = np.nan
POSITIONS = np.array([0, 0, 1, -1])


def four(**changed: list[float]) -> Customers:
    columns: dict[str, Any] = {
        "spend_last_365_days": [60.0, 20.0, 15.0, 5.0],
        "orders_last_365_days": [1.0] * 4,
        "consents_to_email": [1.0, 0.0, 0.0, NULL],
        "consents_to_phone": [0.0, 0.0, NULL, 1.0],
    }
    return customers_with(scores={"churn_probability": [0.2, NULL, NULL, 0.9]}, **columns | changed)


def test_customers_and_money_are_counted_with_shares_of_everyone() -> None:
    sizes = Sizes.of(LABELS, POSITIONS, four())

    a, b, c = sizes.labels
    assert [size.customers for size in (a, b, c, sizes.unlabelled)] == [2, 1, 0, 1]
    assert [size.share for size in (a, b, c, sizes.unlabelled)] == [0.5, 0.25, 0, 0.25]
    assert [size.money for size in (a, b, c, sizes.unlabelled)] == [80, 15, 0, 5]
    assert [size.share_of_money for size in (a, b, c)] == [0.8, 0.15, 0]
    assert (sizes.customers, sizes.money) == (4, 100)


def test_risk_is_the_mean_of_who_was_scored() -> None:
    sizes = Sizes.of(LABELS, POSITIONS, four())

    assert sizes.labels[0].mean_churn_probability == pytest.approx(0.2)
    assert sizes.labels[1].mean_churn_probability is None
    assert sizes.unlabelled.mean_churn_probability == pytest.approx(0.9)


def test_who_never_consented_may_not_be_reached() -> None:
    sizes = Sizes.of(LABELS, POSITIONS, four())

    assert [size.reachable_share for size in sizes.labels] == [0.5, 0, None]
    assert sizes.unlabelled.reachable_share == 1
    assert sizes.reachable_share == 0.5


def test_without_any_consent_on_record_reach_is_unknown() -> None:
    nothing = [NULL] * 4
    sizes = Sizes.of(LABELS, POSITIONS, four(consents_to_email=nothing, consents_to_phone=nothing))

    assert sizes.reachable_share is None
    assert {size.reachable_share for size in sizes.labels} == {None}


def test_a_share_of_no_money_is_unknown() -> None:
    sizes = Sizes.of(LABELS, POSITIONS, four(spend_last_365_days=[0.0, 0.0, 0.0, -3.0]))

    assert sizes.labels[0].share_of_money is None
    assert sizes.money == -3


def test_nobody_has_sizes_of_nothing() -> None:
    nobody = four().where(np.array([], dtype=np.int64))
    sizes = Sizes.of(LABELS, np.array([], dtype=np.int64), nobody)

    assert sizes.customers == 0
    assert sizes.reachable_share is None
    assert [size.share for size in sizes.labels] == [0, 0, 0]
