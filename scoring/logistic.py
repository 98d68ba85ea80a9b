"""A logistic regression on logarithms of a few features: what the booster starts from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """What one feature adds to the log-odds: weight * log(1 + value).

    Attributes:
        feature: Its name.
        weight: Factor on the logarithm.
        when_null: What is added where the feature is null.
        mean: Mean of what is added, over the rows it was fitted on.
    """

    feature: str
    weight: float
    when_null: float
    mean: float

    def added(self, rows: FeatureRows) -> Vector:
        """What each row gets; a value below 0, which no such feature takes, counts as 0."""
        value = np.ascontiguousarray(rows.column(self.feature))
        known = self.weight * np.log1p(np.maximum(value, 0.0))
        return np.where(np.isnan(value), self.when_null, known)


@dataclass(frozen=True)
class Logistic:
    """Log-odds as a sum of terms, each made of one feature.

    Attributes:
        intercept: Added to the terms.
        terms: At most one per feature.
    """

    intercept: float
    terms: tuple[Term, ...]

    @property
    def base(self) -> float:
        """The log-odds of whom every term is at its mean."""
        total = self.intercept
        for term in self.terms:
            total += term.mean
        return total

    def log_odds(self, rows: FeatureRows) -> Vector:
        """Of each row, shape (rows,)."""
        total = np.full(len(rows), self.intercept)
        # One term after the other: equal bits for a customer alone and in a batch.
        for term in self.terms:
            total += term.added(rows)
        return total

    def contributions(self, rows: FeatureRows) -> NDArray[np.float64]:
        """What each feature adds beyond its mean, shape (rows, features): these are SHAP values.

        For a sum of terms of one feature each, the Shapley value of a feature is its term less the
        term's mean. With `base` they add up to the log-odds.
        """
        values = np.zeros(rows.values.shape)
        for term in self.terms:
            values[:, rows.names.index(term.feature)] += term.added(rows) - term.mean
        return values
