"""Labelled rows of which the truth is known: churn follows from days silent alone."""

import numpy as np

from features.build import FeatureRows
from features.catalog import NAMES
from scoring.churn import probability
from training.config import ModelSettings
from training.snapshots import Snapshots

SETTINGS = ModelSettings(min_data_in_leaf=20, most_rounds=300, patience=10)


def snapshots(
    seed: int,
    count: int = 1500,
    strength: float = 1.5,
    dates: tuple[str, ...] = ("2024-06-01",),
) -> Snapshots:
    """Customers at each date; the other features are noise."""
    random = np.random.default_rng(seed)
    rows = count * len(dates)
    values = np.abs(random.normal(size=(rows, len(NAMES))))
    values[:, 0] = random.integers(0, 60, rows)
    odds = strength * (values[:, 0] - 30) / 15
    churned = random.random(rows) < probability(odds)
    as_of = np.repeat(np.array(dates, dtype="datetime64[us]"), count)
    customers = np.tile(np.arange(count).astype(str).astype(object), len(dates))
    return Snapshots(FeatureRows(customers, as_of, values), churned, {day: {} for day in dates})


def all_stayed(count: int = 50) -> Snapshots:
    """Nobody churns."""
    some = snapshots(0, count)
    return Snapshots(some.rows, np.zeros(count, dtype=bool), some.excluded)
