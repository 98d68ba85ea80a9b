"""How many clusters: as many as resampled customers agree on and as stand apart.

Stability alone is not enough: of many customers any lopsided cloud is cut in two at the same place
every time. So the silhouette must also exceed what k-means reaches in a cloud without clusters.
"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score

from scoring.segments.clusters import ClusterSettings, Tried

SILHOUETTE_SAMPLE = 2500
REFERENCE_CLOUDS = 5
STARTS, STARTS_OF_RESAMPLES = 10, 4
# Of the counts that pass, those that stand apart half as well as the best may be chosen.
SHARE_OF_BEST_LEAD = 0.5


def try_counts(
    points: NDArray[np.float64], settings: ClusterSettings, seed: int
) -> tuple[Tried, ...]:
    """Fit every number of clusters, and judge it.

    Args:
        points: Standardised customers, shape (customers, axes).
        settings: Thresholds.
        seed: Of starts, resamples and clouds.
    """
    clouds = [
        _cloud(points, np.random.default_rng((seed, cloud))) for cloud in range(REFERENCE_CLOUDS)
    ]
    return tuple(
        _tried(points, count, clouds, settings, seed)
        for count in range(2, min(settings.most, len(np.unique(points, axis=0))) + 1)
    )


def choose(tried: tuple[Tried, ...], champions: int | None) -> int | None:
    """The champion's number of clusters where that passes; else the most that pass.

    Of those that pass, only counts whose lead (the silhouette above the reference) is at least
    half of the best lead are taken.

    Returns:
        None where no number of clusters passes.
    """
    passing = [one for one in tried if one.passes]
    if not passing:
        return None
    best = max(lead(one) for one in passing)
    near = [one.count for one in passing if lead(one) >= SHARE_OF_BEST_LEAD * best]
    return champions if champions in near else max(near)


def lead(one: Tried) -> float:
    """By how much the clusters stand apart more than those of an evenly filled cloud."""
    return one.silhouette - one.reference


def fit_k_means(points: NDArray[np.float64], count: int, starts: int, seed: int) -> Any:
    """K-means; where points have fewer distinct values than `count`, some clusters are empty."""
    with warnings.catch_warnings():
        # A resample may hold fewer distinct customers; what comes of it is judged like any fit.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(count, n_init=starts, random_state=seed).fit(points)


def _tried(
    points: NDArray[np.float64],
    count: int,
    clouds: list[NDArray[np.float64]],
    settings: ClusterSettings,
    seed: int,
) -> Tried:
    fitted = fit_k_means(points, count, STARTS, seed)
    stability = _stability(points, fitted, settings.bootstrap_fits, seed)
    silhouette = _silhouette(points, fitted.labels_, seed)
    reference = max(
        _silhouette(cloud, fit_k_means(cloud, count, STARTS_OF_RESAMPLES, seed).labels_, seed)
        for cloud in clouds
    )
    smallest = float(np.bincount(fitted.labels_, minlength=count).min() / len(points))
    passes = (
        stability >= settings.least_stability
        and silhouette - reference >= settings.least_lead
        and smallest >= settings.least_share
    )
    return Tried(count, stability, silhouette, reference, smallest, passes)


def _stability(points: NDArray[np.float64], fitted: Any, fits: int, seed: int) -> float:
    """Mean adjusted Rand index (Hubert and Arabie, 1985) with fits of bootstrap samples.

    Each is compared on the customers that its sample left out.
    """
    agreements = []
    for resample in range(fits):
        random = np.random.default_rng((seed, fitted.n_clusters, resample))
        drawn = random.integers(len(points), size=len(points))
        other = fit_k_means(points[drawn], fitted.n_clusters, STARTS_OF_RESAMPLES, seed + resample)
        out = np.ones(len(points), dtype=bool)
        out[drawn] = False
        agreements.append(adjusted_rand_score(fitted.labels_[out], other.predict(points[out])))
    return float(np.mean(agreements))


def _silhouette(points: NDArray[np.float64], labels: NDArray[np.int32], seed: int) -> float:
    """Mean silhouette (Rousseeuw, 1987) of a sample; 0 where the sample has one cluster only."""
    if len(points) > SILHOUETTE_SAMPLE:
        drawn = np.random.default_rng(seed).choice(len(points), SILHOUETTE_SAMPLE, replace=False)
        points, labels = points[drawn], labels[drawn]
    found = len(np.unique(labels))
    return float(silhouette_score(points, labels)) if 1 < found < len(points) else 0.0


def _cloud(points: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """A box filled evenly, with the covariance of the points.

    The reference of the gap statistic, aligned with the principal components (Tibshirani, Walther
    and Hastie, 2001). Evenly filled rather than normal, as k-means cuts a box more neatly than a
    ball: what stands out from both is no artefact of cutting.
    """
    variances, directions = np.linalg.eigh(np.atleast_2d(np.cov(points.T)))
    spread = np.sqrt(3 * np.clip(variances, 0, None))
    size = min(len(points), SILHOUETTE_SAMPLE)
    filled: NDArray[np.float64] = random.uniform(-1, 1, (size, len(spread))) * spread
    return filled @ directions.T
