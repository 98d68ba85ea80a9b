"""Nobody is judged by a model that learned from them, and rounds are best for those held out."""

import lightgbm
import numpy as np
import pytest

from features.catalog import NAMES
from tests.training.churners import SETTINGS, all_stayed, snapshots
from training import crossfit
from training.boosting import parameters
from training.crossfit import cross_fit, folds_of, part_of
from training.errors import TrainingError
from training.logistic import fit_three_terms
from training.metrics import log_loss, roc_auc
from training.snapshots import Snapshots

DATES = ("2024-04-01", "2024-05-01", "2024-06-01")


def test_a_held_out_customer_is_learned_from_at_no_date() -> None:
    fit = snapshots(1, 200, dates=DATES)

    folds = folds_of(fit)

    for learn, out in folds:
        assert not set(fit.rows.customer_ids[learn]) & set(fit.rows.customer_ids[out])
        assert set(fit.rows.as_of[out].astype("datetime64[D]").astype(str)) == {DATES[-1]}
    judged = np.concatenate([fit.rows.customer_ids[out] for _, out in folds])
    assert sorted(judged) == sorted(set(fit.rows.customer_ids))


def test_more_customers_leave_everyone_in_their_part() -> None:
    some = np.array(["a", "b", "c", "a"], dtype=object)
    parts = part_of(some)
    assert parts[0] == parts[3]
    np.testing.assert_array_equal(part_of(np.append(some, "d"))[:4], parts)
    many = part_of(np.arange(10_000).astype(str).astype(object))
    assert np.bincount(many).min() > 1900


def test_enough_customers_need_no_further_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossfit, "ENOUGH_CUSTOMERS", 150)
    folds = folds_of(snapshots(1, 500))
    assert 150 <= sum(len(out) for _, out in folds) < 250


def test_what_is_said_of_the_held_out_comes_from_the_others_alone() -> None:
    fit = snapshots(1, 400, dates=DATES)

    found = cross_fit(fit, SETTINGS, seed=7)

    learn, out = folds_of(fit)[0]
    alone = lightgbm.train(
        parameters(SETTINGS, 7, NAMES),
        lightgbm.Dataset(fit.rows.values, fit.churned).construct().subset(learn.tolist()),
        num_boost_round=found.rounds,
    )
    first = slice(0, len(out))
    said = np.asarray(alone.predict(fit.rows.values[out], raw_score=True), dtype=np.float64)
    np.testing.assert_allclose(found.boosted[first], said, atol=1e-9)
    steady = fit_three_terms(fit.where_at(learn)).log_odds(fit.rows.where_at(out))
    np.testing.assert_array_equal(found.steady[first], steady)


def test_labels_that_only_a_leak_could_know_are_not_known() -> None:
    """Coin tosses: whoever ranks them above chance has seen them."""
    fit = snapshots(1, 800, strength=0.0, dates=DATES)
    found = cross_fit(fit, SETTINGS, seed=7)
    assert 0.44 < roc_auc(found.snapshots.churned, found.boosted) < 0.56


def test_no_other_number_of_rounds_is_better_for_those_held_out() -> None:
    fit = snapshots(1, 600)
    rounds = cross_fit(fit, SETTINGS, seed=7).rounds

    def loss(count: int) -> float:
        losses = []
        for learn, out in folds_of(fit):
            data = lightgbm.Dataset(fit.rows.values, fit.churned).construct()
            booster = lightgbm.train(
                parameters(SETTINGS, 7, NAMES), data.subset(learn.tolist()), num_boost_round=count
            )
            said = np.asarray(booster.predict(fit.rows.values[out]), dtype=np.float64)
            losses.append(log_loss(fit.churned[out], said))
        return float(np.mean(losses))

    assert 1 < rounds < SETTINGS.most_rounds
    assert loss(rounds) < min(loss(rounds // 2), loss(rounds + 5))


def test_one_outcome_only_is_refused_with_the_place_named() -> None:
    with pytest.raises(TrainingError, match="the fit dates: 0 of 50 customers churned"):
        cross_fit(all_stayed(), SETTINGS, seed=7)


def test_one_outcome_only_at_the_latest_date_is_refused() -> None:
    fit = snapshots(1, 50, dates=DATES)
    churned = fit.churned & (fit.rows.as_of < np.datetime64(DATES[-1]))
    with pytest.raises(TrainingError, match="the latest fit date: 0 of 50 customers churned"):
        cross_fit(Snapshots(fit.rows, churned, {}), SETTINGS, seed=7)


def test_too_few_rows_for_a_single_split_are_refused() -> None:
    with pytest.raises(TrainingError, match="30 rows are too few to tell who churns"):
        cross_fit(snapshots(1, 30), SETTINGS, seed=7)
