"""Fit the clusters of a population; the scheme `cluster` is fitted by this."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from threadpoolctl import threadpool_limits

from scoring.segments.cluster_inputs import (
    FREQUENCY,
    INPUTS,
    ORDER_VALUE,
    RECENCY,
    Axis,
    raw_values,
)
from scoring.segments.clusters import Cluster, Clustering, ClusterSettings
from scoring.segments.customers import Customers
from scoring.segments.scheme import UNLABELLED, Off, Population
from training.clustering.choice import STARTS, choose, fit_k_means, try_counts
from training.clustering.match import match
from training.clustering.names import name_clusters
from training.clustering.scale import settle
from training.clustering.why_off import all_alike, not_stable, too_few

LEAST_AXES = 2  # groups by one measure are its grades, not clusters
CHOOSING = 5_000  # customers, drawn at random, by whom the number of clusters is chosen
AS_GOOD = 0.01  # of the sum of squares, by which partitions may differ and be as good
LARGE = 50_000  # customers beyond whom batches of them move the centroids
BATCH = 8_192


def cluster_fit(
    champion: Clustering | None = None,
) -> Callable[[Population, ClusterSettings], Clustering | Off]:
    """How the scheme `cluster` is fitted, for `Segmentation.fit`.

    Args:
        champion: The clusters in service, whose ids and number are kept where they still hold;
            None where there are none.
    """

    def fit(population: Population, settings: ClusterSettings) -> Clustering | Off:
        # One thread: sums in another order would move centroids by a bit, and the bundle's id.
        with threadpool_limits(1):
            return fit_clusters(population, settings, champion)

    return fit


def fit_clusters(
    population: Population, settings: ClusterSettings, champion: Clustering | None
) -> Clustering | Off:
    """Cluster everyone who ever ordered; the order of the customers does not matter."""
    rows, seed = population.customers.rows, population.seed
    ordered = ~np.isnan(rows.column(RECENCY))
    if ordered.sum() < settings.least_customers:
        return too_few(int(ordered.sum()), settings)
    raw = {one.name: raw_values(rows, one.name)[ordered] for one in INPUTS}
    axes, left_out = settle(raw)
    if len(axes) < LEAST_AXES:
        return all_alike(int(ordered.sum()))
    points = in_order_of_values(
        np.column_stack([axis.standardised(raw[axis.name]) for axis in axes])
    )
    drawn = _drawn(points, seed)
    tried = try_counts(drawn, settings, seed)
    count = choose(tried, settings, None if champion is None else len(champion.clusters))
    if count is None:
        return not_stable(tried, settings)
    start = _start(drawn, count, seed, _centroids_of(champion, axes))
    centroids = most_wanted_first(_centroids(points, drawn, start, seed), axes)
    names = name_clusters(axes, centroids, population.churn.silent_days)
    fitted = Clustering(
        axes,
        left_out,
        tuple(
            Cluster(f"cluster_{i}", name, tuple(place), 0.0)
            for i, (name, place) in enumerate(zip(names, centroids.tolist(), strict=True), 1)
        ),
        tried,
        moved=None,
        next_id=count + 1,
        currency=population.currency,
    )
    return with_ids_of(fitted, champion, population.customers)


def with_ids_of(
    fitted: Clustering, champion: Clustering | None, customers: Customers
) -> Clustering:
    """The clusters with the champion's ids where they are the same, and with their sizes.

    Training again on the same data gives the champion's clusters, to the letter.
    """
    if champion is not None and _places(champion) == _places(fitted):
        return champion
    new = fitted.label(customers).positions
    labelled = new != UNLABELLED
    new, count = new[labelled], len(fitted.clusters)
    if champion is None:
        matched = match(new, count, new, (), next_id=1)
    else:
        old = champion.label(customers).positions[labelled]
        codes = tuple(cluster.code for cluster in champion.clusters)
        matched = match(new, count, old, codes, champion.next_id)
    shares = np.bincount(new, minlength=count) / len(new)
    return replace(
        fitted,
        clusters=tuple(
            replace(cluster, code=code, share=share)
            for cluster, code, share in zip(
                fitted.clusters, matched.codes, shares.tolist(), strict=True
            )
        ),
        moved=matched.moved,
        next_id=matched.next_id,
    )


def _places(found: Clustering) -> tuple[object, ...]:
    return (found.axes, *(cluster.centroid for cluster in found.clusters))


def in_order_of_values(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points in an order that their values decide: by a hash, which is quick to sort.

    Points of one hash are equal, but for one chance in 2**64.
    """
    bits = np.ascontiguousarray(points + 0.0).view(np.uint64)  # -0.0 becomes 0.0
    hashes = np.zeros(len(bits), dtype=np.uint64)
    for column in bits.T:
        hashes = (hashes ^ column) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    ordered: NDArray[np.float64] = points[np.argsort(hashes, kind="stable")]
    return ordered


def most_wanted_first(
    centroids: NDArray[np.float64], axes: tuple[Axis, ...]
) -> NDArray[np.float64]:
    """Centroids of frequent, recent and dear buyers first."""
    signs = {FREQUENCY: 1.0, ORDER_VALUE: 1.0, RECENCY: -1.0}
    wanted = centroids @ np.array([signs.get(axis.name, 0.0) for axis in axes])
    ordered: NDArray[np.float64] = centroids[np.lexsort((*centroids.T, -wanted))]
    return ordered


def _drawn(points: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    if len(points) <= CHOOSING:
        return points
    random = np.random.default_rng(seed)
    return points[random.choice(len(points), CHOOSING, replace=False)]


def _centroids(
    points: NDArray[np.float64],
    drawn: NDArray[np.float64],
    start: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float64]:
    """Of all customers, from those of the drawn ones on; in batches where there are many."""
    if len(points) == len(drawn):
        return start
    if len(points) <= LARGE:
        found = fit_k_means(points, len(start), 1, seed, start)
    else:
        found = MiniBatchKMeans(
            len(start), init=start, n_init=1, batch_size=BATCH, random_state=seed
        ).fit(points)
    centroids: NDArray[np.float64] = found.cluster_centers_
    return centroids


def _start(
    drawn: NDArray[np.float64],
    count: int,
    seed: int,
    champions: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Centroids of the drawn customers: those that the champion's lead to, or better ones.

    Partitions that are as good as each other but for chance would move customers for nothing.
    """
    found = fit_k_means(drawn, count, STARTS, seed)
    if champions is not None and len(champions) == count:
        led = fit_k_means(drawn, count, 1, seed, champions)
        if led.inertia_ <= found.inertia_ * (1 + AS_GOOD):
            found = led
    centroids: NDArray[np.float64] = found.cluster_centers_
    return centroids


def _centroids_of(
    champion: Clustering | None, axes: tuple[Axis, ...]
) -> NDArray[np.float64] | None:
    """The champion's centroids on these axes; None where it has others."""
    if champion is None or [one.name for one in champion.axes] != [one.name for one in axes]:
        return None
    places = np.array([cluster.centroid for cluster in champion.clusters])
    old, new = (
        np.array([(one.mean, one.scale) for one in scaled]).T for scaled in (champion.axes, axes)
    )
    moved: NDArray[np.float64] = (places * old[1] + old[0] - new[0]) / new[1]
    return moved
