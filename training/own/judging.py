"""Figures of what was said of customers held out, with intervals that respect their groups."""

import numpy as np
from numpy.typing import NDArray

from scoring.own import caveats
from training.capacity import Capacity
from training.evaluation import Campaign, Evaluation, differences_of
from training.metrics import PROFIT, Probabilities
from training.own.labelled import Labelled
from training.panel import Figures, Interval, Panel

Drawn = dict[str, list[Figures]]


def judge(
    table: Labelled,
    said: dict[str, Probabilities],
    capacity: Capacity,
    *,
    samples: int,
    seed: int,
) -> Evaluation:
    """Every rule on the same rows, and on the same resamples of groups.

    Args:
        table: Who churned, who is resampled together, and what they bring.
        said: By rule, "model" among them, the probability of each row.
        capacity: What a campaign can do; its profit is told where it is known what one is worth.
        samples: Bootstrap resamples.
        seed: Of the resampling.
    """
    worth, words = worth_of_own(table, capacity)
    known = np.zeros(len(table.groups)) if worth is None else worth
    panel = Panel(table.snapshots.churned, said, {}, known, capacity)
    found = _told(panel.figures(panel.all_once), profit=worth is not None)
    rates, drawn = _draw(panel, table, samples, seed, profit=worth is not None)
    rules = {
        rule: {
            metric: Interval.of(value, [draw[metric] for draw in drawn[rule]])
            for metric, value in found[rule].items()
        }
        for rule in said
    }
    model_minus = {
        rule: differences_of((found["model"], drawn["model"]), (found[rule], drawn[rule]))
        for rule in said
        if rule != "model"
    }
    return Evaluation(
        as_of=table.features.as_of,
        horizon_days=0,
        customers=len(panel),
        excluded={},
        churn_rate=Interval.of(panel.rate(panel.all_once), rates),
        rules=rules,
        model_minus_recency={},
        model_minus=model_minus,
        absent={},
        bootstrap_samples=samples,
        campaign=None if worth is None else _campaign(panel, words, rules, model_minus),
        caveats=tuple(caveat.en for caveat in caveats(table.features.as_of)),
    )


def worth_of_own(table: Labelled, capacity: Capacity) -> tuple[NDArray[np.float64] | None, str]:
    """What each customer is worth if kept, and what that is in words; None where nothing says so.

    Of whom the table does not say it, is worth nothing.
    """
    if isinstance(capacity.worth, float | int):
        return np.full(
            len(table.groups), float(capacity.worth)
        ), f"{capacity.worth:,.2f}, as stated"
    if table.money is None:
        return None, ""
    return np.nan_to_num(table.money), "what the table says that the customer brings in a period"


def _campaign(
    panel: Panel,
    words: str,
    rules: dict[str, dict[str, Interval]],
    model_minus: dict[str, dict[str, Interval]],
) -> Campaign:
    return Campaign(
        contacts=panel.capacity.contacts(len(panel)),
        contact_cost=panel.capacity.contact_cost,
        save_rate=panel.capacity.save_rate,
        worth=words,
        contacted=panel.contacted(),
        profit={rule: figures[PROFIT] for rule, figures in rules.items()},
        model_minus={rule: figures[PROFIT] for rule, figures in model_minus.items()},
    )


def _draw(
    panel: Panel, table: Labelled, samples: int, seed: int, *, profit: bool
) -> tuple[list[float], Drawn]:
    """Churn rate, and by rule the figures, of each resample."""
    rates = list[float]()
    drawn: Drawn = {rule: [] for rule in panel.said}
    members = np.unique(table.groups, return_inverse=True)[1]
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = _times_drawn(random, panel, members)
        rates.append(panel.rate(times))
        for rule, figures in _told(panel.figures(times), profit=profit).items():
            drawn[rule].append(figures)
    return rates, drawn


def _told(found: dict[str, Figures], *, profit: bool) -> dict[str, Figures]:
    """Without the profit where nobody knows what a customer is worth."""
    if profit:
        return found
    return {
        rule: {metric: value for metric, value in figures.items() if metric != PROFIT}
        for rule, figures in found.items()
    }


def _times_drawn(
    random: np.random.Generator, panel: Panel, members: NDArray[np.intp]
) -> NDArray[np.int64]:
    """How often each row comes up, groups drawn with replacement; again where one outcome only."""
    groups = int(members.max()) + 1
    while True:
        drawn = np.bincount(random.integers(groups, size=groups), minlength=groups)
        times = np.asarray(drawn[members], dtype=np.int64)
        if panel.has_both(times):
            return times
