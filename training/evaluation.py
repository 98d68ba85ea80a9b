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
class Comparison:
    """Of an evaluation, what rules are worth on the same rows; see Evaluation for each."""

    churn_rate: Interval
    rules: dict[str, dict[str, Interval]]
    model_minus: dict[str, dict[str, Interval]]


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
        caveats: What cannot be promised of features without dates.
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
    caveats: tuple[str, ...] = ()


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
    compared = compare(outcomes, said, samples=samples, seed=seed, advance=advance)
    return Evaluation(
        as_of=as_of,
        horizon_days=bundle.manifest.churn_definition.horizon_days,
        customers=len(outcomes),
        excluded={**snapshot.excluded[as_of], **unfamiliar},
        churn_rate=compared.churn_rate,
        rules=compared.rules,
        model_minus_recency=compared.model_minus[RECENCY_RULE],
        model_minus=compared.model_minus,
        absent=absent,
        bootstrap_samples=samples,
    )


def compare(  # noqa: PLR0913 - of whom, what was said, and how closely to look
    outcomes: Outcomes,
    said: dict[str, Probabilities],
    *,
    samples: int,
    seed: int,
    groups: NDArray[np.object_] | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Comparison:
    """Figures of every rule on the same rows, with intervals from the same resamples.

    Args:
        outcomes: Who churned; both outcomes must occur.
        said: By rule, "model" among them, the probability of each row.
        samples: Bootstrap resamples.
        seed: Of the resampling.
        groups: Shape (rows,): whose rows are drawn together; without, each row by itself.
        advance: Called after each resample, for a progress bar.
    """
    found = {rule: figures(outcomes, probabilities) for rule, probabilities in said.items()}
    alone = np.arange(len(outcomes))
    members = alone if groups is None else np.unique(groups, return_inverse=True)[1]
    rates, drawn = _draw(outcomes, said, samples, (seed, members), advance)
    return Comparison(
        churn_rate=_interval(float(outcomes.mean()), rates),
        rules={
            rule: {m: _interval(found[rule][m], [draw[m] for draw in drawn[rule]]) for m in METRICS}
            for rule in said
        },
        model_minus={
            rule: _differences((found["model"], drawn["model"]), (found[rule], drawn[rule]))
            for rule in said
            if rule != "model"
        },
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
    drawing: tuple[int, NDArray[np.int64]],
    advance: Callable[[], None],
) -> tuple[list[float], dict[str, list[Figures]]]:
    """Churn rate, and by rule the figures, of each resample; drawn by a seed and rows' groups."""
    rates: list[float] = []
    drawn: dict[str, list[Figures]] = {rule: [] for rule in said}
    # Resamples are handed on lowest probability first: the figures need not sort them again.
    orders = {rule: np.argsort(values, kind="stable") for rule, values in said.items()}
    seed, members = drawing
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = _times_drawn(random, outcomes, members)
        rates.append(float(times @ outcomes / times.sum()))
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


def _times_drawn(
    random: np.random.Generator, outcomes: Outcomes, members: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How often each row comes up, groups drawn with replacement; again where one outcome only."""
    groups = int(members.max()) + 1
    while True:
        times = np.bincount(random.integers(groups, size=groups), minlength=groups)[members]
        if 0 < times @ outcomes < times.sum():
            return times


def _interval(value: float, drawn: list[float]) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))
