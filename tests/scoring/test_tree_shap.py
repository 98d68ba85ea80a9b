"""SHAP values by table are those of LightGBM's TreeSHAP, whatever is missing or a category."""

from typing import Any

import lightgbm
import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.tree_shap import CHUNK, MOST_TESTS, TreeShap

ROWS, FEATURES, CATEGORIES = 1500, 6, 9


def table(seed: int) -> NDArray[np.float64]:
    """Four features of numbers with holes and zeros, and two of categories."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(ROWS, FEATURES)).round(1)  # values that meet thresholds
    values[:, 4:] = random.integers(CATEGORIES, size=(ROWS, 2))
    values[random.random(values.shape) < 0.15] = np.nan
    values[:, 3] = np.nan_to_num(values[:, 3])  # never missing when it is learned
    return values


def booster(**settings: Any) -> lightgbm.Booster:
    values = table(1)
    known = np.nan_to_num(values)
    margin = known[:, 0] * known[:, 1] + np.isnan(values[:, 2]) + (known[:, 4] % 3 == 1)
    margin += known[:, 3] - 2 * np.isin(known[:, 5], (2, 5))
    label = np.random.default_rng(2).random(ROWS) < 1 / (1 + np.exp(-margin))
    chosen = {"objective": "binary", "num_leaves": 8, "min_data_in_leaf": 5, "verbose": -1}
    chosen |= {"num_threads": 1, "cat_smooth": 1.0, "min_data_per_group": 5}
    rows = lightgbm.Dataset(values, label, categorical_feature=[4, 5])
    return lightgbm.train(chosen | settings, rows, num_boost_round=20)


def unseen() -> NDArray[np.float64]:
    """Other rows: holes where there were none, numbers beyond all, categories never seen."""
    values = table(3)
    values[::7, 3] = np.nan
    values[::11, 0] = 1e9
    values[::5, 1] = 0.0
    values[::13, 4] = CATEGORIES + 3
    values[::17, 5] = -2.0
    values[::19, 5] = 2.9
    return values


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"num_leaves": 2},
        {"num_leaves": 31, "max_depth": 6},
        {"zero_as_missing": True},
        {"use_missing": False},
        {"max_cat_to_onehot": 1},
        {"monotone_constraints": [1, 0, 0, 0, 0, 0]},
    ],
    ids=str,
)
def test_contributions_are_those_of_tree_shap(settings: dict[str, Any]) -> None:
    model, rows = booster(**settings), unseen()
    theirs = np.asarray(model.predict(rows, pred_contrib=True, num_threads=1))

    ours = TreeShap.of(model)

    assert ours is not None
    assert len(ours.tests) > 5
    np.testing.assert_allclose(ours.contributions(rows), theirs[:, :-1], rtol=0, atol=1e-10)
    assert ours.expected == pytest.approx(theirs[0, -1], rel=0, abs=1e-10)


def test_what_is_tested_holds_numbers_categories_and_every_kind_of_missing() -> None:
    """The parity above would say little of what the boosters never ask."""
    kinds = set()
    for settings in ({}, {"zero_as_missing": True}, {"use_missing": False}):
        ours = TreeShap.of(booster(**settings))
        assert ours is not None
        kinds |= {(test.missing, test.categories is not None) for test in ours.tests}
        kinds |= {("default", test.default_left) for test in ours.tests}
    assert kinds >= {
        ("NaN", False), ("NaN", True), ("Zero", False), ("None", False),
        ("default", True), ("default", False),
    }  # fmt: skip


def test_trees_of_many_splits_are_parted() -> None:
    model = booster(num_leaves=31, max_depth=6)
    ours = TreeShap.of(model)
    assert ours is not None
    assert len(ours.tables) > model.num_trees()
    assert max(len(one.tests) for one in ours.tables) <= MOST_TESTS


def test_a_booster_with_a_longer_path_has_no_tables() -> None:
    assert TreeShap.of(booster(num_leaves=200, min_data_in_leaf=1)) is None


def test_a_tree_without_a_split_adds_to_the_mean_alone() -> None:
    model = booster(min_data_in_leaf=ROWS)
    ours = TreeShap.of(model)
    assert ours is not None
    assert (ours.contributions(unseen()) == 0).all()
    margin = np.asarray(model.predict(unseen(), raw_score=True))
    assert ours.expected == pytest.approx(margin[0], rel=0, abs=1e-12)


def test_a_row_has_the_same_bits_alone_and_among_others() -> None:
    ours = TreeShap.of(booster())
    assert ours is not None
    rows = np.tile(unseen(), (4, 1))
    assert len(rows) > CHUNK
    together = ours.contributions(rows)
    for i in (0, 1, 77, CHUNK - 1, CHUNK, len(rows) - 1):
        assert ours.contributions(rows[i : i + 1]).tobytes() == together[i : i + 1].tobytes()
    assert ours.contributions(rows[::-1])[::-1].tobytes() == together.tobytes()
