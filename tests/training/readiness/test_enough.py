"""What is enough to train, on populations made up for the purpose."""

from datetime import datetime

import numpy as np
import pytest

from features.readiness.finding import Finding
from scoring.churn_definition import Inactivity
from training.readiness.codes import TRAINING_CODES
from training.readiness.enough import auc_within, find_in_population
from training.readiness.population import ROLES, DateCounts, Population

CHURN = Inactivity(silent_days=60, horizon_days=28)
AT = datetime(2024, 6, 1)
# Proven in test_assess.py, where tables are needed.
ABOUT_DATES = {"no_orders", "too_little_history", "labels_not_known", "outcomes_in_the_future"}


def population(
    eligible: int = 1000,
    churned: int = 300,
    *,
    usual_gap: float = 10.0,
    gone: int = 100,
    returned: int = 5,
) -> Population:
    """The same counts at each role's one date; those who count as gone are silent for 70 days."""
    dates = tuple(DateCounts(role, AT, eligible, churned, {}) for role in ROLES)
    silent = np.array([70.0] * gone + [5.0] * eligible)
    came = np.arange(len(silent)) < returned
    return Population(dates, np.full(eligible, usual_gap), silent, came)


def findings(found: Population, churn: Inactivity = CHURN) -> dict[str, Finding]:
    return {finding.code.name: finding for finding in find_in_population(churn, found)}


def test_enough_of_everything_is_no_finding() -> None:
    assert findings(population()) == {}


@pytest.mark.parametrize(
    ("name", "severity", "found", "said", "advised"),
    [
        (
            "too_few_customers", "weakens", population(299, 100),
            "299 at the test date; at least 300 are wanted",
            "with 120, 399 customers would be eligible",
        ),
        (
            "too_few_customers", "stops", population(40, 0),
            "40 at the test date; at least 300 are wanted",
            "with 120, 140 customers would be eligible",
        ),
        (
            "too_few_of_one_label", "stops", population(1000, 0),
            "0 churned and 1,000 stayed at the test date", "shorten [churn] horizon_days",
        ),
        (
            "too_few_of_one_label", "weakens", population(1000, 49),
            "49 churned and 951 stayed at the test date", "shorten [churn] horizon_days",
        ),
        (
            "too_few_of_one_label", "weakens", population(1000, 951),
            "951 churned and 49 stayed at the test date", "lengthen [churn] horizon_days",
        ),
        (
            "few_of_one_label", "weakens", population(1000, 199),
            "199 of 1,000 eligible customers churned", "read the intervals",
        ),
        (
            "silent_days_below_usual_gap", "weakens", population(usual_gap=61),
            "silent_days is 60, while the median customer orders every 61 days",
            "raise [churn] silent_days",
        ),
        (
            "gone_customers_return", "weakens", population(returned=20),
            "20 of 100 customers (20.0 %) who count as gone", "raise [churn] silent_days above 60",
        ),
        (
            "horizon_below_usual_gap", "weakens", population(usual_gap=28.5),
            "ends 28 days after the as-of date, while the median customer orders every 28 days",
            "horizon_days to 29 or more",
        ),
    ],
)  # fmt: skip
def test_each_shortage_has_its_finding(
    name: str, severity: str, found: Population, said: str, advised: str
) -> None:
    finding = findings(found)[name]
    assert finding.severity == severity
    assert said in finding.found
    assert advised in finding.remedy


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("too_few_customers", population(300, 100)),
        ("too_few_of_one_label", population(1000, 50)),
        ("few_of_one_label", population(1000, 200)),
        ("silent_days_below_usual_gap", population(usual_gap=60)),
        ("gone_customers_return", population(returned=19)),
        ("gone_customers_return", population(gone=49, returned=40)),
        ("horizon_below_usual_gap", population(usual_gap=28)),
    ],
)
def test_at_the_threshold_there_is_none(name: str, found: Population) -> None:
    assert name not in findings(found)


def test_every_code_about_training_is_proven() -> None:
    here = {
        "too_few_customers",
        "too_few_of_one_label",
        "few_of_one_label",
        "silent_days_below_usual_gap",
        "gone_customers_return",
        "horizon_below_usual_gap",
    }
    assert {code.name for code in TRAINING_CODES} == here | ABOUT_DATES


def test_when_tables_are_why_customers_are_few_the_advice_is_to_mend_them() -> None:
    (finding,) = find_in_population(CHURN, population(0, 0, gone=0), ["no_purchases"])
    assert finding.remedy == "first see no_purchases, which may be why"


def test_a_longer_silence_is_advised_from_who_returned() -> None:
    """Of those silent for 70 days 30 % came back, of those silent for 200 nobody."""
    silent = np.array([70.0] * 100 + [200.0] * 100)
    came = np.arange(200) < 30
    found = Population(population().dates, np.full(10, 9.0), silent, came)
    assert found.gone(60) == (200, 30)
    assert found.silence_of_the_gone(0.1) == 77


def test_the_width_of_a_roc_auc_is_that_of_simulated_ones() -> None:
    """Against the spread of the AUC over draws from two normals whose AUC is 0.75."""
    random = np.random.default_rng(3)
    one, other = 50, 250
    apart = np.sqrt(2) * 0.6744897501960817  # the AUC is the normal's share below apart / sqrt(2)
    drawn = []
    for _ in range(2000):
        high = random.normal(apart, 1, one)
        ranks = np.argsort(np.argsort(np.concatenate([high, random.normal(0, 1, other)]))) + 1
        drawn.append((ranks[:one].sum() - one * (one + 1) / 2) / (one * other))
    assert abs(np.mean(drawn) - 0.75) < 0.005
    assert auc_within(one, other) == pytest.approx(1.96 * np.std(drawn), rel=0.15)
