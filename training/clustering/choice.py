"""How many clusters: as many as resampled customers agree on and as stand apart.

Stability alone is not enough: of many customers any lopsided cloud is cut in two at the same place
every time. So the silhouette must also exceed what k-means reaches in a cloud without clusters.
"""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.metrics.cluster import contingency_matrix
from sklearn.metrics.pairwise import euclidean_distances

from scoring.segments.clusters import ClusterSettings, Tried

SILHOUETTE_SAMPLE = 2500
# Of few points the silhouette varies more from cloud to cloud, and the highest of more is taken.
LEAST_CLOUDS, MOST_CLOUDS, POINTS_OF_CLOUDS = 5, 30, 10_000
STARTS, STARTS_OF_RESAMPLES = 10, 4
WELL_APART = 0.5  # the silhouette of a "reasonable structure" (Kaufman and Rousseeuw, 1990)
# Of the best lead: for more clusters than that has, and for what is in service to stay.
SHARE_OF_BEST_LEAD, STAY, STAY_WELL_APART = 0.75, 0.5, 0.9
# A mean of some tens of resamples varies by some hundredths with the seed.
SLACK = 0.1


def try_counts(
    points: NDArray[np.float64], settings: ClusterSettings, seed: int
) -> tuple[Tried, ...]:
    """Fit every number of clusters, and judge it.

    Args:
        points: Standardised customers, shape (customers, axes).
        settings: Thresholds.
        seed: Of starts, resamples and clouds.
    """
    counts = range(2, min(settings.most, len(np.unique(points, axis=0))) + 1)
    fits = [fit_k_means(points, count, STARTS, seed) for count in counts]
    resampled = [_resampled(points, fit, settings.bootstrap_fits, seed) for fit in fits]
    silhouettes = _silhouettes(points, [fit.labels_ for fit in fits], seed)
    clouds = int(np.clip(POINTS_OF_CLOUDS // len(points), LEAST_CLOUDS, MOST_CLOUDS))
    references = np.max(
        [_silhouettes_of_cloud(points, counts, seed, i) for i in range(clouds)], axis=0
    )
    return tuple(
        _judged(
            Tried(
                count=count,
                stability=stability,
                recurrence=recurrence,
                silhouette=silhouette,
                reference=reference,
                smallest=float(np.bincount(fit.labels_, minlength=count).min() / len(points)),
                passes=False,
            ),
            settings,
        )
        for count, fit, (stability, recurrence), silhouette, reference in zip(
            counts, fits, resampled, silhouettes, references.tolist(), strict=True
        )
    )


def choose(
    tried: tuple[Tried, ...], settings: ClusterSettings, champions: int | None
) -> int | None:
    """The champion's number of clusters where it may stay; else the best that passes.

    The best has the greatest lead (the silhouette above the reference). Where even its clusters
    shade into each other, none is the true number, and the most that still have most of that lead
    tell a business more.

    Args:
        tried: Every number of clusters.
        settings: Thresholds.
        champions: Clusters in service; None where there are none.

    Returns:
        None where no number of clusters passes.
    """
    passing = [one for one in tried if one.passes]
    staying = [one for one in tried if one.count == champions and _may_stay(one, settings)]
    if not passing and not staying:
        return None
    best = max(passing or staying, key=lead)
    if best.silhouette >= WELL_APART:
        stay, share = STAY_WELL_APART, 1.0
    else:
        stay, share = STAY, SHARE_OF_BEST_LEAD
    if any(lead(one) >= _part(best, stay) for one in staying):
        return champions
    return max(one.count for one in passing if lead(one) >= _part(best, share))


def lead(one: Tried) -> float:
    """By how much the clusters stand apart more than those of an evenly filled cloud."""
    return one.silhouette - one.reference


def fit_k_means(
    points: NDArray[np.float64],
    count: int,
    starts: int,
    seed: int,
    start: NDArray[np.float64] | None = None,
) -> Any:
    """K-means from random starts, or from one `start`.

    Where points have fewer distinct values than `count`, some clusters are empty.
    """
    with warnings.catch_warnings():
        # A resample may hold fewer distinct customers; what comes of it is judged like any fit.
        warnings.simplefilter("ignore", ConvergenceWarning)
        init = "k-means++" if start is None else start
        return KMeans(count, init=init, n_init=starts, random_state=seed).fit(points)


def _part(best: Tried, share: float) -> float:
    """A share of the best lead; where settings let a negative one pass, all of it."""
    return min(share * lead(best), lead(best))


def _may_stay(tried: Tried, settings: ClusterSettings) -> bool:
    """What is in service stays at laxer thresholds: else customers would move by chance alone."""
    return (
        tried.stability >= settings.least_stability - SLACK
        and tried.recurrence >= settings.least_recurrence - SLACK
        and lead(tried) >= min(settings.least_lead / 2, settings.least_lead)
        and tried.smallest >= settings.least_share / 2
    )


def _judged(tried: Tried, settings: ClusterSettings) -> Tried:
    passes = (
        tried.stability >= settings.least_stability
        and tried.recurrence >= settings.least_recurrence
        and lead(tried) >= settings.least_lead
        and tried.smallest >= settings.least_share
    )
    return replace(tried, passes=passes)


def _resampled(
    points: NDArray[np.float64], fitted: Any, fits: int, seed: int
) -> tuple[float, float]:
    """How well fits of bootstrap samples agree, on the customers that each sample left out.

    Returns:
        The mean adjusted Rand index (Hubert and Arabie, 1985) of the whole; and of the cluster
        that comes back worst, the mean Jaccard index with its like (Hennig, 2007): cutting one of
        many clusters anywhere hardly lowers the former.
    """
    count = fitted.n_clusters
    agreements, likes = [], []
    for resample in range(fits):
        random = np.random.default_rng((seed, count, resample))
        drawn = random.integers(len(points), size=len(points))
        other = fit_k_means(points[drawn], count, STARTS_OF_RESAMPLES, seed + resample)
        out = np.ones(len(points), dtype=bool)
        out[drawn] = False
        mine, others = fitted.labels_[out], other.predict(points[out])
        agreements.append(adjusted_rand_score(mine, others))
        shared = contingency_matrix(mine, others)
        either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
        best = np.zeros(count)
        best[np.unique(mine)] = (shared / either).max(axis=1)
        likes.append(best)
    return float(np.mean(agreements)), float(np.mean(likes, axis=0).min())


def _silhouettes(
    points: NDArray[np.float64], partitions: Sequence[NDArray[np.int32]], seed: int
) -> list[float]:
    """Mean silhouette (Rousseeuw, 1987) of each partition, of a sample where points are many.

    A partition that has but one cluster in the sample has 0.
    """
    drawn = np.arange(len(points))
    if len(points) > SILHOUETTE_SAMPLE:
        random = np.random.default_rng(seed)
        drawn = random.choice(len(points), SILHOUETTE_SAMPLE, replace=False)
    distances = euclidean_distances(points[drawn])  # once for all partitions
    return [
        float(silhouette_score(distances, labels[drawn], metric="precomputed"))
        if 1 < len(np.unique(labels[drawn])) < len(drawn)
        else 0.0
        for labels in partitions
    ]


def _silhouettes_of_cloud(
    points: NDArray[np.float64], counts: Iterable[int], seed: int, i: int
) -> list[float]:
    """What k-means reaches in a box filled evenly, with the covariance of the points.

    The reference of the gap statistic, aligned with the principal components (Tibshirani, Walther
    and Hastie, 2001). Evenly filled rather than normal, as k-means cuts a box more neatly than a
    ball: what stands out from both is no artefact of cutting.
    """
    variances, directions = np.linalg.eigh(np.atleast_2d(np.cov(points.T)))
    spread = np.sqrt(3 * np.clip(variances, 0, None))
    random = np.random.default_rng((seed, i))
    size = min(len(points), SILHOUETTE_SAMPLE)
    cloud = random.uniform(-1, 1, (size, len(spread))) * spread @ directions.T
    fits = [fit_k_means(cloud, count, STARTS_OF_RESAMPLES, seed) for count in counts]
    return _silhouettes(cloud, [fit.labels_ for fit in fits], seed)
