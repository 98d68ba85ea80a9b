"""The logistic regression gets what helps at the early-stopping date, and no more."""

import lightgbm
import numpy as np
import pytest

from scoring.churn import probability
from scoring.logistic import Logistic, Term
from tests.training.test_fit import SETTINGS, snapshots
from training.blend import SHARES, choose_blend
from training.fit import fit_booster, fit_logistic
from training.metrics import log_loss
from training.snapshots import Snapshots

DRIVER = "days_since_last_order"


def loss_by_hand(booster: str, logistic: Logistic, share: float, stop: Snapshots) -> float:
    told = lightgbm.Booster(model_str=booster).predict(stop.rows.values, raw_score=True)
    boosted = np.asarray(told, dtype=np.float64)
    margin = (1 - share) * boosted + share * logistic.log_odds(stop.rows)
    slope, intercept = fit_logistic(margin, stop.churned)
    return log_loss(stop.churned, probability(slope * margin + intercept))


@pytest.mark.parametrize("feature", [DRIVER, "orders_in_total"])
def test_the_share_has_the_lowest_log_loss_of_all(feature: str) -> None:
    booster = fit_booster(snapshots(1, 300), snapshots(2, 300), SETTINGS, seed=7)
    logistic, stop = Logistic(0.0, (Term(feature, 2.0, 0.0, 0.0),)), snapshots(3)

    found = choose_blend(booster, logistic, stop)

    losses = {share: loss_by_hand(booster, logistic, share, stop) for share in SHARES}
    assert found.share == min(losses, key=losses.__getitem__)
    assert found.logistic == logistic


def test_terms_that_are_noise_get_nothing() -> None:
    booster = fit_booster(snapshots(1), snapshots(2), SETTINGS, seed=7)
    noise = Logistic(0.0, (Term("orders_in_total", 2.0, 0.0, 0.0),))
    assert choose_blend(booster, noise, snapshots(3)).share == 0.0


def test_terms_that_know_more_than_a_small_booster_get_a_share() -> None:
    booster = fit_booster(snapshots(1, 250), snapshots(2, 250), SETTINGS, seed=7)
    telling = Logistic(-8.0, (Term(DRIVER, 2.5, 0.0, 0.0),))
    assert choose_blend(booster, telling, snapshots(3)).share > 0
