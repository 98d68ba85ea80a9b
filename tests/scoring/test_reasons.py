"""Reasons: the largest contributions first, in words a person would use."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalog import CATALOG, NAMES
from features.feature import (
    CURRENCY,
    DAYS,
    LEVEL,
    ORDERS,
    PIECES,
    RATIO,
    SHARE,
    WEEKS,
    YES_NO,
    Feature,
    Unit,
)
from scoring.reasons import Reason, reasons_of, with_unit
from scoring.reference import FeatureReference, Reference
from tests.scoring.rows import NULL

TYPICAL = FeatureReference((), (1.0,), 0.0, 0.0, 5.0, 10.0)
REFERENCE = Reference(dict.fromkeys(NAMES, TYPICAL), (0.0,) * 101, 1.0, 0.0)


def reasons(
    contributions: dict[str, float], values: dict[str, float] | None = None, *,
    most: int = 5, reference: Reference = REFERENCE,
) -> list[Reason]:  # fmt: skip
    return reasons_of(
        np.array([(values or {}).get(name, 2.0) for name in NAMES]),
        np.array([contributions.get(name, 0.0) for name in NAMES]),
        CATALOG,
        reference,
        "EUR",
        most=most,
    )


def test_reasons_are_sorted_by_size_whatever_their_sign() -> None:
    found = reasons({"orders_in_total": 0.2, "spend_in_total": -0.9, "units_per_order": 0.5})
    assert [reason.feature for reason in found] == [
        "spend_in_total", "units_per_order", "orders_in_total",
    ]  # fmt: skip


def test_reasons_of_equal_size_stand_in_catalog_order() -> None:
    small, large = NAMES[::3], [name for i, name in enumerate(NAMES) if i % 3]
    found = reasons(dict.fromkeys(small, 0.1) | dict.fromkeys(large, -0.5), most=len(NAMES))
    assert [reason.feature for reason in found] == [*large, *small]


def test_a_contribution_of_zero_is_no_reason() -> None:
    assert [reason.feature for reason in reasons({"orders_in_total": 0.1})] == ["orders_in_total"]


@given(
    st.lists(st.floats(-3, 3), min_size=len(NAMES), max_size=len(NAMES)),
    st.integers(0, len(NAMES)),
)
def test_the_largest_are_told_and_the_rest_is_smaller(sizes: list[float], most: int) -> None:
    told = [
        reason.contribution for reason in reasons(dict(zip(NAMES, sizes, strict=True)), most=most)
    ]

    largest = sorted((abs(size) for size in sizes if size != 0), reverse=True)[:most]
    assert [abs(contribution) for contribution in told] == largest


def test_a_reason_says_value_typical_value_and_direction() -> None:
    (reason,) = reasons({"days_since_last_order": 0.58}, {"days_since_last_order": 61.0})
    assert reason == Reason(
        code="days_since_last_order.raises",
        text="Last order 61 days ago (typical: 5) raises the risk",
        fact="Last order 61 days ago (typical: 5)",
        feature="days_since_last_order",
        value=61.0,
        contribution=0.58,
    )


def test_a_negative_contribution_lowers_the_risk() -> None:
    (reason,) = reasons({"spend_in_total": -0.1}, {"spend_in_total": 1234.5})
    assert reason.code == "spend_in_total.lowers"
    assert reason.text == "EUR 1,234.50 spent in total (typical: 5.00) lowers the risk"


def test_a_null_is_said_in_words_and_compared_with_nothing() -> None:
    (reason,) = reasons({"mean_days_between_orders": 0.3}, {"mean_days_between_orders": NULL})
    assert reason.value is None
    assert reason.text == "Fewer than two orders raises the risk"


def test_nothing_typical_is_said_of_a_feature_that_was_always_null() -> None:
    unknown = FeatureReference((), (), 1.0, None, None, None)
    reference = Reference(dict.fromkeys(NAMES, unknown), (0.0,) * 101, 1.0, 0.0)
    (reason,) = reasons({"orders_in_total": 0.1}, reference=reference)
    assert reason.fact == "2 orders in total"


@pytest.mark.parametrize("feature", CATALOG, ids=lambda feature: feature.name)
@pytest.mark.parametrize("value", [0.0, 1.0, 2.5, NULL])
def test_every_feature_of_the_catalog_can_be_said(feature: Feature, value: float) -> None:
    (reason,) = reasons({feature.name: 1.0}, {feature.name: value})
    assert reason.fact[0] == reason.fact[0].upper()
    assert not re.search(r"[{}]|\bnan\b|\bNone\b", reason.text)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0, DAYS, "0 days"),
        (1.0, DAYS, "1 day"),
        (1.5, DAYS, "1.5 days"),
        (1.0, ORDERS, "1 order"),
        (1200.0, ORDERS, "1,200 orders"),
        (1.0, WEEKS, "1 week"),
        (13.0, WEEKS, "13 weeks"),
        (1.0, PIECES, "1 piece"),
        (2.25, PIECES, "2.2 pieces"),
        (1.0, RATIO, "1 time"),
        (16.4, RATIO, "16.4 times"),
        (1.0, CURRENCY, "EUR 1.00"),
        (1204.5, CURRENCY, "EUR 1,204.50"),
        (-12.0, CURRENCY, "EUR -12.00"),
        (0.346, SHARE, "35 %"),
        (0.25, LEVEL, "0.25"),
        (1.0, YES_NO, "yes"),
        (0.0, YES_NO, "no"),
    ],
)
def test_a_number_is_written_with_its_unit(value: float, unit: Unit, said: str) -> None:
    assert with_unit(value, unit, "EUR") == said
