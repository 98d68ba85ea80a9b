"""Groups: figures by hand, small ones withheld, and no alarm where the probabilities are right."""

from dataclasses import replace

import numpy as np
import pytest

from retinue.commands.configuring import config_of
from tests.conftest import Trained
from tests.scoring.rows import feature_rows
from training.errors import TrainingError
from training.groups import groups_of
from training.slices import Said, Slices, in_words, slices_of
from training.snapshots import Snapshots, build_snapshots
from training.splits import split_dates


@pytest.fixture(scope="module")
def test_snapshot(trained: Trained) -> Snapshots:
    split = split_dates(config_of(trained.project), trained.tables)
    return build_snapshots(trained.tables, trained.project.churn, [split.test])


def two_groups(shift: float, count: int = 1000) -> Slices:
    """Of group b, `shift` is said too much."""
    random = np.random.default_rng(5)
    likely = random.uniform(0.2, 0.6, count)
    outcomes = random.random(count) < likely
    groups = np.where(np.arange(count) % 2 == 0, "a", "b").astype(object)
    said = likely + shift * (groups == "b")
    ids = np.array([f"c{i}" for i in range(count)], dtype=object)
    return slices_of("colour", Said(ids, outcomes, said), groups, samples=100, seed=1)


def test_the_gap_of_each_group_by_hand() -> None:
    everyone, a, b = two_groups(0.2).groups
    assert [one.name for one in (everyone, a, b)] == ["all", "a", "b"]
    assert (everyone.rows, a.rows) == (1000, 500)
    assert a.figures
    assert b.figures
    for one in (a.figures, b.figures):
        gap = one["mean_prediction"].value - one["churn_rate"].value
        assert one["gap"].value == pytest.approx(gap)
        assert one["gap"].low < gap < one["gap"].high
    assert b.figures["gap"].low > 0.1


def test_a_group_is_called_miscalibrated_only_where_it_is() -> None:
    assert [one.name for one in two_groups(0.2).groups if one.miscalibrated] == ["b"]
    assert not any(one.miscalibrated for one in two_groups(0.0).groups)
    assert "colour b: the probabilities are too high" in in_words(two_groups(0.2))[0]
    assert in_words(two_groups(-0.2))[0].startswith("colour b: the probabilities are too low")


def test_one_customer_at_many_dates_is_no_evidence_of_many() -> None:
    ids = np.repeat(np.array([f"c{i}" for i in range(60)], dtype=object), 20)
    gone = np.repeat(np.arange(60) < 36, 20)  # 60 % left where 50 % were said, twenty times over
    groups = np.full(len(ids), "a", dtype=object)
    found = slices_of("colour", Said(ids, gone, np.full(len(ids), 0.5)), groups, 50, seed=1)
    assert not found.groups[1].miscalibrated
    alone = np.array([f"d{i}" for i in range(len(ids))], dtype=object)
    found = slices_of("colour", Said(alone, gone, np.full(len(ids), 0.5)), groups, 50, seed=1)
    assert found.groups[1].miscalibrated


def test_a_small_group_is_withheld_and_named() -> None:
    ids = np.array([f"c{i}" for i in range(149)], dtype=object)
    groups = np.array(["large"] * 100 + ["small"] * 49, dtype=object)
    outcomes = np.arange(149) % 2 == 0
    found = slices_of("colour", Said(ids, outcomes, np.full(149, 0.5)), groups, 20, seed=1)
    assert [one.figures is None for one in found.groups] == [False, False, True]
    assert "Withheld, with fewer than 50 rows" in in_words(found)[-1]
    assert in_words(found)[-1].endswith("small.")


def test_bands_stand_in_their_order() -> None:
    names = ["unknown", "100-149K", "Under 15K", "15-24K", "365 days and more", "north"]
    ids = np.array([f"c{i}" for i in range(6)], dtype=object)
    said = Said(ids, np.arange(6) % 2 == 0, np.full(6, 0.5))
    groups = slices_of("x", replace(said), np.array(names, dtype=object), 2, seed=1).groups
    assert [one.name for one in groups[1:]] == [
        "Under 15K",
        "15-24K",
        "100-149K",
        "365 days and more",
        "north",
        "unknown",
    ]


def test_tenure_is_since_the_first_order(trained: Trained) -> None:
    nan = float("nan")
    rows = feature_rows(
        days_since_first_order=[90.0, 91.0, 364.0, 365.0, nan, nan],
        days_since_first_subscription=[nan, nan, nan, nan, 10.0, nan],
    )
    assert groups_of("tenure", rows, trained.tables).tolist() == [
        "under 91 days",
        "91 to 181 days",
        "182 to 364 days",
        "365 days and more",
        "under 91 days",
        "unknown",
    ]


def test_groups_by_scheme_are_the_labels_that_the_bundle_gives(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    groups = groups_of("lifecycle", test_snapshot.rows, trained.tables, trained.bundle)
    codes = {label.code for label in trained.bundle.parts.segments.fitted["lifecycle"].labels}
    assert len(set(groups)) > 1
    assert set(groups) <= codes


def test_groups_by_attribute_are_each_customers_own(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    groups = groups_of("region", test_snapshot.rows, trained.tables)
    even = [int(one[1:]) % 2 == 0 for one in test_snapshot.rows.customer_ids]
    assert groups.tolist() == ["north" if one else "unknown" for one in even]


def test_an_unknown_name_is_refused_with_those_there_are(
    trained: Trained, test_snapshot: Snapshots
) -> None:
    with pytest.raises(TrainingError, match=r"no groups by 'colour'.*tenure, month, region"):
        groups_of("colour", test_snapshot.rows, trained.tables)
