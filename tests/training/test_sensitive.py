"""Sensitive attributes: found by name, judged group by group, small groups withheld."""

import numpy as np
import pytest

from retinue.commands.configuring import config_of
from tests.conftest import Trained
from training import sensitive
from training.capacity import Capacity
from training.evaluation import Evaluation
from training.metrics import log_loss, roc_auc
from training.panel import Interval
from training.sensitive import (
    at_most_some,
    resamples,
    section,
    sensitive_among,
    sensitive_slices,
    with_list,
)
from training.slices import LISTED, Slices, slices_of
from training.snapshots import build_snapshots
from training.splits import split_dates
from training.train import TrainingResult


def test_attributes_are_sensitive_by_their_name() -> None:
    names = ("customer_id", "age_band", "MaritalStatus", "income_band", "page", "SeniorCitizen")
    assert sensitive_among(names) == ("age_band", "MaritalStatus", "income_band", "SeniorCitizen")
    assert sensitive_among(("客户编号", "月收入", "性别", "积分")) == ("月收入", "性别")


def by_gender(count: int = 400) -> tuple[Slices, np.ndarray, np.ndarray, np.ndarray]:
    """Two large groups and one of three customers."""
    random = np.random.default_rng(2)
    likely = random.uniform(0.1, 0.7, count)
    churned = random.random(count) < likely
    gender = np.where(np.arange(count) % 3 == 0, "female", "male").astype(object)
    gender[:3] = "divers"
    ids = np.array([f"c{i}" for i in range(count)], dtype=object)
    said = with_list(ids, churned, likely, Capacity(share=0.25))
    return slices_of("gender", said, gender, 50, seed=1), gender, churned, likely


def test_figures_of_a_group_are_those_of_its_customers() -> None:
    found, gender, churned, likely = by_gender()
    listed = np.argsort(-likely)[:100]
    for one in found.groups[1:]:
        here = gender == one.name
        if one.name == "divers":
            assert one.figures is None
            continue
        assert one.figures is not None
        assert one.rows == here.sum()
        assert one.figures["log_loss"].value == pytest.approx(log_loss(churned[here], likely[here]))
        assert one.figures["roc_auc"].value == pytest.approx(roc_auc(churned[here], likely[here]))
        share = np.isin(np.flatnonzero(here), listed).mean()
        assert one.figures[LISTED].value == pytest.approx(share)
        assert one.figures[LISTED].low < share < one.figures[LISTED].high
    assert found.groups[0].figures is not None
    assert found.groups[0].figures[LISTED].value == 0.25


def test_the_card_has_a_line_for_each_group_but_the_small_ones() -> None:
    found, _, churned, likely = by_gender()
    text = section([found], "The table")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0] for line in lines] == ["| gender", "| all", "| female", "| male"]
    assert f"| all | 400 | {churned.mean():.1%} | {likely.mean():.1%} |" in text
    assert lines[1].endswith("| 25.0% |")
    assert "Withheld, with fewer than 50 rows" in text
    assert "divers" in text.splitlines()[-1]


def test_where_nothing_is_sensitive_the_card_says_so() -> None:
    assert "The table has no attribute whose name says" in section([], "The table")


def test_many_numbers_become_quarters_and_many_words_the_largest() -> None:
    ages = np.array([str(20 + i % 40) for i in range(400)] + ["unknown"] * 3, dtype=object)
    assert sorted(set(at_most_some(ages))) == [
        "30 to under 40", "40 to under 50", "50 and more", "under 30", "unknown",
    ]  # fmt: skip
    towns = np.array([f"town {i % 20}" for i in range(400)] + ["town 3"] * 5, dtype=object)
    found = set(at_most_some(towns))
    assert len(found) == 12
    assert {"town 3", "others"} <= found
    few = np.array(["a", "b", "unknown"] * 10, dtype=object)
    assert at_most_some(few) is few


def test_many_customers_are_drawn_less_often() -> None:
    assert [resamples(1000, rows) for rows in (2_317, 100_000, 1_000_000)] == [1000, 200, 100]
    assert resamples(50, 1_000_000) == 50


def test_groups_of_a_training_are_judged_as_the_model_was(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(trained.project)
    split = split_dates(config, trained.tables)
    test = build_snapshots(trained.tables, config.churn, [split.test])
    nothing = Evaluation("", 0, 0, {}, Interval(0.0, 0.0, 0.0), {}, {}, {}, {}, 0)
    result = TrainingResult(trained.bundle, nothing, split, test, config)
    assert sensitive_slices(result, trained.tables, ("customer_id", "region")) == ()

    # The simulated shop knows a region alone, of half its customers.
    monkeypatch.setattr(sensitive, "sensitive_among", lambda _: ("region",))
    (found,) = sensitive_slices(result, trained.tables, ("region",))

    assert [one.name for one in found.groups] == ["all", "north", "unknown"]
    everyone = found.groups[0].figures
    assert everyone is not None
    metrics = trained.bundle.manifest.metrics
    for metric in ("roc_auc", "log_loss", "calibration_error"):
        assert everyone[metric].value == pytest.approx(metrics[f"test_{metric}"])
    assert everyone[LISTED].value == pytest.approx(0.1, abs=0.01)
