"""The sigmoid that makes probabilities of margins, and logistic regressions on one variable."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from features.own.schema import UNKNOWN
from scoring.churn import Calibration
from scoring.reference import log_silence
from training.errors import TrainingError
from training.snapshots import Snapshots
from training.venn_abers import fit_venn_abers

NEXT_DATE = "check the data around that date, or train on more dates"


def fit_calibration(
    margins: NDArray[np.float64], snapshot: Snapshots, to: str = "", otherwise: str = NEXT_DATE
) -> Calibration:
    """Fit the sigmoid by maximum likelihood on one date's customers.

    Args:
        margins: Shape (rows,): what models say that have not seen these customers' labels.
        snapshot: Their labelled rows, of one as-of date.
        to: What the model does not carry over to where it ranks upside down; if empty, the date.
        otherwise: What to do then.

    Raises:
        TrainingError: Only one outcome occurs, or a higher margin means less churn.
    """
    refuse_single_outcome("calibration", snapshot)
    as_of = _day(snapshot)
    slope, intercept = fit_logistic(margins, snapshot.churned)
    if slope <= 0:
        raise TrainingError(
            f"the model does not carry over to {to or as_of}: customers it calls riskier churned "
            f"less (slope {slope:.2f}); {otherwise}"
        )
    interval = fit_venn_abers(slope * margins + intercept, snapshot.churned)
    return Calibration(slope, intercept, as_of, len(snapshot), interval)


def as_said(log_odds: NDArray[np.float64], snapshot: Snapshots) -> Calibration:
    """The sigmoid that changes nothing, with the interval of one date's customers."""
    as_of = _day(snapshot)
    interval = fit_venn_abers(log_odds, snapshot.churned)
    return Calibration(1.0, 0.0, as_of, len(snapshot), interval)


def _day(snapshot: Snapshots) -> str:
    day = snapshot.rows.as_of[0].astype("datetime64[D]")
    return UNKNOWN if np.isnat(day) else str(day)


def fit_recency_rule(fit: Snapshots) -> tuple[float, float]:
    """The rule to beat: a logistic curve on log(1 + days since the last order).

    Returns:
        Slope and intercept.
    """
    return fit_logistic(log_silence(fit.rows), fit.churned)


def fit_logistic(values: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept of an unpenalised logistic regression on one variable."""
    fitted = LogisticRegression(C=np.inf).fit(values.reshape(-1, 1), outcomes)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def refuse_single_outcome(where: str, snapshots: Snapshots) -> None:
    """Refuse rows of which all churned or none did.

    Raises:
        TrainingError: Naming where, and what to change.
    """
    gone = int(snapshots.churned.sum())
    if gone in (0, len(snapshots)):
        raise TrainingError(
            f"{where}: {gone} of {len(snapshots)} customers churned, so there is nothing to tell "
            "apart; change [churn] horizon_days or silent_days"
        )
