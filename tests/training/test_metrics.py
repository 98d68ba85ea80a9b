"""Figures by hand and beside scikit-learn, ties included."""

import numpy as np
import pytest
from sklearn import metrics as oracle
from sklearn.linear_model import LogisticRegression

from scoring.churn import probability
from training.metrics import (
    brier,
    calibration_error,
    calibration_line,
    figures,
    lift,
    log_loss,
    pr_auc,
    recall,
    roc_auc,
)


def test_calibration_error_by_hand() -> None:
    outcomes = np.array([False, True] * 10)
    said = np.repeat(np.linspace(0.05, 0.95, 10), 2)  # ten bins of two, each half churned
    by_hand = np.mean(np.abs(0.5 - np.linspace(0.05, 0.95, 10)))
    assert calibration_error(outcomes, said) == pytest.approx(by_hand)


def test_calibration_error_of_the_base_rate_is_zero() -> None:
    outcomes = np.array([False, True] * 10)
    assert calibration_error(outcomes, np.full(20, 0.5)) == pytest.approx(0.0)


def test_lift_by_hand() -> None:
    outcomes = np.array([True] * 2 + [False] * 6 + [True] * 2 + [False] * 10)
    said = np.linspace(1, 0, 20)
    assert lift(outcomes, said, 2) == pytest.approx(1.0 / 0.2)


def test_recall_by_hand() -> None:
    outcomes = np.array([True] * 2 + [False] * 6 + [True] * 6 + [False] * 6)
    assert recall(outcomes, np.linspace(1, 0, 20), 2) == pytest.approx(2 / 8)


@pytest.mark.parametrize("decimals", [1, 2, 12])  # the first two full of ties
@pytest.mark.parametrize("seed", range(5))
def test_figures_are_those_of_scikit_learn(seed: int, decimals: int) -> None:
    random = np.random.default_rng(seed)
    said = np.round(random.beta(1, 4, 300), decimals)
    outcomes = random.random(300) < said

    assert roc_auc(outcomes, said) == pytest.approx(oracle.roc_auc_score(outcomes, said))
    assert pr_auc(outcomes, said) == pytest.approx(oracle.average_precision_score(outcomes, said))
    assert brier(outcomes, said) == pytest.approx(oracle.brier_score_loss(outcomes, said))
    inside = np.clip(said, 1e-6, 1 - 1e-6)
    assert log_loss(outcomes, inside) == pytest.approx(oracle.log_loss(outcomes, inside))


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, -1.0), (2.0, 0.7)])
def test_the_calibration_line_is_the_logistic_regression_on_the_log_odds(
    slope: float, intercept: float
) -> None:
    random = np.random.default_rng(3)
    log_odds = random.normal(size=20_000)
    outcomes = random.random(20_000) < probability(slope * log_odds + intercept)

    found = calibration_line(outcomes, probability(log_odds))

    fitted = LogisticRegression(C=np.inf, tol=1e-10).fit(log_odds.reshape(-1, 1), outcomes)
    assert found == pytest.approx((fitted.coef_[0, 0], fitted.intercept_[0]), abs=1e-5)
    assert found == pytest.approx((slope, intercept), abs=0.1)


def test_the_line_of_a_model_that_is_far_too_sure() -> None:
    said = np.repeat([1e-12, 1 - 1e-12], 100)
    outcomes = np.concatenate([np.arange(100) < 40, np.arange(100) < 60])
    by_hand = np.log(60 / 40) / np.log((1 - 1e-12) / 1e-12)
    assert calibration_line(outcomes, said) == pytest.approx((by_hand, 0.0), abs=1e-6)


def test_where_the_same_is_said_of_everyone_the_slope_is_nothing() -> None:
    outcomes = np.array([True] + [False] * 3)
    assert calibration_line(outcomes, np.full(4, 0.9)) == pytest.approx((0.0, np.log(1 / 3)))


@pytest.mark.parametrize("sure", [0.0, 1e-9, 0.4])
def test_outcomes_that_are_parted_perfectly_have_finite_figures(sure: float) -> None:
    outcomes = np.array([False] * 10 + [True] * 10)
    found = figures(outcomes, np.where(outcomes, 1 - sure, sure), 2)
    assert np.isfinite(list(found.values())).all()
    assert found["calibration_slope"] > 0
    assert found["roc_auc"] == 1.0
