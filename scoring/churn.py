"""The churn model as served: a LightGBM booster and a logistic regression, under a sigmoid.

The margin is `(1 - share) * booster + share * logistic`, the sigmoid `log-odds = slope * margin +
intercept`. SHAP values of a sum are sums of SHAP values, and a factor scales them all, so base and
contributions still add up to the served log-odds.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from scoring.logistic import Logistic
from scoring.silence import Silence
from scoring.tree_shap import TreeShap
from scoring.venn_abers import VennAbers

Vector = NDArray[np.float64]
Rule = Literal["blend", "three_term_logistic", "recency_rule", "bg_nbd"]
FEW = 1000  # rows, the most that a request brings: too few for tables to be worth making


@dataclass(frozen=True)
class Calibration:
    """A sigmoid on the margin (Platt, 1999).

    Attributes:
        slope: Factor on the margin.
        intercept: Added after scaling.
        fitted_at: As-of date, ISO 8601, of the snapshot it was fitted on.
        fitted_rows: Number of customers it was fitted on.
        venn_abers: The interval around its probabilities, of the same customers; None where it was
            fitted on none.
    """

    slope: float
    intercept: float
    fitted_at: str
    fitted_rows: int
    venn_abers: VennAbers | None = None

    def log_odds(self, margin: Vector) -> Vector:
        """Calibrated log-odds of raw margins."""
        return self.slope * margin + self.intercept


@dataclass(frozen=True)
class Sigmoids:
    """What `calibration.json` holds; see ChurnModel for both."""

    served: Calibration
    judged: Calibration | None


@dataclass(frozen=True)
class Blend:
    """The simple rule that steadies the booster, or answers in its place.

    Attributes:
        logistic: A logistic regression of a few terms; of too few customers to boost on it may be
            BG/NBD.
        share: Of the margin, what it gets, 0 to 1; the booster has the rest.
        rule: What answers: `blend`, or the one rule that has all of the margin.
    """

    logistic: Logistic | Silence
    share: float
    rule: Rule = "blend"


BOOSTER_ALONE = Blend(Logistic(0.0, ()), 0.0)


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
    """A booster in LightGBM's text form, cut at its best iteration, its calibration and blend.

    Attributes:
        booster_text: The booster; empty where a rule answers alone.
        calibration: The sigmoid that answers: of the latest labels.
        blend: The logistic regression beside the booster.
        judged: The sigmoid that was judged on those labels, fitted on the ones before; None where
            the sigmoid that answers has not been replaced.
    """

    booster_text: str
    calibration: Calibration
    blend: Blend = BOOSTER_ALONE
    judged: Calibration | None = None

    @classmethod
    def of(cls, booster_text: str, sigmoids: Sigmoids, blend: Blend) -> "ChurnModel":
        """Put together what a bundle's files hold."""
        return cls(booster_text, sigmoids.served, blend, sigmoids.judged)

    @property
    def sigmoids(self) -> Sigmoids:
        """Both calibrations, for the bundle's file."""
        return Sigmoids(self.calibration, self.judged)

    @cached_property
    def booster(self) -> lightgbm.Booster | None:
        """The parsed booster; None where a rule answers alone."""
        return lightgbm.Booster(model_str=self.booster_text) if self.booster_text else None

    @property
    def rounds(self) -> int:
        """How many trees the booster has; 0 without one."""
        return 0 if self.booster is None else int(self.booster.num_trees())

    def as_judged(self) -> "ChurnModel":
        """The model with the sigmoid that has not seen the labels of the test."""
        return self if self.judged is None else replace(self, calibration=self.judged, judged=None)

    def log_odds(self, rows: FeatureRows) -> Vector:
        """Calibrated log-odds of churn, shape (rows,)."""
        if not len(rows):
            return np.empty(0)
        steady = self.blend.logistic.log_odds(rows)
        if self.booster is None:
            return self.calibration.log_odds(steady)
        # One thread: equal bits whatever the machine, and no oversubscription under load.
        boosted = self.booster.predict(rows.values, raw_score=True, num_threads=1)
        return self.calibration.log_odds(self._blended(np.asarray(boosted, np.float64), steady))

    def interval(self, log_odds: Vector) -> tuple[Vector, Vector]:
        """Churn rates between which the probability may lie, low and high, shape (rows,).

        The sigmoid is a smooth curve and the rates of `VennAbers` are steps, so what is said may
        lie beyond them by a little; the interval is then widened to it.
        """
        said, known = probability(log_odds), self.calibration.venn_abers
        low, high = (said, said) if known is None else known.rates(log_odds)
        return np.minimum(low, said), np.maximum(high, said)

    def contributions(self, rows: FeatureRows) -> Contributions:
        """Each feature's contribution to the log-odds.

        TreeSHAP (Lundberg et al., 2020) of the booster, and for the logistic regression each term
        less its mean, blended as the margins are. Of a row in a batch of up to FEW rows these are
        equal to the bit whatever the batch, and so are they in batches of more; between the two
        they agree to 1e-12.
        """
        if not len(rows):
            return Contributions(0.0, np.empty(rows.values.shape))
        logistic, slope = self.blend.logistic, self.calibration.slope
        if self.booster is None:
            base = self.calibration.log_odds(np.array([logistic.base]))
            return Contributions(float(base[0]), slope * logistic.contributions(rows))
        expected, boosted = self._boosted(self.booster, rows.values)
        margin = self._blended(np.array([expected]), np.array([logistic.base]))
        values = self._blended(boosted, logistic.contributions(rows))
        return Contributions(float(self.calibration.log_odds(margin)[0]), slope * values)

    def _boosted(
        self, booster: lightgbm.Booster, values: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        """The booster's expected margin, and its SHAP values of the rows."""
        if len(values) > FEW and self._tree_shap:
            return self._tree_shap.expected, self._tree_shap.contributions(values)
        raw = booster.predict(values, pred_contrib=True, num_threads=1)
        shap = np.asarray(raw, dtype=np.float64)
        # The last column is the expected margin, the same for every row.
        return float(shap[0, -1]), shap[:, :-1]

    @cached_property
    def _tree_shap(self) -> TreeShap | None:
        return None if self.booster is None else TreeShap.of(self.booster)

    def _blended(self, boosted: Vector, steady: Vector) -> Vector:
        return (1 - self.blend.share) * boosted + self.blend.share * steady


def probability(log_odds: Vector) -> Vector:
    """The logistic function; in [0, 1] for any finite input."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
