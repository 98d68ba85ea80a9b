"""Score customers with a bundle: the one code path of batch, server and evaluation."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from scoring.bundle import Bundle
from scoring.churn import Contributions, probability
from scoring.churn_definition import ELIGIBLE
from scoring.reasons import Reason, reasons_of
from scoring.segments.risk import Tier


@dataclass(frozen=True)
class Prediction:
    """What is said of one eligible customer; base plus all contributions equals the log-odds.

    Attributes:
        customer_id: The customer.
        churn_probability: In [0, 1], calibrated.
        log_odds: Of churn_probability.
        percentile: Share of the training population at lower risk, 0 to 100.
        risk_tier: critical, high, medium or low.
        cluster: The behaviour cluster's name.
        base_log_odds: The log-odds before anything is known of the customer.
        reasons: The largest contributions, largest first.
        other_contributions: The sum of all contributions that are not among the reasons.
        missing_inputs: Features that are null here though usually known.
        out_of_range_inputs: Features outside all that the model was calibrated on.
    """

    customer_id: str
    churn_probability: float
    log_odds: float
    percentile: int
    risk_tier: Tier
    cluster: str
    base_log_odds: float
    reasons: list[Reason]
    other_contributions: float
    missing_inputs: list[str]
    out_of_range_inputs: list[str]


@dataclass(frozen=True)
class Scores:
    """Scores of rows, all of them eligible; arrays of shape (rows,) in the rows' order."""

    rows: FeatureRows
    log_odds: NDArray[np.float64]
    probability: NDArray[np.float64]
    percentile: NDArray[np.int64]
    risk_tier: NDArray[np.str_]
    cluster: NDArray[np.str_]
    contributions: Contributions


class Scorer:
    """Answers from one bundle, safe to share between threads: nothing changes after loading."""

    def __init__(self, bundle: Bundle) -> None:
        """Parse the booster now, not on the first request."""
        self.bundle = bundle
        self._parts = bundle.parts
        self._parts.churn.booster.num_trees()

    def statuses(self, rows: FeatureRows) -> NDArray[np.str_]:
        """Per row, whether it can be scored: eligible, or why not."""
        return self.bundle.manifest.churn_definition.statuses(rows)

    def score(self, rows: FeatureRows) -> Scores:
        """Score rows that are eligible.

        Raises:
            ValueError: Some row is not eligible; ask `statuses` first.
        """
        if (self.statuses(rows) != ELIGIBLE).any():
            raise ValueError("only eligible customers have a score; filter by statuses() first")
        log_odds = self._parts.churn.log_odds(rows)
        churn_probability = probability(log_odds)
        return Scores(
            rows=rows,
            log_odds=log_odds,
            probability=churn_probability,
            percentile=self._parts.reference.percentile(churn_probability),
            risk_tier=self._parts.segments.risk.label(churn_probability),
            cluster=self._parts.segments.cluster.label(rows),
            contributions=self._parts.churn.contributions(rows),
        )

    def predictions(self, scores: Scores, most_reasons: int = 5) -> list[Prediction]:
        """One answer per scored row, with at most `most_reasons` reasons each."""
        return [self._prediction(scores, i, most_reasons) for i in range(len(scores.rows))]

    def _prediction(self, scores: Scores, i: int, most_reasons: int) -> Prediction:
        values, contributions = scores.rows.values[i], scores.contributions.values[i]
        reference = self._parts.reference
        currency = self.bundle.manifest.currency
        reasons = reasons_of(values, contributions, reference, currency, most_reasons)
        told = sum(reason.contribution for reason in reasons)
        return Prediction(
            customer_id=str(scores.rows.customer_ids[i]),
            churn_probability=float(scores.probability[i]),
            log_odds=float(scores.log_odds[i]),
            percentile=int(scores.percentile[i]),
            risk_tier=cast("Tier", str(scores.risk_tier[i])),
            cluster=str(scores.cluster[i]),
            base_log_odds=scores.contributions.base,
            reasons=reasons,
            other_contributions=float(contributions.sum()) - told,
            missing_inputs=reference.missing(values),
            out_of_range_inputs=reference.out_of_range(values),
        )
