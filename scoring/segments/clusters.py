"""Named clusters: k-means on log-transformed, standardised behaviour; here only their labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows

FEATURES = (
    "days_since_last_order",
    "orders_last_91_days",
    "mean_order_value",
)


@dataclass(frozen=True)
class Clusters:
    """A fitted k-means.

    Attributes:
        mean: Per feature of FEATURES, the mean of log(1 + x) in the population it was fitted on.
        scale: Per feature, the standard deviation.
        centroids: One tuple per cluster, in standardised units.
        names: One name per cluster.
        silhouette: Mean silhouette of the fit: 1 is perfectly apart, 0 is no structure.
        stability: Mean adjusted Rand index between the fit and fits of bootstrap samples:
            1 is the same partition every time, 0 is chance.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    centroids: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]
    silhouette: float
    stability: float

    def label(self, rows: FeatureRows) -> NDArray[np.str_]:
        """Name of the nearest cluster, shape (rows,); ties go to the first named."""
        standardised = (log_behaviour(rows) - np.array(self.mean)) / np.array(self.scale)
        # Differences, not the expanded square: a row alone gets the very bits it gets in a batch.
        offsets = standardised[:, None, :] - np.array(self.centroids)[None, :, :]
        nearest = np.square(offsets).sum(axis=2).argmin(axis=1)
        return np.array([self.names[cluster] for cluster in nearest], dtype=np.str_)


def log_behaviour(rows: FeatureRows) -> NDArray[np.float64]:
    """log(1 + x) of the clustered features, shape (rows, len(FEATURES)).

    A customer without a value (no purchase that is not a return) counts as zero; negative
    averages, which only returns can cause, likewise.
    """
    columns = np.column_stack([rows.column(name) for name in FEATURES])
    return np.log1p(np.clip(np.nan_to_num(columns), 0, None))
