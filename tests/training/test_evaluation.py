"""Figures by hand, and intervals that hold what they should."""

import numpy as np
import pytest

from retinue.commands.configuring import config_of
from tests.conftest import Trained
from training.errors import TrainingError
from training.evaluation import METRICS, calibration_error, evaluate, lift_at_tenth
from training.snapshots import Snapshots, build_snapshots
from training.splits import split_dates


@pytest.fixture(scope="module")
def test_snapshot(trained: Trained) -> Snapshots:
    split = split_dates(config_of(trained.project), trained.tables)
    return build_snapshots(trained.tables, trained.project.churn, [split.test])


def test_calibration_error_by_hand() -> None:
    outcomes = np.array([False, True] * 10)
    said = np.repeat(np.linspace(0.05, 0.95, 10), 2)  # ten bins of two, each half churned
    by_hand = np.mean(np.abs(0.5 - np.linspace(0.05, 0.95, 10)))
    assert calibration_error(outcomes, said) == pytest.approx(by_hand)


def test_calibration_error_of_the_base_rate_is_zero() -> None:
    outcomes = np.array([False, True] * 10)
    assert calibration_error(outcomes, np.full(20, 0.5)) == pytest.approx(0.0)


def test_lift_by_hand() -> None:
    outcomes = np.array([True] * 2 + [False] * 6 + [True] * 2 + [False] * 10)
    said = np.linspace(1, 0, 20)
    assert lift_at_tenth(outcomes, said) == pytest.approx(1.0 / 0.2)


def test_each_figure_lies_in_its_interval_and_the_model_ranks_well(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=100, seed=1)

    model, rule = found.rules["model"], found.rules["recency_rule"]
    for metric in set(METRICS) - {"calibration_error"}:  # resampling can only add to that one
        assert model[metric].low <= model[metric].value <= model[metric].high
    assert model["roc_auc"].value > 0.8
    difference = found.model_minus_recency["log_loss"]
    assert difference.value == pytest.approx(model["log_loss"].value - rule["log_loss"].value)


def test_the_same_seed_gives_the_same_intervals(trained: Trained, test_snapshot: Snapshots) -> None:
    first = evaluate(trained.bundle, test_snapshot, samples=20, seed=1)
    again = evaluate(trained.bundle, test_snapshot, samples=20, seed=1)
    other = evaluate(trained.bundle, test_snapshot, samples=20, seed=2)
    assert first == again != other


def test_one_outcome_only_is_refused(trained: Trained, test_snapshot: Snapshots) -> None:
    everyone = np.ones(len(test_snapshot), dtype=bool)
    gone = Snapshots(test_snapshot.rows, everyone, test_snapshot.excluded)
    with pytest.raises(TrainingError, match="with one outcome only there is nothing to judge"):
        evaluate(trained.bundle, gone, samples=20, seed=1)


def test_excluded_customers_are_counted_by_cause(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=20, seed=1)
    assert found.customers == len(test_snapshot)
    assert found.excluded["already_churned"] > 0


def test_differences_are_paired_on_the_same_resamples(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=100, seed=1)
    apart = [found.rules[rule]["log_loss"] for rule in ("model", "recency_rule")]
    difference = found.model_minus_recency["log_loss"]
    unpaired = sum((interval.high - interval.low) ** 2 for interval in apart) ** 0.5
    assert difference.high - difference.low < 0.8 * unpaired
