"""How a recipe's figures move from origin to origin, and their mean, with intervals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from training.capacity import Places
from training.config import TrainingConfig
from training.evaluation import differences_of
from training.origins import JudgedOrigin
from training.panel import Figures, Interval, resample_of

Draws = dict[str, list[Figures]]


@dataclass(frozen=True)
class Origin:
    """Figures of one origin, or the mean over all.

    Attributes:
        as_of: ISO 8601 date; of the mean, None.
        customers: Eligible then; of the mean, how many different ones.
        churn_rate: Share who churned.
        rules: Per rule, per metric of METRICS, an interval.
        model_minus: Per baseline and metric, the paired difference.
    """

    as_of: str | None
    customers: int
    churn_rate: Interval
    rules: dict[str, dict[str, Interval]]
    model_minus: dict[str, dict[str, Interval]]


@dataclass(frozen=True)
class Stability:
    """Figures over origins.

    Attributes:
        horizon_days: Length of each label window.
        origins: Earliest first.
        mean: Over origins, each with the same weight; intervals from resampling customers, each
            with all of its origins, since a customer at two dates is no two customers.
        absent: Baselines that some origin lacks, and why; the mean leaves them out.
        worth: What a customer who stays is worth, in words.
        bootstrap_samples: Resamples behind each interval.
    """

    horizon_days: int
    origins: tuple[Origin, ...]
    mean: Origin
    absent: dict[str, str]
    worth: str
    bootstrap_samples: int


def stability_of(
    config: TrainingConfig,
    judged: Sequence[JudgedOrigin],
    advance: Callable[[], None] = lambda: None,
) -> Stability:
    """Figures per origin and over all, with intervals from resampling customers."""
    panels = [one.panel for one in judged]
    found = [panel.figures(panel.all_once) for panel in panels]
    rates: list[list[float]] = [[] for _ in panels]
    drawn: list[Draws] = [{name: [] for name in one} for one in found]
    for times in _resamples(judged, config.bootstrap_samples, config.seed):
        for place, panel in enumerate(panels):
            rates[place].append(panel.rate(times[place]))
            for name, figures in panel.figures(times[place]).items():
                drawn[place][name].append(figures)
        advance()
    origins = tuple(
        _origin(
            str(one.rows.as_of[0].astype("datetime64[D]")),
            len(one.panel),
            Interval.of(one.panel.rate(one.panel.all_once), rates[place]),
            {rule: found[place][rule] for rule in one.panel.said},
            drawn[place],
        )
        for place, one in enumerate(judged)
    )
    everywhere = [rule for rule in panels[0].said if all(rule in panel.said for panel in panels)]
    mean_rate = Interval.of(
        float(np.mean([one.churn_rate.value for one in origins])), _means(rates)
    )
    mean = _origin(
        None,
        len(np.unique(np.concatenate([one.rows.customer_ids for one in judged]))),
        mean_rate,
        {rule: _mean([one[rule] for one in found]) for rule in everywhere},
        {
            rule: [_mean(list(draws)) for draws in zip(*(one[rule] for one in drawn), strict=True)]
            for rule in everywhere
        },
    )
    absent = {rule: why for one in judged for rule, why in one.absent.items()}
    return Stability(
        config.churn.horizon_days, origins, mean, absent, judged[-1].worth, config.bootstrap_samples
    )


def _origin(
    as_of: str | None, customers: int, rate: Interval, found: dict[str, Figures], drawn: Draws
) -> Origin:
    rules = {
        rule: {
            metric: Interval.of(value, [draw[metric] for draw in drawn[rule]])
            for metric, value in figures.items()
        }
        for rule, figures in found.items()
    }
    model = (found["model"], drawn["model"])
    model_minus = {
        rule: differences_of(model, (found[rule], drawn[rule])) for rule in found if rule != "model"
    }
    return Origin(as_of, customers, rate, rules, model_minus)


def _resamples(judged: Sequence[JudgedOrigin], samples: int, seed: int) -> Iterator[list[Places]]:
    """How often each row comes up, origin by origin: customers are drawn, with all their rows."""
    random = np.random.default_rng(seed)
    everyone = np.unique(np.concatenate([one.rows.customer_ids for one in judged]))
    places = [np.searchsorted(everyone, one.rows.customer_ids) for one in judged]
    for _ in range(samples):
        while True:
            times = resample_of(random, len(everyone))
            if all(one.panel.has_both(times[at]) for one, at in zip(judged, places, strict=True)):
                break
        yield [times[at] for at in places]


def _mean(figures: Sequence[Figures]) -> Figures:
    return {metric: float(np.mean([one[metric] for one in figures])) for metric in figures[0]}


def _means(rates: Sequence[Sequence[float]]) -> list[float]:
    return [float(np.mean(one)) for one in zip(*rates, strict=True)]
