"""Figures of probabilities against outcomes, each in time linear in rows that come sorted.

Own code, since a bootstrap asks for each a thousand times over; the tests hold those that
scikit-learn has to scikit-learn.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.bool_]
Probabilities = NDArray[np.float64]
CALIBRATION_BINS = 10
SURE = 1e-15  # a probability of 0 or 1 counts as this far from it
MOST_STEPS = 25
SETTLED = 1e-6  # Newton's next step would be its square
FLAT = 1e-10


def roc_auc(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Chance that who churned was ranked above who stayed: 0.5 is chance, 1 perfect."""
    gone, stayed = _by_probability(outcomes, probabilities)
    above = (gone * (np.cumsum(stayed) - stayed / 2)).sum()
    return float(above / (gone.sum() * stayed.sum()))


def pr_auc(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Average precision: the churn rate is chance, 1 perfect."""
    gone, stayed = (counts[::-1] for counts in _by_probability(outcomes, probabilities))
    found = np.cumsum(gone)
    return float((gone * found / (found + np.cumsum(stayed))).sum() / gone.sum())


def log_loss(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Mean negative log-likelihood: 0 is perfect; lower is better."""
    said = np.clip(probabilities, SURE, 1 - SURE)
    return float(-np.log(np.where(outcomes, said, 1 - said)).mean())


def brier(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Mean squared difference: 0 is perfect; lower is better."""
    return float(((probabilities - outcomes) ** 2).mean())


def calibration_error(outcomes: Outcomes, probabilities: Probabilities) -> float:
    """Expected calibration error over ten bins of equal count: 0 is perfect, 1 the worst.

    A model that says the base rate of everyone scores 0 too, so it is read beside the log loss.
    Customers are sorted by probability and cut into tenths (Naeini et al., 2015).
    """
    order = np.argsort(probabilities, kind="stable")
    gaps = (outcomes - probabilities)[order]
    bins = np.array_split(gaps, min(CALIBRATION_BINS, len(order)))
    return float(sum(abs(bin_.sum()) for bin_ in bins) / len(order))


def calibration_line(outcomes: Outcomes, probabilities: Probabilities) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of the outcome on the log-odds said.

    Slope 1 and intercept 0 are perfect (Cox, 1958). Below a slope of 1 the probabilities are too
    extreme, above it too timid; where the same is said of everyone it is 0. By Newton's method, a
    limited number of steps, so that it is finite though the log-odds part the outcomes.
    """
    said = np.clip(probabilities, SURE, 1 - SURE)
    log_odds = np.log(said) - np.log1p(-said)
    rate = outcomes.mean()
    # From a flat line, where weights are largest: from slope 1 a step would overshoot wherever
    # probabilities near 0 and 1 leave next to no weight.
    slope, intercept = 0.0, float(np.log(rate) - np.log1p(-rate))
    if np.ptp(log_odds) == 0:
        return slope, intercept
    for _ in range(MOST_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(slope * log_odds + intercept, -700, 700)))
        left, weight = outcomes - fitted, fitted * (1 - fitted)
        by_slope, by_intercept = float((left * log_odds).sum()), float(left.sum())
        weighted = weight * log_odds
        square, cross = float((weighted * log_odds).sum()), float(weighted.sum())
        total = float(weight.sum())
        determinant = square * total - cross**2
        if determinant <= FLAT * square * total:
            break
        step = (total * by_slope - cross * by_intercept) / determinant
        shift = (square * by_intercept - cross * by_slope) / determinant
        slope, intercept = slope + step, intercept + shift
        if max(abs(step), abs(shift)) < SETTLED:
            break
    return slope, intercept


def lift(outcomes: Outcomes, probabilities: Probabilities, contacts: int) -> float:
    """Churn rate of the `contacts` ranked riskiest over that of all; 1 is what chance gives.

    The best is all who churned over `contacts`, or 1 over the churn rate if that is less.
    """
    return float(outcomes[_riskiest(probabilities, contacts)].mean() / outcomes.mean())


def recall(outcomes: Outcomes, probabilities: Probabilities, contacts: int) -> float:
    """Share of all who churned that is among the `contacts` ranked riskiest.

    Chance gives the share of customers that `contacts` is; 1 is perfect.
    """
    return float(outcomes[_riskiest(probabilities, contacts)].sum() / outcomes.sum())


SINGLE: dict[str, Callable[[Outcomes, Probabilities], float]] = {
    "roc_auc": roc_auc,
    "pr_auc": pr_auc,
    "log_loss": log_loss,
    "brier": brier,
    "calibration_error": calibration_error,
}
AT_CAPACITY: dict[str, Callable[[Outcomes, Probabilities, int], float]] = {
    "lift_at_capacity": lift,
    "recall_at_capacity": recall,
}
PROFIT = "profit_at_capacity"  # of training/capacity.py, which also asks what a customer is worth
METRICS = (*SINGLE, *AT_CAPACITY, "calibration_slope", "calibration_intercept", PROFIT)


def figures(outcomes: Outcomes, probabilities: Probabilities, contacts: int) -> dict[str, float]:
    """Every one of METRICS but the profit; both outcomes must occur.

    Args:
        outcomes: Who churned.
        probabilities: What was said of each.
        contacts: How many customers can be contacted.
    """
    slope, intercept = calibration_line(outcomes, probabilities)
    found = {name: metric(outcomes, probabilities) for name, metric in SINGLE.items()}
    found |= {
        name: metric(outcomes, probabilities, contacts) for name, metric in AT_CAPACITY.items()
    }
    return {**found, "calibration_slope": slope, "calibration_intercept": intercept}


def _riskiest(probabilities: Probabilities, contacts: int) -> NDArray[np.int64]:
    return np.argsort(-probabilities, kind="stable")[:contacts]


def _by_probability(
    outcomes: Outcomes, probabilities: Probabilities
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many churned and stayed at each distinct probability, the lowest first."""
    order = np.argsort(probabilities, kind="stable")
    said = probabilities[order]
    starts = np.flatnonzero(np.append(True, said[1:] != said[:-1]))
    gone = np.add.reduceat(outcomes[order].astype(np.int64), starts)
    return gone, np.diff(np.append(starts, len(order))) - gone
