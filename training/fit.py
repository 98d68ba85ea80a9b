"""Fit the churn model: a LightGBM booster, its calibration, and the recency rule beside it."""

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from features.catalog import NAMES
from scoring.churn import BOOSTER_ALONE, Blend, Calibration, ChurnModel
from scoring.reference import log_silence
from training.config import ModelSettings
from training.errors import TrainingError
from training.snapshots import Snapshots


def fit_booster(fit: Snapshots, stop: Snapshots, settings: ModelSettings, seed: int) -> str:
    """Boost until the log loss on a later snapshot no longer falls.

    Args:
        fit: Rows to learn from.
        stop: A later snapshot that decides the number of rounds.
        settings: LightGBM's settings.
        seed: For row and column sampling.

    Returns:
        The booster in LightGBM's text form, cut at its best round, so that whoever serves it
        never names a number of rounds.

    Raises:
        TrainingError: Only one outcome occurs in a set.
    """
    for role, snapshots in (("fit", fit), ("early stopping", stop)):
        _refuse_single_outcome(role, snapshots)
    learn = lightgbm.Dataset(fit.rows.values, fit.churned, feature_name=list(NAMES))
    booster = lightgbm.train(
        {
            "objective": "binary",
            "learning_rate": settings.learning_rate,
            "num_leaves": settings.num_leaves,
            "min_data_in_leaf": settings.min_data_in_leaf,
            "feature_fraction": settings.feature_fraction,
            "bagging_fraction": settings.bagging_fraction,
            "bagging_freq": 1,
            "lambda_l2": settings.lambda_l2,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            # Equal bits on any machine; histogram sums depend on how many threads add them up.
            "num_threads": 1,
            "verbose": -1,
        },
        learn,
        num_boost_round=settings.most_rounds,
        valid_sets=[learn.create_valid(stop.rows.values, stop.churned)],
        callbacks=[lightgbm.early_stopping(settings.patience, verbose=False)],
    )
    if not booster.feature_importance().any():
        raise TrainingError(
            f"{len(fit):,} rows are too few to tell who churns from who stays: no split has "
            f"{settings.min_data_in_leaf} on both sides; bring more customers or more history"
        )
    return booster.model_to_string(num_iteration=booster.best_iteration)


def fit_calibration(
    booster_text: str, calibrate: Snapshots, blend: Blend = BOOSTER_ALONE
) -> Calibration:
    """Fit the sigmoid on the margin by maximum likelihood, on rows no part of it has seen.

    Raises:
        TrainingError: Only one outcome occurs, or a higher margin means less churn.
    """
    _refuse_single_outcome("calibration", calibrate)
    as_of = str(calibrate.rows.as_of[0].astype("datetime64[D]"))
    uncalibrated = ChurnModel(booster_text, Calibration(1.0, 0.0, as_of, len(calibrate)), blend)
    slope, intercept = fit_logistic(uncalibrated.log_odds(calibrate.rows), calibrate.churned)
    if slope <= 0:
        raise TrainingError(
            f"the model does not carry over to {as_of}: customers it calls riskier churned less "
            f"(slope {slope:.2f}); check the data around that date, or train on more dates"
        )
    return Calibration(slope, intercept, as_of, len(calibrate))


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


def _refuse_single_outcome(role: str, snapshots: Snapshots) -> None:
    gone = int(snapshots.churned.sum())
    if gone in (0, len(snapshots)):
        raise TrainingError(
            f"{role}: {gone} of {len(snapshots)} customers churned, so there is nothing to tell "
            "apart; change [churn] horizon_days or silent_days"
        )
