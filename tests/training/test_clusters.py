"""Clusters are found where there are some, and each has a name of its own."""

import numpy as np
import pytest

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.segments.clusters import FEATURES
from training.clusters import fit_clusters, name_centroids
from training.errors import TrainingError


def population(*groups: tuple[float, float, float], size: int = 60) -> FeatureRows:
    random = np.random.default_rng(3)
    values = np.zeros((size * len(groups), len(NAMES)))
    for i, group in enumerate(groups):
        for name, centre in zip(FEATURES, group, strict=True):
            spread = random.normal(1.0, 0.02, size)
            values[i * size : (i + 1) * size, NAMES.index(name)] = centre * spread
    ids = np.arange(len(values)).astype(str).astype(object)
    return FeatureRows(ids, np.full(len(values), "2024-06-01", dtype="datetime64[us]"), values)


PLANTED = population((2.0, 40.0, 15.0), (60.0, 2.0, 15.0), (20.0, 8.0, 200.0))


def test_planted_groups_are_found_whole() -> None:
    fitted = fit_clusters(PLANTED, 3, seed=1)

    labels = fitted.label(PLANTED).reshape(3, -1)
    assert [len(set(group)) for group in labels.tolist()] == [1, 1, 1]
    assert len({group[0] for group in labels.tolist()}) == 3
    assert fitted.stability == pytest.approx(1.0)
    assert fitted.silhouette > 0.8


def test_names_say_what_sets_a_cluster_apart() -> None:
    # Axes: days silent, orders, order value, in standard deviations.
    centroids = np.array([[-0.8, 1.0, 0.0], [1.2, -1.1, 0.0], [0.1, -0.2, 1.5], [0.0, 0.1, -0.1]])
    assert name_centroids(centroids) == [
        "Frequent, recent",
        "Occasional, fading",
        "Large baskets",
        "Typical",
    ]


def test_alike_clusters_still_get_names_of_their_own() -> None:
    centroids = np.array([[0.0, 1.0, 0.2], [0.1, 1.5, -0.3], [0.0, 1.0, 0.2]])
    assert len(set(name_centroids(centroids))) == 3


def test_too_few_customers_are_refused() -> None:
    rows = population((1.0, 1.0, 1.0), size=4)
    with pytest.raises(TrainingError, match=r"too few for 5 clusters; lower \[training\] clusters"):
        fit_clusters(rows, 5, seed=1)
