"""The model to beat on own features: a logistic regression with a column for each category."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from features.build import FeatureRows
from features.own.schema import OwnFeatures
from training.metrics import Probabilities
from training.snapshots import Snapshots

MOST_STEPS = 2000


@dataclass(frozen=True)
class OneHotLogistic:
    """A fitted regression and how its inputs are made."""

    features: OwnFeatures
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    regression: LogisticRegression

    def probabilities(self, rows: FeatureRows) -> Probabilities:
        """Of churn, shape (rows,)."""
        inputs = (_inputs(rows, self.features) - self.centre) / self.scale
        said = self.regression.predict_proba(np.nan_to_num(inputs))[:, 1]
        return np.asarray(said, dtype=np.float64)


def fit_logistic_regression(fit: Snapshots, features: OwnFeatures) -> OneHotLogistic:
    """scikit-learn's, with its own penalty, on inputs brought to one scale; blanks are at the mean.

    A column for each category (and for `other` and blank), one for each number, and one for each
    number's being blank.
    """
    inputs = _inputs(fit.rows, features)
    known = ~np.isnan(inputs)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.nansum(inputs, axis=0) / count
    spread = np.sqrt(np.nansum((inputs - centre) ** 2, axis=0) / count)
    scale = np.where(spread > 0, spread, 1.0)
    regression = LogisticRegression(max_iter=MOST_STEPS)
    regression.fit(np.nan_to_num((inputs - centre) / scale), fit.churned)
    return OneHotLogistic(features, centre, scale, regression)


def _inputs(rows: FeatureRows, features: OwnFeatures) -> NDArray[np.float64]:
    """Shape (rows, inputs): NaN where a number is blank."""
    columns: list[NDArray[np.float64]] = []
    for column in features.columns:
        values = np.ascontiguousarray(rows.column(column.name))
        columns.append(np.isnan(values).astype(np.float64))
        if column.kind == "number":
            columns.append(values)
        else:
            codes = np.arange(len(column.categories) + 1)
            columns.extend((values[:, None] == codes).astype(np.float64).T)
    return np.column_stack(columns)
