"""Clusters: customers grouped by k-means on what they do, the groups named by what sets them apart.

Fitted by training (`training/clustering`); here they label, and say why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.build import FeatureRows
from features.feature import Words
from scoring.segments import cluster_words
from scoring.segments.cluster_inputs import RECENCY, Axis, points, raw_values
from scoring.segments.customers import Customers
from scoring.segments.scheme import UNLABELLED, Fact, Label, Labels, Scheme, Settings

CHUNK = 1 << 16  # customers whose distances are held at once


class ClusterSettings(Settings):
    """Clusters of behaviour, by k-means."""

    most: int = Field(default=8, ge=2, le=20, description="Clusters tried: 2 up to this.")
    least_stability: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Least mean adjusted Rand index with fits of resampled customers.",
    )
    least_recurrence: float = Field(
        default=0.75,
        ge=0,
        le=1,
        description="Least mean Jaccard index of each cluster with its like in these fits.",
    )
    least_lead: float = Field(
        default=0.02,
        ge=-1,
        le=1,
        description="Least silhouette above that of an evenly filled cloud of the same extent.",
    )
    least_share: float = Field(
        default=0.03, ge=0, lt=0.5, description="Of all customers, the least in a cluster."
    )
    least_customers: int = Field(
        default=100, ge=20, description="Fewer customers with an order are too few for clusters."
    )
    bootstrap_fits: int = Field(default=40, ge=2, description="Resamples behind the stability.")


@dataclass(frozen=True)
class Cluster:
    """One cluster.

    Attributes:
        code: Its id, `cluster_3`: follows the cluster across retrains, and is never given again.
        name: What sets it apart; may change as its customers do.
        centroid: In standard deviations, one number per axis.
        share: Of the customers it was fitted on.
    """

    code: str
    name: Words
    centroid: tuple[float, ...]
    share: float


@dataclass(frozen=True)
class Tried:
    """What came of one number of clusters.

    Attributes:
        count: Clusters.
        stability: Mean adjusted Rand index with the fits of resamples: 1 is the same clusters
            every time, 0 is chance.
        recurrence: Of the least stable cluster, the mean Jaccard index with its like in those
            fits: customers in both divided by customers in either.
        silhouette: Mean silhouette: 1 is perfectly apart, 0 is no structure.
        reference: The highest silhouette of clusters of evenly filled clouds of the same extent.
        smallest: Share of the customers in the smallest cluster.
        passes: Whether all of that is enough.
    """

    count: int
    stability: float
    recurrence: float
    silhouette: float
    reference: float
    smallest: float
    passes: bool


@dataclass(frozen=True)
class LeftOut:
    """An input that this population is not clustered by."""

    name: str
    why: Words


@dataclass(frozen=True)
class Clustering:
    """A fitted k-means.

    Attributes:
        axes: The inputs that the population has, with their scales.
        left_out: The others.
        clusters: Most frequent, most recent and dearest buyers first.
        tried: By number of clusters.
        moved: Share of customers whose cluster has another id than by the champion; None
            without a champion.
        next_id: The first number that no cluster has had.
        currency: Code of the currency that money is in.
    """

    axes: tuple[Axis, ...]
    left_out: tuple[LeftOut, ...]
    clusters: tuple[Cluster, ...]
    tried: tuple[Tried, ...]
    moved: float | None
    next_id: int
    currency: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """One per cluster."""
        return tuple(Label(cluster.code, cluster.name) for cluster in self.clusters)

    @property
    def chosen(self) -> Tried:
        """The number of clusters that was chosen, with its stability and silhouette."""
        return next(one for one in self.tried if one.count == len(self.clusters))

    def label(self, customers: Customers) -> Labels:
        """The nearest cluster of everyone who ever ordered; ties go to the first."""
        rows = customers.rows
        nearest = np.full((2, len(rows)), UNLABELLED)
        distances = np.full((2, len(rows)), np.nan)
        for start in range(0, len(rows), CHUNK):
            some = slice(start, start + CHUNK)
            nearest[:, some], distances[:, some] = self._nearest_two(
                rows.slice(start, start + CHUNK)
            )
        never = np.isnan(rows.column(RECENCY))
        nearest[:, never], distances[:, never] = UNLABELLED, np.nan
        codes = np.array([*(cluster.code for cluster in self.clusters), None], dtype=object)
        return Labels(
            nearest[0],
            {
                "cluster": codes[nearest[0]],
                "distance": distances[0],
                "next_cluster": codes[nearest[1]],
                "next_distance": distances[1],
            }
            | {axis.name: raw_values(rows, axis.name) for axis in self.axes},
        )

    def rule(self) -> Words:
        """What customers are clustered by, why into so many, and what each cluster is like."""
        return cluster_words.rule(self)

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """How near the customer is to the cluster, and what sets that apart."""
        return cluster_words.explain(self, facts)

    def _nearest_two(self, rows: FeatureRows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions of the two nearest clusters and the distances to them, shape (2, rows)."""
        columns = points(rows, self.axes).T
        squares = np.zeros((len(self.clusters), len(rows)))
        centroids = np.array([cluster.centroid for cluster in self.clusters])
        # Differences, not the expanded square, and axis by axis: only operations on each element
        # by itself, so that a row alone gets the very bits it gets in a batch.
        for column, places in zip(columns, centroids.T, strict=True):
            squares += np.square(column - places[:, None])
        order = np.argsort(squares, axis=0, kind="stable")[:2]
        return order, np.sqrt(np.take_along_axis(squares, order, axis=0))


CLUSTER = Scheme(
    "cluster",
    Words("Clusters", "聚类分群"),
    1,
    ClusterSettings,
    Clustering,
    None,
    unlabelled=cluster_words.NEVER_ORDERED,
)
