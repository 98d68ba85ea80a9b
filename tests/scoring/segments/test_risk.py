"""Risk tiers at and around their thresholds."""

import numpy as np
import pytest

from scoring.segments.customers import Customers
from scoring.segments.risk import RiskSettings, RiskTiers, fit
from scoring.segments.scheme import Off
from tests.scoring.segments.populations import codes, customers_with, population_of

TIERS = RiskTiers(critical=0.5, high=0.25, medium=0.1, value_at_risk=None, currency="EUR")


def scored(*probability: float, value: list[float] | None = None) -> Customers:
    scores = {"churn_probability": list(probability)}
    return customers_with(scores=scores if value is None else {**scores, "remaining_value": value})


@pytest.mark.parametrize(
    ("probability", "tier"),
    [
        (1.0, "critical"),
        (0.5, "critical"),
        (np.nextafter(0.5, 0), "high"),
        (0.25, "high"),
        (np.nextafter(0.25, 0), "medium"),
        (0.1, "medium"),
        (np.nextafter(0.1, 0), "low"),
        (0.0, "low"),
        (np.nan, None),
    ],
)
def test_a_probability_on_a_threshold_is_in_the_upper_tier(
    probability: float, tier: str | None
) -> None:
    assert codes(TIERS, scored(probability)) == [tier]


def test_without_a_model_nothing_is_said() -> None:
    assert codes(TIERS, customers_with(days_since_last_order=[1])) == [None]


def test_critical_is_only_who_is_worth_much() -> None:
    customers = scored(0.5, 0.5, 0.5, 0.2, value=[100, 300, 200, 1000])
    # At risk: 50, 150, 100, 200; the lower median is 100.
    tiers = fit(population_of(customers), RiskSettings())

    assert codes(tiers, customers) == ["high", "critical", "critical", "medium"]


def test_a_population_without_scores_is_told_to_train() -> None:
    found = fit(population_of(customers_with(days_since_last_order=[1])), RiskSettings())

    assert isinstance(found, Off)
    assert "retinue train" in found.why.en


def test_words_name_probability_and_money() -> None:
    customers = scored(0.5, 0.3, value=[100, 300])
    tiers = fit(population_of(customers), RiskSettings())
    assert isinstance(tiers, RiskTiers)

    assert "value at risk of EUR 50.00 or more (else high)" in tiers.rule().en
    said = tiers.explain(tiers.label(customers).facts_of(1))
    assert said.en == "churn probability 30.0%, EUR 90.00 at risk"
    assert tiers.explain({"churn_probability": None, "value_at_risk": None}).zh.startswith("未评分")


def test_tiers_must_descend() -> None:
    with pytest.raises(ValueError, match="must descend"):
        RiskSettings(critical=0.2, high=0.3)
