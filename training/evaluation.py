"""How good a model is at a date it never saw, with intervals, beside what it must beat."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from scoring.bundle import Bundle
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import UNFAMILIAR, Scorer
from training.baselines import RECENCY_RULE, said_by_baselines
from training.errors import TrainingError
from training.metrics import METRICS, Outcomes, Probabilities, figures
from training.snapshots import Snapshots

Figures = dict[str, float]


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds of its 95 % bootstrap percentile interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Figures of a test snapshot.

    Attributes:
        as_of: ISO 8601 date of the snapshot.
        horizon_days: Length of the label window.
        customers: Eligible customers.
        excluded: Customers left out, by cause.
        churn_rate: Share of customers who churned.
        rules: Per rule ("model", then the baselines), per metric of METRICS, an interval.
        model_minus_recency: Per metric, the paired difference on the same resamples.
        model_minus: The same per baseline.
        absent: Baselines that are not judged, and why not.
        bootstrap_samples: Resamples behind each interval.
    """

    as_of: str
    horizon_days: int
    customers: int
    excluded: dict[str, int]
    churn_rate: Interval
    rules: dict[str, dict[str, Interval]]
    model_minus_recency: dict[str, Interval]
    model_minus: dict[str, dict[str, Interval]]
    absent: dict[str, str]
    bootstrap_samples: int


def evaluate(  # noqa: PLR0913 - what to judge, on what, beside what, and how closely
    bundle: Bundle,
    snapshot: Snapshots,
    *,
    samples: int,
    seed: int,
    plain_booster: str | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Judge a bundle as it stood at a snapshot's date, through the very code that serves.

    Args:
        bundle: The model.
        snapshot: Labelled rows of one as-of date after everything the model was made from.
        samples: Bootstrap resamples of customers.
        seed: Of the resampling.
        plain_booster: Of `fit_plain_booster`, which no bundle holds.
        advance: Called after each resample, for a progress bar.

    Raises:
        TrainingError: Only one outcome occurs, so nothing can be ranked.
        BundleError: The date lies before the labels end that the model was made from.
    """
    date = snapshot.rows.as_of[0].astype(datetime)
    bundle.refuse_to_flatter(date)
    bundle = bundle.known_at(date)
    scorer, as_of = Scorer(bundle), f"{date:%Y-%m-%d}"
    snapshot, unfamiliar = _answered(scorer, snapshot)
    outcomes = snapshot.churned
    if outcomes.all() or not outcomes.any():
        raise TrainingError(
            f"{int(outcomes.sum())} of {len(outcomes)} customers churned: with one outcome only "
            "there is nothing to judge; choose another as-of date"
        )
    baselines, absent = said_by_baselines(bundle, snapshot, plain_booster)
    said = {"model": scorer.score(snapshot.rows).probability, **baselines}
    found = {rule: figures(outcomes, probabilities) for rule, probabilities in said.items()}
    rates, drawn = _draw(outcomes, said, samples, seed, advance)
    model_minus = {
        rule: _differences((found["model"], drawn["model"]), (found[rule], drawn[rule]))
        for rule in baselines
    }
    return Evaluation(
        as_of=as_of,
        horizon_days=bundle.manifest.churn_definition.horizon_days,
        customers=len(outcomes),
        excluded={**snapshot.excluded[as_of], **unfamiliar},
        churn_rate=_interval(float(outcomes.mean()), rates),
        rules={
            rule: {m: _interval(found[rule][m], [draw[m] for draw in drawn[rule]]) for m in METRICS}
            for rule in said
        },
        model_minus_recency=model_minus[RECENCY_RULE],
        model_minus=model_minus,
        absent=absent,
        bootstrap_samples=samples,
    )


def _answered(scorer: Scorer, snapshot: Snapshots) -> tuple[Snapshots, dict[str, int]]:
    """The rows of whom the model says something, and how many it knows none like."""
    known = scorer.statuses(snapshot.rows) == ELIGIBLE
    if known.all():
        return snapshot, {}
    kept = snapshot.where_at(np.flatnonzero(known))
    return replace(kept, excluded=snapshot.excluded), {UNFAMILIAR: int((~known).sum())}


def _draw(
    outcomes: Outcomes,
    said: dict[str, Probabilities],
    samples: int,
    seed: int,
    advance: Callable[[], None],
) -> tuple[list[float], dict[str, list[Figures]]]:
    """Churn rate, and by rule the figures, of each resample."""
    rates: list[float] = []
    drawn: dict[str, list[Figures]] = {rule: [] for rule in said}
    # Resamples are handed on lowest probability first: the figures need not sort them again.
    orders = {rule: np.argsort(values, kind="stable") for rule, values in said.items()}
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = np.bincount(_resample(random, outcomes), minlength=len(outcomes))
        rates.append(float(times @ outcomes / len(outcomes)))
        for rule, values in said.items():
            chosen = np.repeat(orders[rule], times[orders[rule]])
            drawn[rule].append(figures(outcomes[chosen], values[chosen]))
        advance()
    return rates, drawn


def _differences(
    model: tuple[Figures, list[Figures]], other: tuple[Figures, list[Figures]]
) -> dict[str, Interval]:
    """By metric, the model's figure less the other's, over all rows and resample by resample."""
    return {
        metric: _interval(
            model[0][metric] - other[0][metric],
            [ours[metric] - its[metric] for ours, its in zip(model[1], other[1], strict=True)],
        )
        for metric in METRICS
    }


def _resample(random: np.random.Generator, outcomes: Outcomes) -> NDArray[np.int64]:
    """Customers drawn with replacement; drawn again where only one outcome came up."""
    while True:
        chosen = random.integers(len(outcomes), size=len(outcomes))
        if 0 < outcomes[chosen].sum() < len(outcomes):
            return chosen


def _interval(value: float, drawn: list[float]) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))
