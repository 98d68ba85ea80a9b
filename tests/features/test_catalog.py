"""The catalog is complete and says what it must of every feature."""

from features.catalog import CATALOG, NAMES
from features.orders import days_since_last_order


def test_names_are_the_functions_names_and_stand_once() -> None:
    assert NAMES[0] == days_since_last_order.__name__
    assert len(set(NAMES)) == len(NAMES) >= 15


def test_every_feature_says_what_it_is_what_null_means_and_how_a_reason_puts_it() -> None:
    for feature in CATALOG:
        assert feature.description.endswith("."), feature.name
        assert "\n" not in feature.description, feature.name
        assert feature.null, feature.name
        assert "{value}" in feature.phrase, feature.name
