"""Calibration undoes a distortion, and refuses a model that is upside down."""

import numpy as np
import pytest

from scoring.churn import Calibration, ChurnModel, probability
from tests.training.churners import SETTINGS, all_stayed, snapshots
from training.boosting import fit_booster
from training.calibration import fit_calibration, fit_logistic, fit_recency_rule
from training.churn_model import calibrated_anew
from training.errors import TrainingError


def a_model() -> ChurnModel:
    return ChurnModel(
        fit_booster(snapshots(1), 120, SETTINGS, seed=7), Calibration(1.0, 0.0, "2024-05-01", 9)
    )


def test_calibration_brings_mean_prediction_to_the_churn_rate() -> None:
    calibrate = snapshots(4, strength=0.7)  # a weaker signal than the booster learned

    model = calibrated_anew(a_model(), calibrate)

    said = probability(model.log_odds(calibrate.rows))
    assert 0 < model.calibration.slope < 0.8
    assert said.mean() == pytest.approx(calibrate.churned.mean(), abs=1e-4)
    assert model.calibration.fitted_at == "2024-06-01"
    assert model.calibration.fitted_rows == len(calibrate)


def test_how_it_was_judged_is_kept() -> None:
    before = a_model()
    after = calibrated_anew(before, snapshots(4, strength=0.7))
    assert after.calibration != before.calibration
    assert after.as_judged() == before


def test_calibrating_twice_on_the_same_labels_changes_nothing() -> None:
    latest = snapshots(4, strength=0.7)
    once = calibrated_anew(a_model(), latest)
    assert calibrated_anew(once, latest).calibration == once.calibration


def test_a_model_that_does_not_carry_over_is_refused() -> None:
    upside_down = snapshots(4, strength=-1.5)
    with pytest.raises(TrainingError, match=r"does not carry over to 2024-06-01: .*slope -"):
        calibrated_anew(a_model(), upside_down)


def test_one_outcome_only_is_refused() -> None:
    with pytest.raises(TrainingError, match="calibration: 0 of 50 customers churned"):
        fit_calibration(np.arange(50.0), all_stayed())


def test_the_recency_rule_rises_with_silence() -> None:
    slope, _ = fit_recency_rule(snapshots(5))
    assert slope > 0


def test_logistic_regression_on_one_variable_is_unpenalised() -> None:
    values = np.repeat([0.0, 1.0], 100)
    outcomes = np.concatenate([np.arange(100) < 20, np.arange(100) < 60])

    slope, intercept = fit_logistic(values, outcomes)

    assert intercept == pytest.approx(np.log(20 / 80), abs=1e-3)
    assert slope == pytest.approx(np.log(60 / 40) - np.log(20 / 80), abs=1e-3)
