"""Figures of every rule on one test, with intervals, and what our model has over each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.model_rules import MODEL
from training.metrics import Probabilities, calibration_error
from training.panel import Interval, Panel, resample_of

Figures = Mapping[str, Interval]


@dataclass(frozen=True)
class Judged:
    """One set at its last test date.

    Attributes:
        name: Of the set.
        churn: What its labels mean, in words.
        as_of: Of the test, in ISO 8601.
        learned_from: Likewise, the dates before it.
        customers: Judged.
        learned_rows: Labelled rows before the test.
        churn_rate: Share of the judged who churned.
        rules: Per rule, per metric, the figure with a 95 % bootstrap interval; of a list without
            probabilities the profit alone.
        model_minus: Per rule but ours, per metric, our figure less its, on the same resamples.
        campaign: What the profit at capacity assumes, in words.
        absent: Rules that say nothing, and why.
        automl: What AutoML chose; empty where it was not asked.
        least_error: Calibration error that our model would show if each of its probabilities were
            right: outcomes drawn by them are off by so much, the median of many draws.
        samples: Resamples behind each interval.
        date: On which this was measured, in ISO 8601.
    """

    name: str
    churn: str
    as_of: str
    learned_from: tuple[str, ...]
    customers: int
    learned_rows: int
    churn_rate: float
    rules: Mapping[str, Figures]
    model_minus: Mapping[str, Figures]
    campaign: str
    absent: Mapping[str, str]
    automl: Mapping[str, object]
    least_error: float
    samples: int
    date: str


@dataclass(frozen=True)
class Refused:
    """A set that no model of ours can be made of, and why."""

    name: str
    why: str


def compared(
    panel: Panel, samples: int, seed: int
) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """Figures of each rule and list, and of our model less each other, over resamples."""
    whole = panel.figures(panel.all_once)
    random = np.random.default_rng(seed)
    drawn: list[dict[str, dict[str, float]]] = []
    while len(drawn) < samples:
        times = resample_of(random, len(panel))
        if panel.has_both(times):
            drawn.append(panel.figures(times))
    found: dict[str, Figures] = {
        name: {
            metric: Interval.of(value, [draw[name][metric] for draw in drawn])
            for metric, value in figures.items()
        }
        for name, figures in whole.items()
    }
    minus: dict[str, Figures] = {
        name: {
            metric: Interval.of(
                whole[MODEL][metric] - value,
                [draw[MODEL][metric] - draw[name][metric] for draw in drawn],
            )
            for metric, value in figures.items()
        }
        for name, figures in whole.items()
        if name != MODEL
    }
    return found, minus


def error_of_the_right(probabilities: Probabilities, samples: int, seed: int) -> float:
    """Median calibration error over outcomes that are drawn by the probabilities themselves."""
    random = np.random.default_rng(seed)
    said = np.sort(probabilities)
    drawn = (random.random(len(said)) < said for _ in range(samples))
    return float(np.median([calibration_error(outcomes, said) for outcomes in drawn]))
