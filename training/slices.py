"""Whether a model is as good for each group of customers as for all: figures, group by group."""

import re
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.metrics import Outcomes, Probabilities, calibration_error, log_loss, roc_auc
from training.panel import Figures, Interval, resample_of

LEAST_ROWS, LEAST_OF_AN_OUTCOME = 50, 10
SIGNIFICANT = 0.05
EVERYONE, UNKNOWN = "all", "unknown"
LISTED = "listed"


@dataclass(frozen=True)
class Slice:
    """One group.

    Attributes:
        name: Of the group.
        rows: Customers at dates.
        figures: Churn rate, mean prediction, their gap (prediction less rate), log loss,
            calibration error and ROC AUC, and where a list is given the share that is on it, with
            intervals; None where the group is too small to be told.
        miscalibrated: Whether the gap is more than chance explains, all groups considered.
    """

    name: str
    rows: int
    figures: dict[str, Interval] | None
    miscalibrated: bool


@dataclass(frozen=True)
class Slices:
    """All groups of one kind.

    Attributes:
        by: What the groups are.
        groups: Everyone first.
        least_rows: A group with fewer rows is withheld,
        least_of_an_outcome: and one with fewer who left, or who stayed.
    """

    by: str
    groups: tuple[Slice, ...]
    least_rows: int = LEAST_ROWS
    least_of_an_outcome: int = LEAST_OF_AN_OUTCOME


@dataclass(frozen=True)
class Said:
    """What was said of customers, and what happened; arrays of shape (rows,).

    Attributes:
        customer_ids: Whose each row is.
        outcomes: Who churned.
        probabilities: What was said.
        listed: Who is on a list; None where there is none.
    """

    customer_ids: NDArray[np.object_]
    outcomes: Outcomes
    probabilities: Probabilities
    listed: NDArray[np.bool_] | None = None


def slices_of(by: str, said: Said, groups: NDArray[Any], samples: int, seed: int) -> Slices:
    """Figures of everyone and of each group, bands in their order.

    Args:
        by: What the groups are.
        said: Rows, at one date or at several.
        groups: Shape (rows,): each row's group.
        samples: Resamples of customers, each with all of its rows.
        seed: Of the resampling.
    """
    names = sorted(set(groups.tolist()), key=_place)
    # Lowest probability first, so that the figures need not sort each resample again.
    ordered = np.argsort(said.probabilities, kind="stable")
    members = {EVERYONE: ordered}
    members |= {name: ordered[groups[ordered] == name] for name in names}
    told = [name for name, rows in members.items() if _large_enough(said.outcomes[rows])]
    drawn: dict[str, list[Figures]] = {name: [] for name in told}
    everyone, places = np.unique(said.customer_ids, return_inverse=True)
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = resample_of(random, len(everyone))[places]
        for name in told:
            chosen = np.repeat(members[name], times[members[name]])
            if 0 < said.outcomes[chosen].sum() < len(chosen):
                drawn[name].append(_figures(said, chosen))
    off = _miscalibrated(said, {name: members[name] for name in told if name != EVERYONE})
    found = []
    for name, rows in members.items():
        figures = None
        if name in told:
            figures = {
                metric: Interval.of(value, [draw[metric] for draw in drawn[name]])
                for metric, value in _figures(said, rows).items()
            }
        found.append(Slice(name, len(rows), figures, name in off))
    return Slices(by, tuple(found))


def _place(name: str) -> tuple[bool, float, bool, str]:
    """Bands by their lowest number ("under 25" before "25 to 34"), the rest by name."""
    numbers = re.findall(r"\d+", name)
    lowest = float(numbers[0]) if numbers else float("inf")
    return name == UNKNOWN, lowest, not name.lower().startswith("under"), name


def _large_enough(outcomes: Outcomes) -> bool:
    gone = int(outcomes.sum())
    return len(outcomes) >= LEAST_ROWS and min(gone, len(outcomes) - gone) >= LEAST_OF_AN_OUTCOME


def _figures(said: Said, rows: NDArray[np.int64]) -> Figures:
    outcomes, probabilities = said.outcomes[rows], said.probabilities[rows]
    rate, mean = float(outcomes.mean()), float(probabilities.mean())
    found = {
        "churn_rate": rate,
        "mean_prediction": mean,
        "gap": mean - rate,
        "log_loss": log_loss(outcomes, probabilities),
        "calibration_error": calibration_error(outcomes, probabilities),
        "roc_auc": roc_auc(outcomes, probabilities),
    }
    return found if said.listed is None else {**found, LISTED: float(said.listed[rows].mean())}


def _miscalibrated(said: Said, members: dict[str, NDArray[np.int64]]) -> set[str]:
    """Groups whose number of leavers the probabilities do not explain, at 5 % for all together.

    The sum of independent outcomes against its expectation (Spiegelhalter, Statistics in Medicine,
    1986), corrected for the number of groups (Holm, 1979). Variances are summed by customer, so
    that one who stands at several dates is not taken for several.
    """
    chances = sorted((_chance(said, rows), name) for name, rows in members.items())
    found = set()
    for place, (chance, name) in enumerate(chances):
        if chance > SIGNIFICANT / (len(chances) - place):
            break
        found.add(name)
    return found


def _chance(said: Said, rows: NDArray[np.int64]) -> float:
    """Two-sided probability of so large a difference if the probabilities are right."""
    left = (said.outcomes - said.probabilities)[rows]
    _, customers = np.unique(said.customer_ids[rows], return_inverse=True)
    if len(left) == customers.max() + 1:
        variance = (said.probabilities * (1 - said.probabilities))[rows].sum()
    else:
        variance = (np.bincount(customers, weights=left) ** 2).sum()
    return erfc(abs(float(left.sum())) / sqrt(2 * max(float(variance), 1e-12)))


def in_words(slices: Slices) -> list[str]:
    """What the table says, in sentences."""
    sentences = []
    for one in slices.groups:
        if one.miscalibrated and one.figures:
            rate, said = (one.figures[name].value for name in ("churn_rate", "mean_prediction"))
            side = "too high" if said > rate else "too low"
            sentences.append(
                f"{slices.by} {one.name}: the probabilities are {side}: {said:.1%} said on "
                f"average and {rate:.1%} left, more than chance explains."
            )
    if not sentences:
        sentences.append("No group's probabilities are off by more than chance explains.")
    if withheld := [one.name for one in slices.groups if one.figures is None]:
        sentences.append(
            f"Withheld, with fewer than {slices.least_rows} rows, or {slices.least_of_an_outcome} "
            f"who left or stayed: {', '.join(withheld)}."
        )
    return sentences
