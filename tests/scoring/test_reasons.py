"""Reasons: the largest groups first, in words a person would use, and never as a cause."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalog import NAMES
from features.feature import Language
from scoring.reason_groups import GROUP_OF, GROUPS
from scoring.reasons import Reason, Strongest, reasons_of
from tests.scoring.rows import NULL

TYPICAL = [5.0] * len(NAMES)
CAUSE = re.compile(r"rais|lower(s|ed|ing)\b|caus|because|due to|导致|造成|因为|引起|提高|降低")


def strongest(
    contributions: dict[str, float], values: dict[str, float] | None = None, most: int = 5
) -> Strongest:
    return reasons_of(
        np.array([[(values or {}).get(name, 2.0) for name in NAMES]]),
        np.array([[contributions.get(name, 0.0) for name in NAMES]]),
        NAMES,
        TYPICAL,
        most,
    )


def reasons(
    contributions: dict[str, float], values: dict[str, float] | None = None, most: int = 5
) -> list[Reason]:
    return strongest(contributions, values, most).reasons[0]


def test_reasons_are_sorted_by_size_whatever_their_sign() -> None:
    found = reasons({"orders_in_total": 0.2, "age_in_years": -0.9, "units_per_order": 0.5})
    assert [reason.feature for reason in found] == [
        "age_in_years", "units_per_order", "orders_in_total",
    ]  # fmt: skip


def test_features_of_one_group_are_one_reason_that_adds_them_up() -> None:
    (reason,) = reasons(
        {"orders_last_28_days": 0.5, "orders_last_56_days": 0.75, "spend_last_28_days": -0.25}
    )
    assert reason.code == "recent_orders.higher_risk"
    assert reason.contribution == 1.0
    assert reason.feature == "orders_last_56_days"


def test_a_group_is_told_by_what_pulls_its_own_way() -> None:
    (reason,) = reasons(
        {"orders_last_28_days": 1.0, "spend_last_28_days": -0.75, "spend_last_56_days": -0.75}
    )
    assert reason.contribution == -0.5
    assert reason.code == "recent_orders.lower_risk"
    assert reason.feature == "spend_last_28_days"


def test_a_weighted_count_is_told_by_a_plain_one() -> None:
    (reason,) = reasons(
        {"orders_halved_every_28_days": 1.0, "orders_last_28_days": 0.5},
        {"orders_last_56_days": 7.0},
    )
    assert (reason.feature, reason.value) == ("orders_last_56_days", 7.0)
    assert reason.contribution == 1.5


def test_groups_of_equal_size_stand_in_one_order() -> None:
    found = reasons({group.features[0]: 0.1 for group in GROUPS}, most=len(GROUPS))
    first = dict.fromkeys(GROUP_OF[name].code for name in NAMES)
    assert [reason.code.split(".")[0] for reason in found] == list(first)


def test_a_contribution_of_zero_is_no_reason() -> None:
    assert [reason.feature for reason in reasons({"orders_in_total": 0.1})] == ["orders_in_total"]
    assert reasons({"orders_last_28_days": 0.5, "orders_last_56_days": -0.5}) == []


@given(
    st.lists(st.floats(-3, 3), min_size=len(NAMES), max_size=len(NAMES)),
    st.integers(0, len(GROUPS)),
)
def test_the_largest_are_told_and_the_rest_is_added_up(sizes: list[float], most: int) -> None:
    found = strongest(dict(zip(NAMES, sizes, strict=True)), most=most)

    own = dict(zip(NAMES, sizes, strict=True))
    sums = [sum(own[name] for name in group.features) for group in GROUPS]
    largest = sorted((abs(size) for size in sums), reverse=True)[:most]
    told = [reason.contribution for reason in found.reasons[0]]
    assert [abs(size) for size in told] == pytest.approx(
        [size for size in largest if size != 0], abs=1e-12
    )
    assert sum(told) + found.others[0] == pytest.approx(sum(sizes), abs=1e-9)


def test_a_row_among_others_gets_the_reasons_it_gets_alone() -> None:
    random = np.random.default_rng(5)
    values = random.normal(size=(200, len(NAMES)))
    contributions = random.normal(size=values.shape)
    together = reasons_of(values, contributions, NAMES, TYPICAL, 5)
    for i in range(len(values)):
        rows = slice(i, i + 1)
        alone = reasons_of(values[rows], contributions[rows], NAMES, TYPICAL, 5)
        assert alone.reasons == together.reasons[rows]
        assert alone.others.tobytes() == together.others[rows].tobytes()


def test_a_reason_says_value_typical_value_and_an_association() -> None:
    (reason,) = reasons({"days_since_last_order": 0.58}, {"days_since_last_order": 61.0})
    assert reason == Reason("silence.higher_risk", "days_since_last_order", 61.0, 5.0, 0.58)
    assert reason.text("en", "EUR") == (
        "Silence: 61 days since the last order (typical: 5 days), associated with higher risk"
    )
    assert reason.text("zh", "EUR") == "沉默时间：距上次下单61天（一般：5天），与更高的流失风险相关"
    assert reason.fact("en", "EUR") == "Silence: 61 days since the last order (typical: 5 days)"
    assert reason.fact("zh", "EUR") == "沉默时间：距上次下单61天（一般：5天）"


def test_a_negative_contribution_goes_with_lower_risk() -> None:
    (reason,) = reasons({"spend_in_total": -0.1}, {"spend_in_total": 1234.5})
    assert reason.code == "order_history.lower_risk"
    assert reason.text("en", "EUR") == (
        "Order history: EUR 1,234.50 spent so far (typical: EUR 5.00), associated with lower risk"
    )
    assert reason.text("zh", "CNY").endswith("1,234.50元（一般：5.00元），与更低的流失风险相关")


def test_a_null_is_said_in_words() -> None:
    (reason,) = reasons({"mean_days_between_orders": 0.3}, {"mean_days_between_orders": NULL})
    assert reason.value is None
    assert reason.fact("en", "EUR") == "Rhythm of orders: fewer than two orders"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("value", [0.0, 1.0, 2.5, -4.0, None])
def test_every_feature_can_be_said_without_its_name_or_a_cause(
    value: float | None, language: Language
) -> None:
    for name in NAMES:
        for typical in (3.0, None):
            for size in (-1.0, 1.0):
                reason = Reason("code", name, value, typical, size)
                text = reason.text(language, "USD")
                assert text.isascii() == (language == "en")
                assert not re.search(r"[{}_]|\bnan\b|None|never null|不会为空", text)
                assert not CAUSE.search(text)
                if language == "zh":
                    assert not re.search(r"[\u4e00-\u9fff][,:;()]", text)


def test_a_feature_of_ones_own_is_a_group_by_itself_in_plain_words() -> None:
    found = reasons_of(
        np.array([[1.0, 7.0]]), np.array([[0.25, -2.0]]), ("orders_in_total", "my_own"), [5, 5], 5
    )
    assert [reason.code for reason in found.reasons[0]] == [
        "my_own.lower_risk", "order_history.higher_risk",
    ]  # fmt: skip
