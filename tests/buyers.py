"""Customers drawn from the very models that value is predicted with, and what they did next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from scoring.value.purchasing import Purchasing
from scoring.value.spending import Spending
from tests.scoring.rows import feature_rows

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Buyers:
    """Histories up to an as-of date, and orders and money in the days after it."""

    rows: FeatureRows
    orders_after: Vector
    spend_after: Vector


def buyers(
    purchasing: Purchasing, spending: Spending, customers: int, days: float, seed: int
) -> Buyers:
    """Draw customers who came up to 700 days before the as-of date, order by order."""
    random = np.random.default_rng(seed)
    rate = random.gamma(purchasing.r, 1 / purchasing.alpha, customers)
    leaving = random.beta(purchasing.a, purchasing.b, customers)
    age = np.floor(random.uniform(10, 700, customers))
    moment, repeats, recency, after = (np.zeros(customers) for _ in range(4))
    here = np.ones(customers, dtype=bool)
    while here.any():
        moment = moment + random.exponential(1 / np.maximum(rate, 1e-12))
        before, later = here & (moment <= age), here & (moment > age) & (moment <= age + days)
        repeats, after = repeats + before, after + later
        recency = np.where(before, moment, recency)
        here = (before | later) & (random.random(customers) >= leaving)
    price = random.gamma(spending.q, 1 / spending.gamma, customers)
    spent = random.gamma(spending.p * (repeats + 1)) / price
    spend_after = np.where(after > 0, random.gamma(spending.p * np.maximum(after, 1)) / price, 0.0)
    rows = feature_rows(
        orders_in_total=list(repeats + 1),
        days_since_first_order=list(age),
        days_since_last_order=list(age - np.floor(recency)),
        mean_order_value=list(spent / (repeats + 1)),
        spend_in_total=list(spent),
        refunds_in_total=[0.0] * customers,
    )
    return Buyers(rows, after, spend_after)
