"""The catalog is complete and says what it must of every feature."""

import re

from features.catalog import CATALOG, NAMES
from features.families.recency import days_since_last_order


def test_names_are_the_functions_names_and_stand_once() -> None:
    assert NAMES[0] == days_since_last_order.__name__
    assert len(set(NAMES)) == len(NAMES) >= 90


def test_every_feature_says_what_it_is_what_null_means_and_how_a_reason_puts_it() -> None:
    for feature in CATALOG:
        assert feature.description.en.endswith("."), feature.name
        assert "\n" not in feature.description.en, feature.name
        assert feature.description.zh.endswith("。"), feature.name
        for words in (feature.null, feature.phrase):
            assert words.en.isascii(), feature.name
            assert not words.zh.isascii(), feature.name
        placeholders = [
            re.findall("{.*?}", words) for words in (feature.phrase.en, feature.phrase.zh)
        ]
        assert placeholders in ([["{value}"]] * 2, [["{change}"]] * 2), feature.name
