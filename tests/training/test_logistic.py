"""The three-term logistic regression against one climbed by hand."""

import numpy as np
import pytest

from features.build import FeatureRows
from scoring.churn import probability
from tests.scoring.rows import NULL, feature_rows
from training.logistic import FEATURES, PENALTY, fit_three_terms
from training.snapshots import Snapshots


def shop(count: int = 3000, seed: int = 1) -> Snapshots:
    """Half of who ordered once churn, whatever their silence; the rest by silence and orders."""
    random = np.random.default_rng(seed)
    orders = random.integers(1, 8, count).astype(float)
    silent = random.integers(0, 60, count).astype(float)
    ratio = np.where(orders > 1, silent / random.integers(2, 30, count), NULL)
    log_odds = 0.9 * np.log1p(silent) + 0.6 * np.log1p(np.nan_to_num(ratio)) - np.log1p(orders) - 2
    likely = np.where(orders > 1, probability(log_odds), 0.5)
    rows = feature_rows(
        days_since_last_order=silent.tolist(),
        silence_over_usual_gap=ratio.tolist(),
        orders_in_total=orders.tolist(),
    )
    return Snapshots(rows, random.random(count) < likely, {})


def slow_log_odds(
    fit: Snapshots, rows: FeatureRows
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Gradient descent on the penalised likelihood, over columns written out one by one."""
    ratio = fit.rows.column("silence_over_usual_gap")
    median = np.log1p(np.median(ratio[~np.isnan(ratio)]))

    def columns(of: FeatureRows) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        silent, ratio, orders = (of.column(name) for name in FEATURES)
        known = [median if np.isnan(one) else np.log1p(one) for one in ratio]
        return np.column_stack([np.log1p(silent), known, np.isnan(ratio), np.log1p(orders)])

    x = columns(fit.rows)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    x = np.column_stack([np.ones(len(x)), (x - mean) / spread])
    weights = np.zeros(x.shape[1])
    for _ in range(20_000):
        pull = x.T @ (fit.churned - probability(x @ weights))
        pull[1:] -= PENALTY * weights[1:]
        weights += 2 / len(x) * pull
    return np.asarray(weights[0] + (columns(rows) - mean) / spread @ weights[1:])


def test_log_odds_are_those_of_the_slow_regression() -> None:
    fit, other = shop(), shop(seed=2)
    said = fit_three_terms(fit).log_odds(other.rows)
    np.testing.assert_allclose(said, slow_log_odds(fit, other.rows), atol=1e-5)


def test_customers_without_a_usual_gap_are_judged_as_the_group_they_are() -> None:
    fit = shop()
    alone = np.isnan(fit.rows.column("silence_over_usual_gap"))
    said = probability(fit_three_terms(fit).log_odds(fit.rows))
    assert said[alone].mean() == pytest.approx(fit.churned[alone].mean(), abs=0.01)


def test_a_group_of_whom_all_churned_keeps_its_weight_finite() -> None:
    fit = shop()
    alone = np.isnan(fit.rows.column("silence_over_usual_gap"))
    found = fit_three_terms(Snapshots(fit.rows, fit.churned | alone, {}))
    assert np.abs([term.weight for term in found.terms]).max() < 20
    assert 2 < found.terms[1].when_null - found.terms[1].mean < 20


def test_features_that_are_all_null_or_all_equal_add_nothing() -> None:
    rows = feature_rows(days_since_last_order=[3.0] * 10, orders_in_total=[NULL] * 10)
    found = fit_three_terms(Snapshots(rows, np.arange(10) < 3, {}))
    assert probability(found.log_odds(rows)) == pytest.approx([0.3] * 10)
    assert found.base == pytest.approx(np.log(3 / 7))
