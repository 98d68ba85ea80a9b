"""Populations with planted groups, and with none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.churn_definition import Inactivity
from scoring.segments.clusters import Clustering, ClusterSettings
from scoring.segments.customers import Customers
from scoring.segments.scheme import Off, Population
from tests.scoring.segments.populations import customers_with
from training.clustering.fit import cluster_fit

QUICK = ClusterSettings(bootstrap_fits=8)
# Days since the last order, orders in 365 days, money per order.
CENTRES = ((2.0, 60.0, 15.0), (200.0, 2.0, 15.0), (20.0, 8.0, 200.0), (3.0, 3.0, 30.0))


def blobs(*centres: tuple[float, float, float], size: int = 150, seed: int = 0) -> Customers:
    """Lognormal groups around each centre, one after the other."""
    random = np.random.default_rng(seed)
    logs = np.log1p(np.repeat(centres, size, axis=0))
    return shoppers(logs + random.normal(0, 0.1, logs.shape))


def shoppers(logs: NDArray[np.float64]) -> Customers:
    """Customers whose recency, frequency and order value have these logarithms."""
    days, orders, value = np.expm1(logs).T
    return customers_with(
        days_since_last_order=days, orders_last_365_days=orders, mean_order_value=value
    )


def population(customers: Customers, seed: int = 7) -> Population:
    return Population(customers, Inactivity(silent_days=90, horizon_days=30), "EUR", seed)


def found(
    customers: Customers,
    champion: Clustering | None = None,
    seed: int = 7,
    settings: ClusterSettings = QUICK,
) -> Clustering | Off:
    return cluster_fit(champion)(population(customers, seed), settings)


def clustering(customers: Customers, **options: Any) -> Clustering:
    fitted = found(customers, **options)
    assert isinstance(fitted, Clustering)
    return fitted


def why_off(customers: Customers, **options: Any) -> str:
    fitted = found(customers, **options)
    assert isinstance(fitted, Off)
    assert fitted.why.zh
    return fitted.why.en
