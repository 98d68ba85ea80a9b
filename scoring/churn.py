"""The churn model as served: a LightGBM booster with a sigmoid on its margin.

The sigmoid is `log-odds = slope * margin + intercept`. It scales every SHAP contribution of the
margin by the same factor, so base and contributions still add up to the served log-odds.
"""

from dataclasses import dataclass
from functools import cached_property

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """A sigmoid on the booster's margin (Platt, 1999).

    Attributes:
        slope: Factor on the margin.
        intercept: Added after scaling.
        fitted_at: As-of date, ISO 8601, of the snapshot it was fitted on.
        fitted_rows: Number of customers it was fitted on.
    """

    slope: float
    intercept: float
    fitted_at: str
    fitted_rows: int

    def log_odds(self, margin: Vector) -> Vector:
        """Calibrated log-odds of raw margins."""
        return self.slope * margin + self.intercept


@dataclass(frozen=True)
class Contributions:
    """Why the log-odds are what they are: SHAP values on the calibrated scale.

    Attributes:
        base: The log-odds before anything is known of a customer.
        values: Shape (rows, features); each row plus base sums to the row's log-odds.
    """

    base: float
    values: NDArray[np.float64]


@dataclass(frozen=True)
class ChurnModel:
    """A booster in LightGBM's text form, cut at its best iteration, and its calibration."""

    booster_text: str
    calibration: Calibration

    @cached_property
    def booster(self) -> lightgbm.Booster:
        """The parsed booster."""
        return lightgbm.Booster(model_str=self.booster_text)

    def log_odds(self, rows: FeatureRows) -> Vector:
        """Calibrated log-odds of churn, shape (rows,)."""
        if not len(rows):
            return np.empty(0)
        # One thread: equal bits whatever the machine, and no oversubscription under load.
        margin = self.booster.predict(rows.values, raw_score=True, num_threads=1)
        return self.calibration.log_odds(np.asarray(margin, dtype=np.float64))

    def contributions(self, rows: FeatureRows) -> Contributions:
        """TreeSHAP contributions (Lundberg et al., 2020) of each feature to the log-odds."""
        if not len(rows):
            return Contributions(0.0, np.empty(rows.values.shape))
        raw = self.booster.predict(rows.values, pred_contrib=True, num_threads=1)
        shap = np.asarray(raw, dtype=np.float64)
        # The last column is the expected margin, the same for every row.
        base = float(self.calibration.log_odds(shap[:1, -1])[0])
        return Contributions(base, self.calibration.slope * shap[:, :-1])


def probability(log_odds: Vector) -> Vector:
    """The logistic function; in [0, 1] for any finite input."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
