"""A sum of terms: by hand, additive, and the same alone and in a batch."""

import math

import numpy as np
import pytest

from features.catalog import NAMES
from scoring.logistic import Logistic, Term
from tests.scoring.rows import NULL, feature_rows

MODEL = Logistic(
    intercept=-1.0,
    terms=(
        Term("days_since_last_order", weight=0.5, when_null=2.0, mean=0.75),
        Term("orders_in_total", weight=-2.0, when_null=0.25, mean=-1.5),
    ),
)
ROWS = feature_rows(
    days_since_last_order=[0.0, 3.0, NULL, 59.0], orders_in_total=[1.0, 7.0, 2.0, NULL]
)


def test_log_odds_by_hand() -> None:
    two, three, eight, sixty = (math.log(n) for n in (2, 3, 8, 60))
    expected = [
        -1.0 - 2 * two,
        -1.0 + 0.5 * math.log(4) - 2 * eight,
        -1.0 + 2.0 - 2 * three,
        -1.0 + 0.5 * sixty + 0.25,
    ]
    assert MODEL.log_odds(ROWS).tolist() == pytest.approx(expected, rel=1e-15)


def test_a_contribution_is_a_term_beyond_its_mean() -> None:
    found = MODEL.contributions(ROWS)
    silence, orders = (NAMES.index(f) for f in ("days_since_last_order", "orders_in_total"))
    assert found[0, silence] == -0.75
    assert found[3, orders] == pytest.approx(0.25 + 1.5)
    assert np.count_nonzero(found) == 8


def test_base_and_contributions_add_up_to_the_log_odds() -> None:
    total = MODEL.base + MODEL.contributions(ROWS).sum(axis=1)
    assert MODEL.base == -1.75
    np.testing.assert_allclose(total, MODEL.log_odds(ROWS), rtol=0, atol=1e-12)


def test_a_value_below_zero_counts_as_zero() -> None:
    rows = feature_rows(days_since_last_order=[-1.0, 0.0], orders_in_total=[1.0, 1.0])
    assert len(set(MODEL.log_odds(rows).tolist())) == 1


def test_a_customer_alone_gets_the_bits_of_the_batch() -> None:
    random = np.random.default_rng(1)
    silent, orders = random.integers(0, 90, (2, 500)).astype(float)
    rows = feature_rows(days_since_last_order=silent.tolist(), orders_in_total=orders.tolist())
    together = MODEL.log_odds(rows)
    for i in range(len(rows)):
        assert MODEL.log_odds(rows.slice(i, i + 1)).tobytes() == together[i : i + 1].tobytes()
