"""The logistic regression gets what helps customers held out, and no more."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.churn import probability
from tests.training.churners import SETTINGS, snapshots
from training.blend import SHARES, blended, choose_share
from training.calibration import fit_logistic
from training.crossfit import HeldOut, cross_fit
from training.metrics import log_loss

Vector = NDArray[np.float64]


def held_out(truth_in_booster: float, truth_in_logistic: float, seed: int = 1) -> HeldOut:
    """Two opinions, each the truth with noise of its own: the less truth, the more noise."""
    random = np.random.default_rng(seed)
    some = snapshots(seed, 4000)
    truth = 1.5 * (some.rows.values[:, 0] - 30) / 15

    def opinion(share: float) -> Vector:
        return np.asarray(share * truth + (1 - share) * random.normal(scale=2.0, size=len(some)))

    return HeldOut(some, opinion(truth_in_booster), opinion(truth_in_logistic), 10)


def loss_by_hand(found: HeldOut, share: float) -> float:
    margin = (1 - share) * found.boosted + share * found.steady
    slope, intercept = fit_logistic(margin, found.snapshots.churned)
    return log_loss(found.snapshots.churned, probability(slope * margin + intercept))


@pytest.mark.parametrize("truths", [(0.8, 0.8), (0.9, 0.5), (0.4, 0.7)])
def test_the_share_has_the_lowest_log_loss_of_all(truths: tuple[float, float]) -> None:
    found = held_out(*truths)
    losses = {share: loss_by_hand(found, share) for share in SHARES}
    assert choose_share(found) == min(losses, key=losses.__getitem__)


def test_noise_gets_nothing_and_the_truth_all() -> None:
    assert choose_share(held_out(1.0, 0.0)) == 0.0
    assert choose_share(held_out(0.0, 1.0)) == 1.0


def test_two_opinions_of_one_worth_get_about_half_each() -> None:
    assert 0.3 <= choose_share(held_out(0.7, 0.7)) <= 0.65


def test_the_margin_is_shared_as_it_is_served() -> None:
    found = cross_fit(snapshots(1, 300), SETTINGS, seed=7)
    np.testing.assert_allclose(blended(found, 0.3), 0.7 * found.boosted + 0.3 * found.steady)
