"""A search finds settings no worse for customers held out, and the same for the same trials."""

import numpy as np
import pytest

from scoring.churn import probability
from tests.training.churners import SETTINGS, all_stayed, snapshots
from training.crossfit import cross_fit, held_out_loss
from training.errors import TrainingError
from training.metrics import log_loss
from training.tuning import Budget, tune

FIT = snapshots(1, 300)
TRIALS = Budget(seconds=None, trials=9)


def test_what_is_found_is_no_worse_for_customers_held_out() -> None:
    told: list[tuple[int, float, float]] = []

    found = tune(FIT, SETTINGS, 7, TRIALS, lambda *step: told.append(step))

    assert found.loss_before == pytest.approx(held_out_loss(FIT, SETTINGS, 7))
    assert found.loss == pytest.approx(held_out_loss(FIT, found.settings, 7), abs=2e-3)
    assert found.loss <= found.loss_before
    assert found.trials == len(told) == 9
    assert [trials for trials, _, _ in told] == [*range(1, 10)]
    assert told[-1][2] == found.loss


def test_the_same_trials_find_the_same_settings() -> None:
    once, again = (tune(FIT, SETTINGS, 7, TRIALS) for _ in range(2))
    assert once == again
    assert once.settings.most_rounds == SETTINGS.most_rounds  # no budget of rounds is searched


def test_a_search_ends_by_its_time() -> None:
    found = tune(FIT, SETTINGS, 7, Budget(seconds=0.01, trials=None))
    assert found.trials == 1
    assert found.loss == found.loss_before


def test_a_search_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="seconds or of trials to end by"):
        tune(FIT, SETTINGS, 7, Budget(None, None))


def test_one_outcome_only_is_refused_before_searching() -> None:
    with pytest.raises(TrainingError, match="0 of 50 customers churned"):
        tune(all_stayed(), SETTINGS, 7, TRIALS)


def test_the_loss_held_out_is_that_of_the_boosters_that_are_blended() -> None:
    found = cross_fit(FIT, SETTINGS, seed=7)
    whole = log_loss(found.snapshots.churned, probability(found.boosted))
    assert held_out_loss(FIT, SETTINGS, 7) == pytest.approx(whole, abs=0.01)
    assert np.isfinite(whole)
