"""Fit k-means clusters of behaviour and name each by what sets it apart."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from features.build import FeatureRows
from scoring.segments.clusters import Clusters, log_behaviour
from training.errors import TrainingError

BOOTSTRAP_FITS = 10
SILHOUETTE_SAMPLE = 2000
# Per clustered feature: what a low and a high centroid is called, most telling feature first.
WORDS = {
    1: ("occasional", "frequent"),
    2: ("small baskets", "large baskets"),
    0: ("recent", "fading"),
}
TELLING = 0.5  # standard deviations from the population's mean


def fit_clusters(rows: FeatureRows, count: int, seed: int) -> Clusters:
    """K-means on standardised log behaviour.

    Args:
        rows: The population, one row per customer.
        count: Number of clusters.
        seed: Of initialisation and bootstrap.

    Raises:
        TrainingError: Fewer distinct customers than clusters.
    """
    scaler = StandardScaler()
    points = scaler.fit_transform(log_behaviour(rows))
    distinct = len(np.unique(points, axis=0))
    if distinct <= count:
        raise TrainingError(
            f"{distinct} customers with distinct behaviour are too few for {count} clusters; "
            "lower [training] clusters"
        )
    fitted = _fit(points, count, seed)
    return Clusters(
        mean=tuple(scaler.mean_.tolist()),
        scale=tuple(scaler.scale_.tolist()),
        centroids=tuple(tuple(centroid) for centroid in fitted.cluster_centers_.tolist()),
        names=tuple(name_centroids(fitted.cluster_centers_)),
        silhouette=float(
            silhouette_score(
                points,
                fitted.labels_,
                sample_size=min(SILHOUETTE_SAMPLE, len(points)),
                random_state=seed,
            )
        ),
        stability=_stability(points, fitted, seed),
    )


def _fit(points: NDArray[np.float64], count: int, seed: int) -> KMeans:
    # One thread: sums in another order would move centroids by a bit, and the bundle's id.
    with threadpool_limits(1):
        return KMeans(count, n_init=10, random_state=seed).fit(points)


def _stability(points: NDArray[np.float64], fitted: KMeans, seed: int) -> float:
    """Mean adjusted Rand index (Hubert and Arabie, 1985) against fits of bootstrap samples."""
    random = np.random.default_rng(seed)
    agreements = []
    for _ in range(BOOTSTRAP_FITS):
        sample = points[random.integers(len(points), size=len(points))]
        other = _fit(sample, fitted.n_clusters, seed)
        agreements.append(adjusted_rand_score(fitted.labels_, other.predict(points)))
    return float(np.mean(agreements))


def name_centroids(centroids: NDArray[np.float64]) -> list[str]:
    """A distinct name per centroid, from the features in which it lies off the mean."""
    chosen = [{axis for axis in WORDS if abs(centroid[axis]) >= TELLING} for centroid in centroids]
    names = _names(centroids, chosen)
    for _ in WORDS:
        for i, name in enumerate(names):
            if names.count(name) > 1:
                unused = [axis for axis in WORDS if axis not in chosen[i]]
                chosen[i].update(sorted(unused, key=lambda axis: -abs(centroids[i][axis]))[:1])
        names = _names(centroids, chosen)
    return [
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})"
        for i, name in enumerate(names)
    ]


def _names(centroids: NDArray[np.float64], chosen: list[set[int]]) -> list[str]:
    names = []
    for centroid, axes in zip(centroids, chosen, strict=True):
        words = [WORDS[axis][int(centroid[axis] > 0)] for axis in WORDS if axis in axes]
        names.append(", ".join(words).capitalize() or "Typical")
    return names
