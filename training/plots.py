"""Pictures of a model's quality."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scoring.scorer import Scorer
from training.baselines import recency_probabilities
from training.metrics import CALIBRATION_BINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.bundle import Bundle
    from training.snapshots import Snapshots

COLOURS = {"model": "#1b6ca8", "recency rule": "#d1802a", "logistic regression": "#d1802a"}


def plot_calibration(bundle: "Bundle", test: "Snapshots", path: Path) -> Path:
    """Write a PNG: predicted against observed churn in tenths, over the histogram of predictions.

    Each point is a tenth of the customers with its 95 % Wilson interval; on the diagonal, what
    was said is what happened.
    """
    bundle = bundle.known_at(test.rows.as_of[0].astype(datetime))
    said = {
        "model": Scorer(bundle).score(test.rows).probability,
        "recency rule": recency_probabilities(bundle, test),
    }
    day = np.datetime_as_string(test.rows.as_of[0], unit="D")
    horizon = bundle.manifest.churn_definition.horizon_days
    title = f"Said and happened: {len(test):,} customers as of {day}, {horizon} days"
    return plot_said(test.churned, said, title, path)


def plot_said(
    churned: "NDArray[np.bool_]", said: "dict[str, NDArray[np.float64]]", title: str, path: Path
) -> Path:
    """The same of what each rule said of customers, under a title."""
    # Matplotlib takes most of a second to import; only a finished training needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    curve, histogram = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    curve.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--", label="perfect")
    for name, probabilities in said.items():
        predicted, observed, below, above = _tenths(churned, probabilities)
        curve.errorbar(
            predicted,
            observed,
            yerr=[below, above],
            marker="o",
            capsize=3,
            color=COLOURS[name],
            label=name,
        )
        histogram.hist(
            probabilities, bins=40, range=(0, 1), histtype="step", color=COLOURS[name], label=name
        )
    curve.set_title(title, loc="left")
    curve.set_ylabel("share who churned")
    curve.legend(loc="upper left", frameon=False)
    histogram.set_ylabel("customers")
    histogram.set_xlabel("churn probability said")
    for axes in (curve, histogram):
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    return path


def _tenths(
    churned: "NDArray[np.bool_]", probabilities: "NDArray[np.float64]"
) -> tuple["NDArray[np.float64]", ...]:
    """Mean prediction, churn rate and the reach of its Wilson interval below and above."""
    bins = np.array_split(np.argsort(probabilities, kind="stable"), CALIBRATION_BINS)
    predicted = np.array([probabilities[bin_].mean() for bin_ in bins])
    observed = np.array([churned[bin_].mean() for bin_ in bins])
    count = np.array([len(bin_) for bin_ in bins])
    z2 = 1.96**2
    centre = (observed + z2 / (2 * count)) / (1 + z2 / count)
    reach = 1.96 * np.sqrt(observed * (1 - observed) / count + z2 / (4 * count**2))
    reach /= 1 + z2 / count
    return (
        predicted,
        observed,
        np.clip(observed - (centre - reach), 0, None),
        np.clip(centre + reach - observed, 0, None),
    )
