"""The final booster has the rounds it was told, and equal bits for an equal seed."""

import re

import numpy as np

from scoring.churn import Calibration, ChurnModel
from tests.training.churners import SETTINGS, snapshots
from training.boosting import fit_booster


def test_the_text_holds_the_rounds_that_were_asked_for() -> None:
    booster = fit_booster(snapshots(1), 17, SETTINGS, seed=7)

    assert len(re.findall(r"^Tree=", booster, flags=re.MULTILINE)) == 17
    model = ChurnModel(booster, Calibration(1.0, 0.0, "2024-06-01", 1))
    assert model.booster is not None
    limited = model.booster.predict(snapshots(3).rows.values, raw_score=True, num_iteration=17)
    np.testing.assert_array_equal(model.log_odds(snapshots(3).rows), limited)


def test_the_same_seed_gives_the_same_booster() -> None:
    first, again, other = (fit_booster(snapshots(1), 20, SETTINGS, seed) for seed in (7, 7, 8))
    assert first == again != other
