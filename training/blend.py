"""How much of the margin the logistic regression gets, beside the booster."""

from scoring.churn import Blend, Calibration, ChurnModel, probability
from scoring.logistic import Logistic
from training.fit import fit_logistic
from training.metrics import log_loss
from training.snapshots import Snapshots

# At most half: what the booster knows beyond three terms must not hang on one snapshot.
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def choose_blend(booster_text: str, logistic: Logistic, stop: Snapshots) -> Blend:
    """The share with the lowest log loss on the early-stopping snapshot; of equal ones the smaller.

    Each share is judged under a sigmoid of its own, as it would be served: what is asked is which
    blend ranks and spreads customers best, not which happens to sit at the snapshot's churn rate.
    """
    return Blend(logistic, min(SHARES, key=lambda s: _loss(booster_text, Blend(logistic, s), stop)))


def _loss(booster_text: str, blend: Blend, stop: Snapshots) -> float:
    model = ChurnModel(booster_text, Calibration(1.0, 0.0, "", len(stop)), blend)
    margin = model.log_odds(stop.rows)
    slope, intercept = fit_logistic(margin, stop.churned)
    return log_loss(stop.churned, probability(slope * margin + intercept))
