"""How good a model is at a date it never saw, with intervals, beside the recency rule."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from scoring.bundle import Bundle
from scoring.churn import probability
from scoring.scorer import Scorer
from training.errors import TrainingError
from training.snapshots import Snapshots

Outcomes = NDArray[np.bool_]
Probabilities = NDArray[np.float64]
CALIBRATION_BINS = 10


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds of its 95 % bootstrap percentile interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Figures of a test snapshot.

    Attributes:
        as_of: ISO 8601 date of the snapshot.
        horizon_days: Length of the label window.
        customers: Eligible customers.
        excluded: Customers left out, by cause.
        churn_rate: Share of customers who churned.
        rules: Per rule ("model", "recency_rule"), per metric of METRICS, an interval.
        model_minus_recency: Per metric, the paired difference on the same resamples.
        bootstrap_samples: Resamples behind each interval.
    """

    as_of: str
    horizon_days: int
    customers: int
    excluded: dict[str, int]
    churn_rate: Interval
    rules: dict[str, dict[str, Interval]]
    model_minus_recency: dict[str, Interval]
    bootstrap_samples: int


def calibration_error(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Expected calibration error over ten bins of equal count: 0 is perfect, 1 the worst.

    A model that says the base rate of everyone scores 0 too, so it is read beside the log loss.
    Customers are sorted by probability and cut into tenths (Naeini et al., 2015).
    """
    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split(order, min(CALIBRATION_BINS, len(order)))
    gaps = [abs(outcomes[bin_].mean() - probabilities[bin_].mean()) * len(bin_) for bin_ in bins]
    return float(sum(gaps) / len(order))


def lift_at_tenth(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Churn rate of the tenth ranked riskiest over that of all; 1 is what chance gives."""
    riskiest = np.argsort(-probabilities, kind="stable")[: max(1, len(outcomes) // 10)]
    return float(outcomes[riskiest].mean() / outcomes.mean())


METRICS: dict[str, Callable[[Outcomes, Probabilities], float]] = {
    "roc_auc": roc_auc_score,  # 0.5 is chance, 1 perfect
    "pr_auc": average_precision_score,  # the churn rate is chance, 1 perfect
    "log_loss": log_loss,  # 0 is perfect; lower is better
    "brier": brier_score_loss,  # 0 is perfect; lower is better
    "calibration_error": calibration_error,
    "lift_at_tenth": lift_at_tenth,
}


def recency_probabilities(bundle: Bundle, snapshot: Snapshots) -> Probabilities:
    """What the recency rule, fitted on the bundle's own fit dates, says of each row."""
    return probability(bundle.parts.reference.recency_log_odds(snapshot.rows))


def evaluate(
    bundle: Bundle,
    snapshot: Snapshots,
    *,
    samples: int,
    seed: int,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Judge a bundle on one snapshot, scoring through the very code that serves.

    Args:
        bundle: The model.
        snapshot: Labelled rows of one as-of date after everything the model was made from.
        samples: Bootstrap resamples of customers.
        seed: Of the resampling.
        advance: Called after each resample, for a progress bar.

    Raises:
        TrainingError: Only one outcome occurs, so nothing can be ranked.
    """
    outcomes = snapshot.churned
    if outcomes.all() or not outcomes.any():
        raise TrainingError(
            f"{int(outcomes.sum())} of {len(outcomes)} customers churned: with one outcome only "
            "there is nothing to judge; choose another as-of date"
        )
    rules = {
        "model": Scorer(bundle).score(snapshot.rows).probability,
        "recency_rule": recency_probabilities(bundle, snapshot),
    }
    found = {rule: _figures(outcomes, said) for rule, said in rules.items()}
    drawn: dict[str, list[dict[str, float]]] = {rule: [] for rule in rules}
    rates = []
    as_of = str(snapshot.rows.as_of[0].astype("datetime64[D]"))
    random = np.random.default_rng(seed)
    for _ in range(samples):
        chosen = _resample(random, outcomes)
        rates.append(float(outcomes[chosen].mean()))
        for rule, said in rules.items():
            drawn[rule].append(_figures(outcomes[chosen], said[chosen]))
        advance()
    return Evaluation(
        as_of=as_of,
        horizon_days=bundle.manifest.churn_definition.horizon_days,
        customers=len(outcomes),
        excluded=snapshot.excluded[as_of],
        churn_rate=_interval(float(outcomes.mean()), rates),
        rules={
            rule: {m: _interval(found[rule][m], [draw[m] for draw in drawn[rule]]) for m in METRICS}
            for rule in rules
        },
        model_minus_recency={
            metric: _interval(
                found["model"][metric] - found["recency_rule"][metric],
                [
                    model[metric] - recency[metric]
                    for model, recency in zip(drawn["model"], drawn["recency_rule"], strict=True)
                ],
            )
            for metric in METRICS
        },
        bootstrap_samples=samples,
    )


def _figures(outcomes: Outcomes, said: Probabilities) -> dict[str, float]:
    return {name: float(metric(outcomes, said)) for name, metric in METRICS.items()}


def _resample(random: np.random.Generator, outcomes: Outcomes) -> NDArray[np.int64]:
    """Customers drawn with replacement; drawn again where only one outcome came up."""
    while True:
        chosen = random.integers(len(outcomes), size=len(outcomes))
        if 0 < outcomes[chosen].sum() < len(outcomes):
            return chosen


def _interval(value: float, drawn: list[float]) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))
