"""Clusters by hand: the nearest centroid in standardised log behaviour."""

import math
from dataclasses import replace

import numpy as np

from features.build import FeatureRows
from scoring.segments.clusters import Clusters, log_behaviour
from tests.scoring.rows import NULL, feature_rows

FITTED = Clusters(
    mean=(0.0, 0.0, 0.0),
    scale=(1.0, 1.0, 1.0),
    centroids=((0.0, 0.0, 0.0), (math.log(8), math.log(4), math.log(101))),
    names=("Quiet", "Busy"),
    silhouette=0.5,
    stability=0.9,
)


def behaviour(days: list[float], orders: list[float], basket: list[float]) -> FeatureRows:
    return feature_rows(
        days_since_last_order=days, orders_last_91_days=orders, mean_order_value=basket
    )


def test_log_behaviour_is_log_of_one_plus_each_feature() -> None:
    rows = behaviour(days=[7.0], orders=[3.0], basket=[100.0])
    np.testing.assert_allclose(
        log_behaviour(rows), [[math.log(8), math.log(4), math.log(101)]], rtol=1e-15
    )


def test_null_and_negative_behaviour_counts_as_zero() -> None:
    rows = behaviour(days=[NULL, 0.0], orders=[0.0, 0.0], basket=[-5.0, NULL])
    assert log_behaviour(rows).tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_a_customer_belongs_to_the_nearest_centroid() -> None:
    on_quiet, on_busy, nearer_busy = (0.0, 0.0, 0.0), (7.0, 3.0, 100.0), (3.0, 1.0, 20.0)
    days, orders, basket = map(list, zip(on_quiet, on_busy, nearer_busy, strict=True))
    # (ln 4, ln 2, ln 21) is 3.41 from the origin and 1.85 from (ln 8, ln 4, ln 101).
    assert FITTED.label(behaviour(days, orders, basket)).tolist() == ["Quiet", "Busy", "Busy"]


def test_distances_are_taken_in_units_of_the_populations_spread() -> None:
    # Unscaled, the second customer would be 0.4 from the first centroid and 1.2 from the other.
    fitted = replace(
        FITTED,
        mean=(math.log(2), 0.0, 0.0),
        scale=(1.0, 0.01, 1.0),
        centroids=((0.0, 0.0, 0.0), (1.1, 1.0, 0.0)),
    )
    assert fitted.label(behaviour([1.0], [math.expm1(0.01)], [0.0])).tolist() == ["Quiet"]
    assert fitted.label(behaviour([2.0], [math.expm1(0.01)], [0.0])).tolist() == ["Busy"]


def test_a_tie_goes_to_the_cluster_named_first() -> None:
    either = ((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0))
    fitted = replace(FITTED, centroids=either, names=("B", "A"))
    assert fitted.label(behaviour([0.0], [0.0], [0.0])).tolist() == ["B"]


def test_no_customers_have_no_labels() -> None:
    assert FITTED.label(behaviour([], [], [])).shape == (0,)
