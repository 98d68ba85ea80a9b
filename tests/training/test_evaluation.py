"""Figures by hand, and intervals that hold what they should."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from retinue.commands.configuring import config_of
from scoring.churn_definition import Inactivity
from tests.conftest import Trained
from training.baselines import fit_plain_booster, recency_probabilities, said_by_baselines
from training.capacity import Capacity
from training.champion import not_comparable, outcomes_seen_until
from training.errors import TrainingError
from training.evaluation import evaluate
from training.metrics import METRICS
from training.snapshots import Snapshots, build_snapshots
from training.splits import split_dates


@pytest.fixture(scope="module")
def test_snapshot(trained: Trained) -> Snapshots:
    split = split_dates(config_of(trained.project), trained.tables)
    return build_snapshots(trained.tables, trained.project.churn, [split.test])


def test_each_figure_lies_in_its_interval_and_the_model_ranks_well(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=100, seed=1)

    model, rule = found.rules["model"], found.rules["recency_rule"]
    for figures in found.rules.values():
        for metric in set(METRICS) - {"calibration_error"}:  # resampling can only add to that one
            assert figures[metric].low <= figures[metric].value <= figures[metric].high
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


def test_every_baseline_is_judged_on_the_rows_of_the_model(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=20, seed=1)

    said, _ = said_by_baselines(trained.bundle, test_snapshot)
    assert list(found.rules) == [
        "model",
        "recency_rule",
        "three_term_logistic",
        "uncalibrated",
        "bg_nbd",
    ]
    for rule, probabilities in said.items():
        by_hand = log_loss(test_snapshot.churned, probabilities)
        assert found.rules[rule]["log_loss"].value == pytest.approx(by_hand)
        difference = found.rules["model"]["log_loss"].value - by_hand
        assert found.model_minus[rule]["log_loss"].value == pytest.approx(difference)
    assert found.model_minus_recency == found.model_minus["recency_rule"]


def test_a_plain_booster_is_judged_where_there_is_one_and_else_named_as_absent(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    plain = fit_plain_booster(test_snapshot, seed=7)  # it has seen four fifths of the outcomes

    beside = evaluate(trained.bundle, test_snapshot, samples=20, seed=1, plain_booster=plain)
    without = evaluate(trained.bundle, test_snapshot, samples=20, seed=1)

    assert beside.rules["plain_lightgbm"]["roc_auc"].value > without.rules["model"]["roc_auc"].value
    assert "no bundle keeps it" in without.absent["plain_lightgbm"]
    assert {**beside.rules, "plain_lightgbm": None} == {**without.rules, "plain_lightgbm": None}


def test_a_champion_made_before_the_test_is_judged_beside_the_model(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=20, seed=1, champion=trained.bundle)

    assert found.rules["champion"] == found.rules["model"]
    assert all(one.low == one.high == 0 for one in found.model_minus["champion"].values())
    assert "champion" not in found.absent


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"catalog_hash": "another"}, "made with other features"),
        ({"churn_definition": Inactivity(silent_days=61, horizon_days=28)}, "means by churn"),
    ],
)
def test_a_champion_that_cannot_be_compared_is_named_as_absent(
    trained: Trained, test_snapshot: Snapshots, changes: dict[str, Any], why: str
) -> None:
    champion = replace(trained.bundle, manifest=replace(trained.bundle.manifest, **changes))
    found = evaluate(trained.bundle, test_snapshot, samples=20, seed=1, champion=champion)
    assert "champion" not in found.rules
    assert why in found.absent["champion"]


def test_a_champion_made_from_outcomes_after_the_test_is_not_judged(trained: Trained) -> None:
    manifest = trained.bundle.manifest
    seen = outcomes_seen_until(manifest)
    assert not_comparable(manifest, manifest, seen) is None
    why = not_comparable(manifest, manifest, seen - timedelta(days=1))
    assert why is not None
    assert "would flatter it" in why


def test_profit_is_that_of_the_customers_a_rule_would_contact(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    capacity = Capacity(share=0.2, contact_cost=5.0, save_rate=0.5, worth=20.0)

    found = evaluate(trained.bundle, test_snapshot, samples=20, seed=1, capacity=capacity)

    campaign = found.campaign
    assert campaign is not None
    silent = test_snapshot.rows.column("days_since_last_order")
    longest = np.argsort(-silent, kind="stable")[: len(silent) // 5]
    by_hand = (0.5 * 20.0 * test_snapshot.churned[longest] - 5.0).sum()
    assert campaign.profit["list_by_recency"].value == pytest.approx(by_hand)
    said = recency_probabilities(trained.bundle, test_snapshot)
    worthwhile = int((0.5 * 20.0 * said > 5.0).sum())
    assert campaign.contacted["recency_rule"] == min(worthwhile, len(silent) // 5)
    assert found.rules["model"]["profit_at_capacity"] == campaign.profit["model"]


def test_resamples_sorted_once_give_the_figures_of_resamples_drawn_plainly(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    found = evaluate(trained.bundle, test_snapshot, samples=30, seed=5)

    said = recency_probabilities(trained.bundle, test_snapshot)
    outcomes, random = test_snapshot.churned, np.random.default_rng(5)
    drawn = []
    for _ in range(30):
        chosen = random.integers(len(outcomes), size=len(outcomes))
        drawn.append(roc_auc_score(outcomes[chosen], said[chosen]))
    interval = found.rules["recency_rule"]["roc_auc"]
    assert [interval.low, interval.high] == pytest.approx(np.percentile(drawn, [2.5, 97.5]))
