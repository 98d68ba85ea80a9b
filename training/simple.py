"""Too few customers to boost on: the rule that judges customers held out best answers alone."""

import numpy as np
from numpy.typing import NDArray

from scoring.churn import Blend, Rule, probability
from scoring.churn_definition import ChurnDefinition, Inactivity
from scoring.logistic import Logistic
from scoring.segments.scheme import Off
from scoring.silence import FEATURES as OF_SILENCE
from scoring.silence import Silence
from scoring.value.purchasing import Purchasing
from training.calibration import refuse_single_outcome
from training.config import LeastToBoost
from training.crossfit import HeldOut, folds_of
from training.errors import TrainingError
from training.logistic import FEATURES, RECENCY, fit_terms
from training.metrics import log_loss
from training.snapshots import Snapshots

Vector = NDArray[np.float64]

RULES: dict[Rule, tuple[str, ...]] = {"three_term_logistic": FEATURES, "recency_rule": RECENCY}


def too_few(fit: Snapshots, least: LeastToBoost) -> str | None:
    """Why there are too few customers to boost on, as a clause; None where there are enough."""
    ids = fit.rows.customer_ids
    everyone, gone, stayed = (
        len(set(found.tolist())) for found in (ids, ids[fit.churned], ids[~fit.churned])
    )
    if everyone < least.customers:
        return f"{everyone} customers were eligible at the fit dates, fewer than {least.customers}"
    if min(gone, stayed) < least.of_each:
        return (
            f"{gone} customers churned and {stayed} stayed at the fit dates, and "
            f"{least.of_each} of each are needed"
        )
    return None


def fit_simple(
    fit: Snapshots, definition: ChurnDefinition, bg_nbd: Purchasing | Off
) -> tuple[Blend, HeldOut]:
    """The rule with the lowest log loss on customers held out, fitted on everyone.

    Args:
        fit: Labelled rows of every fit date.
        definition: What churn means: BG/NBD speaks of silence from the as-of date on alone.
        bg_nbd: Fitted on everyone known at the latest fit date, or why it could not be.

    Returns:
        The rule, and what it says of customers held out at the latest fit date.

    Raises:
        TrainingError: Only one outcome occurs and BG/NBD, which needs none, could not be fitted.
    """
    silence = _silence(fit, definition, bg_nbd)
    if fit.churned.all() or not fit.churned.any():
        if silence is None:
            refuse_single_outcome("the fit dates", fit)
            raise TrainingError("no rule can be fitted")
        latest = fit.where_at(np.flatnonzero(fit.rows.as_of == fit.rows.as_of.max()))
        return Blend(silence, 1.0, "bg_nbd"), _held_out(latest, silence.log_odds(latest.rows))
    folds = folds_of(fit)
    latest = fit.where_at(np.concatenate([out for _, out in folds]))
    said: dict[Rule, Vector] = {
        rule: np.concatenate(
            [
                _learned(fit.where_at(learn), features).log_odds(fit.rows.where_at(out))
                for learn, out in folds
            ]
        )
        for rule, features in RULES.items()
    }
    if silence is not None:
        said["bg_nbd"] = silence.log_odds(latest.rows)
    best = min(said, key=lambda rule: log_loss(latest.churned, probability(said[rule])))
    steady = silence if best == "bg_nbd" and silence else fit_terms(fit, RULES[best])
    return Blend(steady, 1.0, best), _held_out(latest, said[best])


def _learned(learn: Snapshots, features: tuple[str, ...]) -> Logistic:
    """Terms; where only one outcome was there to learn from, its odds with one of the other."""
    gone, rows = int(learn.churned.sum()), len(learn)
    if 0 < gone < rows:
        return fit_terms(learn, features)
    rate = (gone + 1) / (rows + 2)
    return Logistic(float(np.log(rate) - np.log1p(-rate)), ())


def _silence(
    fit: Snapshots, definition: ChurnDefinition, bg_nbd: Purchasing | Off
) -> Silence | None:
    if isinstance(bg_nbd, Off) or not isinstance(definition, Inactivity) or definition.gap_days:
        return None
    orders, silent, age = (float(np.median(fit.rows.column(name))) for name in OF_SILENCE)
    return Silence(bg_nbd, definition.horizon_days, (orders, silent, age))


def _held_out(latest: Snapshots, said: Vector) -> HeldOut:
    return HeldOut(latest, np.zeros(len(latest)), said, rounds=0)
