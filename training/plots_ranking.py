"""Pictures of what a model's ranking is worth, and of what it goes by."""

from typing import TYPE_CHECKING

import numpy as np

from features.catalog import CATALOG
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import Scorer
from training.baselines import recency_probabilities
from training.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from scoring.bundle import Bundle
    from training.snapshots import Snapshots

MOST_FEATURES = 15
MOST_POINTS = 1500  # more would only lie on each other
LANES = 60


def plot_gain(bundle: "Bundle", test: "Snapshots") -> "Figure":
    """Draw the share of all who churned that is reached by calling the riskiest first."""
    scorer, test = _answered(bundle, test)
    said = {
        "model": scorer.score(test.rows).probability,
        "recency rule": recency_probabilities(scorer.bundle, test),
    }
    day = np.datetime_as_string(test.rows.as_of[0], unit="D")
    title = f"Who is reached: {len(test):,} customers as of {day}"
    return plot_reached(test.churned, said, title)


def plot_reached(
    churned: "NDArray[np.bool_]", said: "dict[str, NDArray[np.float64]]", title: str
) -> "Figure":
    """The same of what each rule said of customers, under a title."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.subplots()
    called = np.arange(len(churned) + 1) / len(churned)
    perfect = np.minimum(called / churned.mean(), 1)
    axes.plot(called, perfect, color="lightgrey", linewidth=1, label="perfect")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--", label="by chance")
    for name, probabilities in said.items():
        found = np.cumsum(churned[np.argsort(-probabilities, kind="stable")])
        axes.plot(called, np.append(0, found) / found[-1], color=COLOURS[name], label=name)
    axes.set_title(title, loc="left")
    axes.set_xlabel("share of customers called, riskiest first")
    axes.set_ylabel("share of all who churned among them")
    axes.set(xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(loc="lower right", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def plot_beeswarm(bundle: "Bundle", test: "Snapshots") -> "Figure":
    """Draw each customer's contributions to the log-odds, for the features that weigh most.

    A point is a customer; its colour says where the customer's value stands among all.
    """
    from matplotlib.figure import Figure

    scorer, test = _answered(bundle, test)
    # Every so many customers, not drawn ones: the same picture each time.
    places = np.unique(np.linspace(0, len(test) - 1, MOST_POINTS).astype(np.int64))
    rows = test.where_at(places).rows
    contributions = scorer.score(rows).contributions.values
    weight = np.abs(contributions).mean(axis=0)
    chosen = [i for i in np.argsort(-weight, kind="stable")[:MOST_FEATURES] if weight[i] > 0]
    figure = Figure(figsize=(8.4, 1.4 + 0.36 * len(chosen)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color="grey", linewidth=1)
    points = None
    for line, i in enumerate(reversed(chosen)):
        values, x = rows.values[:, i], contributions[:, i]
        known = ~np.isnan(values)
        axes.scatter(x[~known], (line + _spread(x))[~known], s=5, color="lightgrey", linewidths=0)
        points = axes.scatter(
            x[known],
            (line + _spread(x))[known],
            c=_rank(values[known]),
            vmin=0,
            vmax=1,
            cmap="coolwarm",
            s=5,
            linewidths=0,
        )
    axes.set_yticks(range(len(chosen)), [CATALOG[i].name for i in reversed(chosen)])
    axes.set_xlabel("contribution to the log-odds of churn")
    axes.set_title("What the model goes by (grey: value not known)", loc="left")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if points is not None:
        bar = figure.colorbar(points, ax=axes, ticks=[0, 1], aspect=40)
        bar.ax.set_yticklabels(["lowest\nvalue", "highest\nvalue"])
        bar.outline.set_visible(False)
    return figure


def _answered(bundle: "Bundle", test: "Snapshots") -> tuple[Scorer, "Snapshots"]:
    """The model as it was judged, and the rows of whom it says something."""
    scorer = Scorer(bundle.known_at(test.rows.as_of[0].astype(object)))
    known = scorer.statuses(test.rows) == ELIGIBLE
    return scorer, test.where_at(np.flatnonzero(known))


def _spread(x: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Heights that part points which would lie on each other, at most 0.4 up or down."""
    reach = np.ptp(x)
    lane = np.floor((x - x.min()) / (reach or 1) * LANES).astype(np.int64)
    order = np.argsort(lane, kind="stable")
    starts = np.searchsorted(lane[order], lane[order], side="left")
    nth = np.empty(len(x))
    nth[order] = np.arange(len(x)) - starts
    side = np.where(nth % 2 == 0, 1, -1) * np.ceil(nth / 2)
    fullest = max(1.0, float(np.abs(side).max()))
    height: NDArray[np.float64] = 0.4 * side / max(fullest, 20.0)
    return height


def _rank(values: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Where each value stands among the distinct ones, 0 to 1."""
    distinct, place = np.unique(values, return_inverse=True)
    ranks: NDArray[np.float64] = place / max(1, len(distinct) - 1)
    return ranks
