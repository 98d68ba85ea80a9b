"""Figures of what was said of customers held out, with intervals that respect their groups."""

import numpy as np
from numpy.typing import NDArray

from scoring.own import caveats
from training.evaluation import AS_ASSUMED, Evaluation, differences_of
from training.metrics import Outcomes, Probabilities, figures
from training.own.labelled import Labelled
from training.panel import Interval


def judge(
    table: Labelled, said: dict[str, Probabilities], *, samples: int, seed: int
) -> Evaluation:
    """Every rule on the same rows, and on the same resamples of groups.

    Args:
        table: Who churned, and who is resampled together.
        said: By rule, "model" among them, the probability of each row.
        samples: Bootstrap resamples.
        seed: Of the resampling.
    """
    outcomes = table.snapshots.churned
    contacts = AS_ASSUMED.contacts(len(outcomes))
    found = {rule: figures(outcomes, values, contacts) for rule, values in said.items()}
    rates, drawn = _draw(table, said, samples, seed)
    return Evaluation(
        as_of=table.features.as_of,
        horizon_days=0,
        customers=len(outcomes),
        excluded={},
        churn_rate=Interval.of(float(outcomes.mean()), rates),
        rules={
            rule: {
                metric: Interval.of(found[rule][metric], [draw[metric] for draw in drawn[rule]])
                for metric in found[rule]
            }
            for rule in said
        },
        model_minus_recency={},
        model_minus={
            rule: differences_of((found["model"], drawn["model"]), (found[rule], drawn[rule]))
            for rule in said
            if rule != "model"
        },
        absent={},
        bootstrap_samples=samples,
        caveats=tuple(caveat.en for caveat in caveats(table.features.as_of)),
    )


def _draw(
    table: Labelled, said: dict[str, Probabilities], samples: int, seed: int
) -> tuple[list[float], dict[str, list[dict[str, float]]]]:
    """Churn rate, and by rule the figures, of each resample."""
    outcomes, rates = table.snapshots.churned, list[float]()
    drawn: dict[str, list[dict[str, float]]] = {rule: [] for rule in said}
    # Resamples are handed on lowest probability first: the figures need not sort them again.
    orders = {rule: np.argsort(values, kind="stable") for rule, values in said.items()}
    members = np.unique(table.groups, return_inverse=True)[1]
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = _times_drawn(random, outcomes, members)
        rates.append(float(times @ outcomes / times.sum()))
        contacts = AS_ASSUMED.contacts(int(times.sum()))
        for rule, values in said.items():
            chosen = np.repeat(orders[rule], times[orders[rule]])
            drawn[rule].append(figures(outcomes[chosen], values[chosen], contacts))
    return rates, drawn


def _times_drawn(
    random: np.random.Generator, outcomes: Outcomes, members: NDArray[np.intp]
) -> NDArray[np.int64]:
    """How often each row comes up, groups drawn with replacement; again where one outcome only."""
    groups = int(members.max()) + 1
    while True:
        drawn = np.bincount(random.integers(groups, size=groups), minlength=groups)
        times = np.asarray(drawn[members], dtype=np.int64)
        if 0 < times @ outcomes < times.sum():
            return times
