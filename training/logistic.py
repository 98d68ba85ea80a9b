"""Fit logistic regressions on a few features, above all the three terms that are hard to beat."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from scoring.logistic import Logistic, Term
from training.snapshots import Snapshots

RECENCY = ("days_since_last_order",)
FEATURES = ("days_since_last_order", "silence_over_usual_gap", "orders_in_total")
# On standardised columns: too weak to bend a fit on hundreds of rows, strong enough to keep a
# weight finite where every row without a usual gap churned.
PENALTY = 1.0


def fit_three_terms(fit: Snapshots) -> Logistic:
    """Silence, silence over the usual gap, and orders."""
    return fit_terms(fit, FEATURES)


def fit_terms(fit: Snapshots, features: Sequence[str]) -> Logistic:
    """Fit on log(1 + value) of each feature.

    A null takes the median of the known values, and an indicator of being null has a weight of
    its own, so that customers of one order are judged as a group and bend no slope.
    """
    terms, columns = [], []
    for feature in features:
        value = fit.rows.column(feature)
        null = np.isnan(value)
        median = 0.0 if null.all() else float(np.log1p(np.median(value[~null])))
        terms.append((feature, null, median))
        columns += [np.where(null, median, np.log1p(np.where(null, 0.0, value))), 1.0 * null]
    intercept, weights = _fit(np.column_stack(columns), fit.churned)
    found = []
    for (feature, _, median), weight, jump in zip(terms, weights[::2], weights[1::2], strict=True):
        when_null = float(weight * median + jump)
        mean = float(Term(feature, float(weight), when_null, 0.0).added(fit.rows).mean())
        found.append(Term(feature, float(weight), when_null, mean))
    return Logistic(intercept, tuple(found))


def _fit(
    columns: NDArray[np.float64], outcomes: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64]]:
    """Intercept and weights; a column that never varies has none."""
    mean, spread = columns.mean(axis=0), columns.std(axis=0)
    varies = spread > 0
    weights = np.zeros(len(mean))
    if not varies.any():
        rate = outcomes.mean()
        return float(np.log(rate) - np.log1p(-rate)), weights
    standard = (columns[:, varies] - mean[varies]) / spread[varies]
    # One thread: sums in another order would move weights by a bit, and the bundle's id.
    with threadpool_limits(1):
        fitted = LogisticRegression(C=1 / PENALTY, tol=1e-10, max_iter=1000).fit(standard, outcomes)
    weights[varies] = fitted.coef_[0] / spread[varies]
    return float(fitted.intercept_[0] - weights @ mean), weights
