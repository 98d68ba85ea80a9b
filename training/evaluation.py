"""How good a model is at a date it never saw, with intervals, beside what it must beat."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from scoring.bundle import Bundle
from scoring.churn import probability
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import UNFAMILIAR, Scorer
from training.baselines import RECENCY_RULE, Baselines
from training.capacity import Capacity, worth_of
from training.champion import CHAMPION_RULE, not_comparable
from training.errors import TrainingError
from training.metrics import METRICS, PROFIT
from training.panel import Figures, Interval, Panel, resample_of
from training.snapshots import Snapshots

AS_ASSUMED = Capacity()


@dataclass(frozen=True)
class Campaign:
    """What contacting customers would have earned, under what is assumed of it.

    Attributes:
        contacts: How many customers can be contacted.
        contact_cost: Of one contact.
        save_rate: Share of the contacted leavers that stay for it.
        worth: What a customer who stays is worth, in words.
        contacted: By rule and list, how many it contacts: a rule nobody at an expected loss.
        profit: By rule and list, with its interval; contacting nobody earns 0.
        model_minus: By list and rule, the paired difference of profit.
    """

    contacts: int
    contact_cost: float
    save_rate: float
    worth: str
    contacted: dict[str, int]
    profit: dict[str, Interval]
    model_minus: dict[str, Interval]


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
        campaign: Profit at capacity, of the rules and of plain lists.
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
    campaign: Campaign | None = None
    caveats: tuple[str, ...] = ()


def evaluate(  # noqa: PLR0913 - what to judge, on what, beside what, and how closely
    bundle: Bundle,
    snapshot: Snapshots,
    *,
    samples: int,
    seed: int,
    plain_booster: str | None = None,
    champion: Bundle | None = None,
    capacity: Capacity = AS_ASSUMED,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Judge a bundle as it stood at a snapshot's date, through the very code that serves.

    Args:
        bundle: The model.
        snapshot: Labelled rows of one as-of date after everything the model was made from.
        samples: Bootstrap resamples of customers.
        seed: Of the resampling.
        plain_booster: Of `fit_plain_booster`, which no bundle holds.
        champion: The model in service, which is judged too where it can be.
        capacity: What a campaign can do.
        advance: Called after each resample, for a progress bar.

    Raises:
        TrainingError: Only one outcome occurs, so nothing can be ranked.
        BundleError: The date lies before the labels end that the model was made from.
    """
    date = snapshot.rows.as_of[0].astype(datetime)
    bundle.refuse_to_flatter(date)
    bundle, as_of = bundle.known_at(date), f"{date:%Y-%m-%d}"
    snapshot, unfamiliar = answered(Scorer(bundle), snapshot)
    panel, absent, worth = panel_of(bundle, snapshot, plain_booster, champion, capacity)
    found = panel.figures(panel.all_once)
    rates, drawn = _draw(panel, samples, seed, advance)
    model_minus = {
        name: differences_of((found["model"], drawn["model"]), (found[name], drawn[name]))
        for name in found
        if name != "model"
    }
    rules = {
        name: {
            metric: Interval.of(one[metric], [draw[metric] for draw in drawn[name]])
            for metric in one
        }
        for name, one in found.items()
    }
    return Evaluation(
        as_of=as_of,
        horizon_days=bundle.manifest.churn_definition.horizon_days,
        customers=len(panel),
        excluded={**snapshot.excluded[as_of], **unfamiliar},
        churn_rate=Interval.of(panel.rate(panel.all_once), rates),
        rules={rule: rules[rule] for rule in panel.said},
        model_minus_recency=model_minus[RECENCY_RULE],
        model_minus={rule: model_minus[rule] for rule in panel.said if rule != "model"},
        absent=absent,
        bootstrap_samples=samples,
        campaign=Campaign(
            contacts=capacity.contacts(len(panel)),
            contact_cost=capacity.contact_cost,
            save_rate=capacity.save_rate,
            worth=worth,
            contacted=panel.contacted(),
            profit={name: one[PROFIT] for name, one in rules.items()},
            model_minus={name: one[PROFIT] for name, one in model_minus.items()},
        ),
    )


def panel_of(
    bundle: Bundle,
    snapshot: Snapshots,
    plain_booster: str | None,
    champion: Bundle | None,
    capacity: Capacity,
) -> tuple[Panel, dict[str, str], str]:
    """What the model and all beside it said; who is absent, and why; what worth is, in words.

    Raises:
        TrainingError: Only one outcome occurs, so nothing can be ranked.
    """
    refuse_single_outcome(snapshot)
    definition = bundle.manifest.churn_definition
    baselines = Baselines.of(bundle, plain_booster)
    said, absent = baselines.said(snapshot, definition)
    lists = baselines.lists(snapshot, said)
    said = {"model": Scorer(bundle).score(snapshot.rows).probability, **said}
    if champion is not None:
        as_of = snapshot.rows.as_of[0].astype(datetime)
        why = not_comparable(champion.manifest, bundle.manifest, as_of)
        if why is None:
            # Whoever is unfamiliar to the champion alone is judged too: the rows are the same.
            log_odds = champion.known_at(as_of).parts.churn.log_odds(snapshot.rows)
            said[CHAMPION_RULE] = probability(log_odds)
        else:
            absent[CHAMPION_RULE] = why
    worth, words = worth_of(snapshot.rows, bundle.parts.value, capacity.worth)
    return Panel(snapshot.churned, said, lists, worth, capacity), absent, words


def answered(scorer: Scorer, snapshot: Snapshots) -> tuple[Snapshots, dict[str, int]]:
    """The rows of whom the model says something, and how many it knows none like."""
    known = scorer.statuses(snapshot.rows) == ELIGIBLE
    if known.all():
        return snapshot, {}
    kept = snapshot.where_at(np.flatnonzero(known))
    return replace(kept, excluded=snapshot.excluded), {UNFAMILIAR: int((~known).sum())}


def refuse_single_outcome(snapshot: Snapshots) -> None:
    """Raise a TrainingError where only one outcome occurs, so that nothing can be ranked."""
    outcomes = snapshot.churned
    if outcomes.all() or not outcomes.any():
        as_of = str(snapshot.rows.as_of[0].astype("datetime64[D]"))
        raise TrainingError(
            f"{int(outcomes.sum())} of {len(outcomes)} customers churned: with one outcome only "
            f"there is nothing to judge as of {as_of}; choose another as-of date"
        )


def _draw(
    panel: Panel, samples: int, seed: int, advance: Callable[[], None]
) -> tuple[list[float], dict[str, list[Figures]]]:
    """Churn rate, and by rule and list the figures, of each resample."""
    rates: list[float] = []
    drawn: dict[str, list[Figures]] = {}
    random = np.random.default_rng(seed)
    for _ in range(samples):
        times = resample_of(random, len(panel))
        while not panel.has_both(times):
            times = resample_of(random, len(panel))
        rates.append(panel.rate(times))
        for name, one in panel.figures(times).items():
            drawn.setdefault(name, []).append(one)
        advance()
    return rates, drawn


def differences_of(
    model: tuple[Figures, list[Figures]], other: tuple[Figures, list[Figures]]
) -> dict[str, Interval]:
    """By metric, the model's figure less the other's, over all rows and resample by resample."""
    return {
        metric: Interval.of(
            model[0][metric] - other[0][metric],
            [ours[metric] - its[metric] for ours, its in zip(model[1], other[1], strict=True)],
        )
        for metric in METRICS
        if metric in other[0]
    }
