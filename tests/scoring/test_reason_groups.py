"""The catalogue of reasons: every feature in one group, and groups of what goes together."""

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import CATALOG, NAMES
from scoring.reason_groups import GROUP_OF, GROUPS, PLAINER, ReasonGroup

FAMILY = {feature.name: feature.family for feature in CATALOG}
ROWS = {feature.name: feature.rows for feature in CATALOG}


def test_every_feature_of_the_catalog_is_in_exactly_one_group() -> None:
    grouped = [name for group in GROUPS for name in group.features]
    assert sorted(grouped) == sorted(NAMES)


def test_codes_and_names_stand_once() -> None:
    said = [(group.code, group.name.en, group.name.zh) for group in GROUPS]
    for column in zip(*said, strict=True):
        assert len(set(column)) == len(GROUPS)


def test_names_are_in_both_languages_and_none_is_a_columns() -> None:
    for group in GROUPS:
        assert group.name.en.isascii()
        assert group.name.en[0].isupper()
        assert "_" not in group.name.en
        assert not group.name.zh.isascii()


def ranks(rows: FeatureRows, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    column = np.nan_to_num(rows.column(name), nan=-1.0)
    _, places = np.unique(column, return_inverse=True)
    return places.astype(np.float64)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.code)
def test_features_of_a_group_share_their_theme_or_are_correlated(
    group: ReasonGroup, everyone: FeatureRows
) -> None:
    """One family, made from the same rows; else each goes with another of the group."""
    if len({(FAMILY[name], ROWS[name]) for name in group.features}) == 1:
        return
    columns = {name: ranks(everyone, name) for name in group.features}
    varying = {name: column for name, column in columns.items() if column.std() > 0}
    for name, column in varying.items():
        others = [
            abs(np.corrcoef(column, other)[0, 1])
            for another, other in varying.items()
            if another != name
        ]
        assert not others or max(others) > 0.4, name


def test_a_weighted_count_is_told_by_one_of_its_own_group() -> None:
    assert {name for name in NAMES if "_halved_" in name} == set(PLAINER)
    for weighted, plain in PLAINER.items():
        assert GROUP_OF[weighted] is GROUP_OF[plain]
