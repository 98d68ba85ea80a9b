"""How many clusters: thresholds, the lead, and what is in service."""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from scoring.segments.clusters import ClusterSettings, Tried
from training.clustering.choice import choose, try_counts

SETTINGS = ClusterSettings(bootstrap_fits=5, most=5)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    # As in a fit: so few points are slower on many threads, by far where cores are busy.
    with threadpool_limits(1):
        yield


def tried(
    count: int, stability: float, lead: float, smallest: float = 0.1, silhouette: float = 0.4
) -> Tried:
    passes = stability >= 0.8 and lead >= 0.02 and smallest >= 0.03
    return Tried(count, stability, 0.9, silhouette, silhouette - lead, smallest, passes)


def test_of_clusters_well_apart_the_number_with_the_greatest_lead_is_taken() -> None:
    found = (
        tried(2, 0.99, 0.2, silhouette=0.7),
        tried(3, 0.85, 0.3, silhouette=0.6),
        tried(4, 0.85, 0.29, silhouette=0.8),
    )

    assert choose(found, SETTINGS, None) == 3


def test_of_clusters_that_shade_into_each_other_the_most_with_most_of_the_lead_are_taken() -> None:
    found = (tried(2, 0.99, 0.1), tried(3, 0.85, 0.076), tried(4, 0.85, 0.074))

    assert choose(found, SETTINGS, None) == 3


def test_silhouette_alone_does_not_choose() -> None:
    assert choose((tried(2, 0.5, 0.5, silhouette=0.9), tried(3, 0.9, 0.1)), SETTINGS, None) == 3


def test_none_is_chosen_where_none_passes() -> None:
    assert choose((tried(2, 0.7, 0.3), tried(3, 0.9, 0.01)), SETTINGS, None) is None


@pytest.mark.parametrize(
    ("stability", "lead", "kept"),
    [(0.71, 0.011, 2), (0.69, 0.02, 3), (0.9, 0.009, 3), (0.9, 0.099, 2)],
)
def test_what_is_in_service_stays_at_laxer_thresholds(
    stability: float, lead: float, kept: int
) -> None:
    found = (tried(2, stability, lead), tried(3, 0.9, 0.021))

    assert choose(found, SETTINGS, 2) == kept


def test_what_is_in_service_goes_where_another_number_stands_apart_far_better() -> None:
    shading = (tried(2, 0.99, 0.04), tried(3, 0.9, 0.1))
    apart = (tried(2, 0.99, 0.2), tried(3, 0.9, 0.3, silhouette=0.7))

    assert choose(shading, SETTINGS, 2) == 3
    assert choose(apart, SETTINGS, 2) == 3


def test_settings_may_let_clusters_pass_that_stand_apart_less_than_a_filled_cloud() -> None:
    lax = ClusterSettings(least_lead=-1)
    found = (Tried(2, 0.9, 0.9, 0.2, 0.3, 0.4, passes=True),)

    assert choose(found, lax, None) == choose(found, lax, 2) == 2


def test_two_places_are_two_clusters_and_no_more_are_tried() -> None:
    points = np.repeat([[0.0, 0.0], [1.0, 3.0]], 60, axis=0)

    found = try_counts(points, SETTINGS, seed=1)

    assert [one.count for one in found] == [2]
    assert found[0].stability == 1
    assert found[0].silhouette == 1
    assert found[0].smallest == 0.5
    assert found[0].passes


@pytest.mark.parametrize(
    "strict",
    [
        ClusterSettings(bootstrap_fits=5, most=5, least_recurrence=0.9),
        ClusterSettings(bootstrap_fits=5, most=5, least_recurrence=0, least_stability=0.97),
        ClusterSettings(bootstrap_fits=5, most=5, least_lead=0.35),
        ClusterSettings(bootstrap_fits=5, most=5, least_share=0.2),
    ],
)
def test_one_group_cut_in_two_is_found_out_though_the_others_agree(
    strict: ClusterSettings,
) -> None:
    random = np.random.default_rng(1)
    centres = [[0, 0], [6, 0], [0, 6], [6, 6]]
    points = np.repeat(centres, 80, axis=0) + random.normal(0, 0.5, (320, 2))

    by_count = {one.count: one for one in try_counts(points, strict, seed=1)}

    assert by_count[4].stability == by_count[4].recurrence == 1
    assert by_count[4].silhouette - by_count[4].reference > 0.3
    assert by_count[5].stability > SETTINGS.least_stability
    assert by_count[5].recurrence < by_count[5].stability - 0.1
    assert [count for count, one in by_count.items() if one.passes][-1] == 4
    assert choose(tuple(by_count.values()), strict, None) == 4
