"""Boosting stops early, calibration undoes a distortion, and both refuse what has no answer."""

import re

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn import Calibration, ChurnModel, probability
from training.config import ModelSettings
from training.errors import TrainingError
from training.fit import fit_booster, fit_calibration, fit_logistic, fit_recency_rule
from training.snapshots import Snapshots

SETTINGS = ModelSettings(min_data_in_leaf=20, most_rounds=300, patience=10)


def snapshots(seed: int, count: int = 1500, strength: float = 1.5) -> Snapshots:
    """Churn depends on days silent alone; the other features are noise."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(count, len(NAMES)))
    values[:, 0] = random.integers(0, 60, count)
    odds = strength * (values[:, 0] - 30) / 15
    churned = random.random(count) < probability(odds)
    as_of = np.full(count, "2024-06-01", dtype="datetime64[us]")
    rows = FeatureRows(np.arange(count).astype(str).astype(object), as_of, values)
    return Snapshots(rows, churned, {"2024-06-01": {}})


def all_stayed(count: int = 50) -> Snapshots:
    some = snapshots(0, count)
    return Snapshots(some.rows, np.zeros(count, dtype=bool), some.excluded)


def trees(booster_text: str) -> int:
    return len(re.findall(r"^Tree=", booster_text, flags=re.MULTILINE))


def test_boosting_stops_at_the_best_round_and_saves_no_tree_beyond_it() -> None:
    booster = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)

    assert 1 < trees(booster) < SETTINGS.most_rounds
    model = ChurnModel(booster, Calibration(1.0, 0.0, "2024-06-01", 1))
    limited = model.booster.predict(
        snapshots(3).rows.values, raw_score=True, num_iteration=trees(booster)
    )
    np.testing.assert_array_equal(model.log_odds(snapshots(3).rows), limited)


def test_the_same_seed_gives_the_same_booster() -> None:
    first = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)
    again = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)
    other = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=8)
    assert first == again != other


def test_calibration_brings_mean_prediction_to_the_churn_rate() -> None:
    booster = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)
    calibrate = snapshots(4, strength=0.7)  # a weaker signal than the booster learned

    calibration = fit_calibration(booster, calibrate)

    said = probability(ChurnModel(booster, calibration).log_odds(calibrate.rows))
    assert 0 < calibration.slope < 0.8
    assert said.mean() == pytest.approx(calibrate.churned.mean(), abs=1e-4)
    assert (calibration.fitted_at, calibration.fitted_rows) == ("2024-06-01", len(calibrate))


def test_a_model_that_does_not_carry_over_is_refused() -> None:
    booster = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)
    upside_down = snapshots(4, strength=-1.5)
    with pytest.raises(TrainingError, match=r"does not carry over to 2024-06-01: .*slope -"):
        fit_calibration(booster, upside_down)


def test_one_outcome_only_is_refused_with_the_set_named() -> None:
    with pytest.raises(TrainingError, match="early stopping: 0 of 50 customers churned"):
        fit_booster(snapshots(1), all_stayed(), SETTINGS, seed=7)


def test_the_recency_rule_rises_with_silence() -> None:
    slope, _ = fit_recency_rule(snapshots(5))
    assert slope > 0


def test_logistic_regression_on_one_variable_is_unpenalised() -> None:
    values = np.repeat([0.0, 1.0], 100)
    outcomes = np.concatenate([np.arange(100) < 20, np.arange(100) < 60])

    slope, intercept = fit_logistic(values, outcomes)

    assert intercept == pytest.approx(np.log(20 / 80), abs=1e-3)
    assert slope == pytest.approx(np.log(60 / 40) - np.log(20 / 80), abs=1e-3)


def test_too_few_rows_for_a_single_split_are_refused() -> None:
    with pytest.raises(TrainingError, match="30 rows are too few to tell who churns"):
        fit_booster(snapshots(1, 30), snapshots(2, 30), SETTINGS, seed=7)
