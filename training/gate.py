"""The gate: whether a challenger may take the champion's place, and if not, why, in words."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from scoring.bundle import Bundle, Manifest
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import Scorer
from training.metrics import (
    Outcomes,
    Probabilities,
    calibration_error,
    calibration_line,
    log_loss,
    roc_auc,
)
from training.panel import Interval
from training.snapshots import Snapshots

# A difference below these is of no consequence, however sure one is of it.
CALIBRATION_TOLERANCE = 0.01
SLOPE_TOLERANCE = 0.1
# Above this share of the champion's log loss, a loss that cannot be ruled out is too large a risk.
LOG_LOSS_TOLERANCE = 0.05
# Fewer of either outcome say next to nothing of a calibration.
LEAST_OF_EACH_OUTCOME = 20


@dataclass(frozen=True)
class Comparison:
    """Challenger and champion on the same customers.

    Attributes:
        as_of: ISO 8601 date.
        customers: Of whom both say something.
        churned: How many of them did.
        challenger: By metric.
        champion: By metric.
        difference: By metric, and for `slope_error` (the distance of the slope from 1), the
            challenger's less the champion's, with a paired 95 % bootstrap interval.
    """

    as_of: str
    customers: int
    churned: int
    challenger: dict[str, float]
    champion: dict[str, float]
    difference: dict[str, Interval]


def incompatibilities(challenger: Manifest, champion: Manifest) -> list[str]:
    """Why two models cannot be compared at all, or should not be exchanged."""
    reasons = []
    new, old = challenger.churn_definition, champion.churn_definition
    if new != old:
        reasons.append(
            f"it means by churn {new.in_words()}; the champion means {old.in_words()}: "
            "their figures cannot be compared"
        )
    if challenger.caveats and champion.caveats:
        return reasons  # of own features recipes are compared, on the table as it is now
    if challenger.catalog_hash != champion.catalog_hash:
        reasons.append("it was fitted with another feature catalog than the champion")
    if challenger.trained_on.test < champion.trained_on.test:
        reasons.append(
            f"it knows of outcomes after {challenger.trained_on.test}, the champion of later ones, "
            f"after {champion.trained_on.test}"
        )
    return reasons


def compare(
    challenger: Bundle, champion: Bundle, snapshot: Snapshots, *, samples: int, seed: int
) -> Comparison:
    """Judge both, as they stood at the snapshot's date, on the customers that both know.

    Raises:
        BundleError: One of them may have learned from the snapshot's outcomes.
    """
    date = snapshot.rows.as_of[0].astype(datetime)
    scorers = []
    for bundle in (challenger, champion):
        bundle.refuse_to_flatter(date)
        scorers.append(Scorer(bundle.known_at(date)))
    known = np.all([one.statuses(snapshot.rows) == ELIGIBLE for one in scorers], axis=0)
    both = snapshot.where_at(np.flatnonzero(known))
    new, old = (one.score(both.rows).probability for one in scorers)
    return compare_probabilities(
        f"{date:%Y-%m-%d}", both.churned, new, old, samples=samples, seed=seed
    )


def compare_probabilities(  # noqa: PLR0913 - of which day, who left, what two said, how closely
    as_of: str,
    churned: Outcomes,
    challenger: Probabilities,
    champion: Probabilities,
    *,
    samples: int,
    seed: int,
) -> Comparison:
    """Judge two sets of probabilities against the same outcomes; shapes (customers,)."""
    gone, count = int(churned.sum()), len(churned)
    if not 0 < gone < count:
        return Comparison(as_of, count, gone, {}, {}, {})
    new, old = _figures(churned, challenger), _figures(churned, champion)
    random = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {metric: [] for metric in new}
    # Resamples are handed on lowest probability first: the figures need not sort them again.
    by_new, by_old = (np.argsort(said, kind="stable") for said in (challenger, champion))
    while len(drawn["log_loss"]) < samples:
        times = np.bincount(random.integers(count, size=count), minlength=count)
        if not 0 < times @ churned < count:
            continue
        ours, its = np.repeat(by_new, times[by_new]), np.repeat(by_old, times[by_old])
        mine = _figures(churned[ours], challenger[ours])
        other = _figures(churned[its], champion[its])
        for metric, values in drawn.items():
            values.append(mine[metric] - other[metric])
    difference = {}
    for metric, values in drawn.items():
        low, high = np.percentile(values, [2.5, 97.5])
        difference[metric] = Interval(new[metric] - old[metric], float(low), float(high))
    return Comparison(as_of, count, gone, new, old, difference)


def refusals(compared: Comparison) -> list[str]:
    """Reasons against promotion; none means the challenger may pass.

    A better ranking does not excuse worse probabilities: money and tiers are computed from them.
    A difference counts only where the paired interval says that it is none of chance, and a
    challenger passes only where a loss that would matter can be ruled out.
    """
    gone, stayed = compared.churned, compared.customers - compared.churned
    if min(gone, stayed) < LEAST_OF_EACH_OUTCOME:
        return [
            f"{gone} of {compared.customers} customers churned, which is too few to tell the two "
            f"apart: at least {LEAST_OF_EACH_OUTCOME} must have churned and as many have stayed"
        ]
    return [*_of_log_loss(compared), *_of_calibration(compared)]


def _of_log_loss(compared: Comparison) -> list[str]:
    new, old = compared.challenger["log_loss"], compared.champion["log_loss"]
    difference = compared.difference["log_loss"]
    between = f"the difference lies between {difference.low:+.4f} and {difference.high:+.4f}"
    if difference.low > 0:
        return [f"its log loss of {new:.4f} is worse than the champion's {old:.4f} ({between})"]
    if difference.high > LOG_LOSS_TOLERANCE * old:
        return [
            f"{compared.customers} customers are too few to tell whether its log loss of {new:.4f} "
            f"is worse than the champion's {old:.4f} ({between})"
        ]
    return []


def _of_calibration(compared: Comparison) -> list[str]:
    reasons = []
    new, old = compared.challenger, compared.champion
    error = compared.difference["calibration_error"]
    if error.value > CALIBRATION_TOLERANCE and error.low > 0:
        reasons.append(
            f"its probabilities are off by {new['calibration_error']:.3f} on average, the "
            f"champion's by {old['calibration_error']:.3f}"
        )
    slope = compared.difference["slope_error"]
    if slope.value > SLOPE_TOLERANCE and slope.low > 0:
        kind = "extreme" if new["calibration_slope"] < 1 else "timid"
        reasons.append(
            f"its probabilities are too {kind}: their calibration slope is "
            f"{new['calibration_slope']:.2f}, the champion's {old['calibration_slope']:.2f}, "
            "and 1 is right"
        )
    return reasons


def _figures(churned: Outcomes, probabilities: Probabilities) -> dict[str, float]:
    slope, _ = calibration_line(churned, probabilities)
    return {
        "log_loss": log_loss(churned, probabilities),
        "roc_auc": roc_auc(churned, probabilities),
        "calibration_error": calibration_error(churned, probabilities),
        "calibration_slope": slope,
        "slope_error": abs(slope - 1),
    }
