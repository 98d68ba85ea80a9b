"""Whether the same labels come out when thresholds are settled on another sample of customers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from scoring.segments.clusters import Clustering, ClusterSettings
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fitted, Off, Population, Scheme, Settings

LARGEST_POPULATION = 50_000


@dataclass(frozen=True)
class Stability:
    """How far labels depend on whom the thresholds were settled on.

    Attributes:
        adjusted_rand: Mean over resamples of the adjusted Rand index (Hubert and Arabie, 1985)
            between the labels and those by the resample's thresholds: 1 is the same partition, 0
            is chance. A resample that switches the scheme off counts 0.
        share_agreeing: Mean share of customers whose label is the same, by code; None where only
            the index was kept.
        resamples: How many were drawn, each as many customers as there are, with replacement.
        customers: Labelled each time; drawn at random where there are more. None where not kept.
        thresholds_never_move: Every resample gave the very same thresholds: the labels follow
            from the rule alone.
        switched_off: Resamples in which the scheme found too little to go by.
    """

    adjusted_rand: float
    share_agreeing: float | None
    resamples: int
    customers: int | None
    thresholds_never_move: bool
    switched_off: int


def stability(
    scheme: Scheme, population: Population, settings: Settings, resamples: int = 20
) -> Stability | None:
    """Settle the scheme's thresholds on bootstrap resamples and label the original customers.

    Args:
        scheme: To be judged.
        population: On which it would be fitted; its seed draws the resamples. Of more than
            50,000 customers so many are drawn: fewer make labels less stable, never more.
        settings: The scheme's.
        resamples: How many.

    Returns:
        None if the scheme is off for this population, or only training fits it.
    """
    fit = scheme.fit
    if fit is None:
        return None
    random = np.random.default_rng(population.seed)
    count = len(population.customers)
    if count > LARGEST_POPULATION:
        drawn = np.sort(random.choice(count, LARGEST_POPULATION, replace=False))
        population = replace(population, customers=population.customers.where(drawn))
        count = LARGEST_POPULATION
    fitted = fit(population, settings)
    if isinstance(fitted, Off):
        return None
    labels = _codes(fitted, population.customers)
    indices, agreeing, moved, off = [], [], 0, 0
    for _ in range(resamples):
        resample = population.customers.where(random.integers(count, size=count))
        other = fit(replace(population, customers=resample), settings)
        if isinstance(other, Off):
            off += 1
            continue
        moved += other != fitted
        found = _codes(other, population.customers)
        indices.append(adjusted_rand_score(labels, found))
        agreeing.append(float((labels == found).mean()))
    return Stability(
        float(sum(indices) / resamples),
        float(sum(agreeing) / resamples),
        resamples,
        count,
        thresholds_never_move=not moved and not off,
        switched_off=off,
    )


def reported(fitted: Fitted, settings: Settings) -> Stability | None:
    """The stability by which clusters were chosen, found when they were fitted.

    To fit them again on every resample would take their training twenty times over.

    Returns:
        None for any other scheme.
    """
    if not (isinstance(fitted, Clustering) and isinstance(settings, ClusterSettings)):
        return None
    return Stability(
        fitted.chosen.stability,
        None,
        settings.bootstrap_fits,
        None,
        thresholds_never_move=False,
        switched_off=0,
    )


def _codes(fitted: Fitted, customers: Customers) -> NDArray[np.str_]:
    # UNLABELLED, which is -1, picks the last.
    names = np.array([*(label.code for label in fitted.labels), ""])
    return names[fitted.label(customers).positions]
