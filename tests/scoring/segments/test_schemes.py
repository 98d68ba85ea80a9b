"""The tuple of schemes: names, orders and settings that people and machines rely on."""

import pytest

from scoring.segments.lifecycle_states import FOLLOWS, IMPOSSIBLE, LABELS
from scoring.segments.scheme import Scheme
from scoring.segments.schemes import BY_NAME, SCHEMES

TAXONOMY = {
    "rfm", "abc", "lifecycle", "purchasing_power", "usage_frequency", "spending_habit",
    "satisfaction", "feedback", "needs", "geography", "region", "demography", "psychography",
    "social", "value", "risk", "cluster",
}  # fmt: skip


def test_every_row_of_the_taxonomy_is_a_scheme() -> None:
    assert set(BY_NAME) == TAXONOMY
    assert len(SCHEMES) == len(TAXONOMY)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_a_scheme_speaks_both_languages_and_has_a_documented_section(scheme: Scheme) -> None:
    words = (scheme.title, scheme.unlabelled)
    assert all(word.en and word.zh and word.en != word.zh for word in words)
    assert (scheme.settings.__doc__ or "").strip()
    assert all(field.description for field in scheme.settings.model_fields.values())


@pytest.mark.parametrize(
    "scheme", [scheme for scheme in SCHEMES if scheme.order], ids=lambda scheme: scheme.name
)
def test_no_label_has_two_places_in_an_order(scheme: Scheme) -> None:
    codes = [code for tier in scheme.order for code in tier]
    assert len(codes) == len(set(codes)) > 1


def test_what_no_life_can_do_is_declared_impossible() -> None:
    places = {label.code: place for place, label in enumerate(LABELS)}
    assert ("active", "prospect") in IMPOSSIBLE
    assert ("churned", "active") not in IMPOSSIBLE
    assert not any(FOLLOWS[places[before], places[after]] for before, after in IMPOSSIBLE)
    assert len(IMPOSSIBLE) == (~FOLLOWS).sum()
