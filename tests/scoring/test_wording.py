"""Numbers and facts as a person would write them, in both languages."""

from itertools import pairwise

import pytest

from features.catalog import CATALOG
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
    Language,
    Unit,
)
from scoring.wording import changed, stated, with_unit

FEATURES = {feature.name: feature for feature in CATALOG}


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (0.0, DAYS, "0 days", "0天"),
        (1.0, DAYS, "1 day", "1天"),
        (1.5, DAYS, "1.5 days", "1.5天"),
        (0.0, ORDERS, "no orders", "0单"),
        (1.0, ORDERS, "1 order", "1单"),
        (1200.0, ORDERS, "1,200 orders", "1,200单"),
        (0.001, ORDERS, "less than 0.01 orders", "不到0.01单"),
        (1.0, WEEKS, "1 week", "1周"),
        (1.0, PIECES, "1 piece", "1件"),
        (2.25, PIECES, "2.2 pieces", "2.2件"),
        (10.0, PIECES, "10 pieces", "10件"),
        (1.0, RATIO, "1 times", "1倍"),
        (0.625, RATIO, "0.62 times", "0.62倍"),
        (16.4, RATIO, "16.4 times", "16.4倍"),
        (1.0, CURRENCY, "EUR 1.00", "1.00欧元"),
        (1204.5, CURRENCY, "EUR 1,204.50", "1,204.50欧元"),
        (-12.0, CURRENCY, "EUR -12.00", "-12.00欧元"),
        (0.346, SHARE, "35 %", "35%"),
        (0.25, LEVEL, "0.25", "0.25"),
        (1.0, YES_NO, "yes", "是"),
        (0.0, YES_NO, "no", "否"),
    ],
)
def test_a_number_is_written_with_its_unit(value: float, unit: Unit, en: str, zh: str) -> None:
    assert with_unit(value, unit, "EUR", "en") == en
    assert with_unit(value, unit, "EUR", "zh") == zh


def test_a_currency_without_a_chinese_name_keeps_its_code() -> None:
    assert with_unit(5.0, CURRENCY, "SEK", "zh") == "5.00 SEK"


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (-3.0, ORDERS, "down 3 orders", "减少3单"),
        (1.0, ORDERS, "up 1 order", "增加1单"),
        (0.0, ORDERS, "unchanged", "持平"),
        (-12.5, CURRENCY, "down EUR 12.50", "减少12.50欧元"),
        (0.25, LEVEL, "up 0.25", "上升0.25"),
    ],
)
def test_a_difference_says_its_direction(value: float, unit: Unit, en: str, zh: str) -> None:
    assert changed(value, unit, "EUR", "en") == en
    assert changed(value, unit, "EUR", "zh") == zh


@pytest.mark.parametrize(
    ("feature", "value", "typical", "en", "zh"),
    [
        (
            "days_since_last_order", 61.0, 5.0,
            "61 days since the last order (typical: 5 days)", "距上次下单61天（一般：5天）",
        ),
        (
            "days_since_last_order", 0.0, 5.0,
            "less than a day since the last order (typical: 5 days)",
            "距上次下单不到1天（一般：5天）",
        ),
        (
            "orders_in_total", 28.0, 31.0,
            "28 orders so far (about the typical 31 orders)", "累计下单28单（与一般的31单相近）",
        ),
        (
            "orders_in_total", 24.0, 31.0,
            "24 orders so far (typical: 31 orders)", "累计下单24单（一般：31单）",
        ),
        (
            "orders_last_28_days", 3.0, 3.0,
            "3 orders in the last 28 days (as is typical)", "最近28天下单3单（与一般情况相同）",
        ),
        (
            "days_since_last_complaint", 69.0, None,
            "69 days since the last complaint (typical: never complained)",
            "距上次投诉69天（一般：从未投诉）",
        ),
        (
            "days_since_last_complaint", None, None,
            "never complained (as is typical)", "从未投诉（与一般情况相同）",
        ),
        ("mean_days_between_orders", None, 9.0, "fewer than two orders", "订单不足两单"),
        ("orders_in_total", None, 9.0, "not known", "未知"),
        (
            "change_in_orders_28_days", -3.0, 1.0,
            "orders of the last 28 days against the 28 before: down 3 orders (typical: up 1 order)",
            "最近28天的订单与之前28天相比减少3单（一般：增加1单）",
        ),
        (
            "change_in_spend_28_days", -10.0, -11.0,
            "money spent in the last 28 days against the 28 before: down EUR 10.00 "
            "(typical: down EUR 11.00)",
            "最近28天的消费与之前28天相比减少10.00欧元（一般：减少11.00欧元）",
        ),
    ],
)  # fmt: skip
def test_a_fact_stands_beside_what_is_typical(
    feature: str, value: float | None, typical: float | None, en: str, zh: str
) -> None:
    assert stated(FEATURES[feature], value, typical, "EUR", "en") == en
    assert stated(FEATURES[feature], value, typical, "EUR", "zh") == zh


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_count_is_written_with_the_word_twice(language: Language) -> None:
    for feature in FEATURES.values():
        words = stated(feature, 3.0, 9.0, "EUR", language).split()
        assert all(a != b for a, b in pairwise(words)), feature.name
