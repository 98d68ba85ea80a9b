"""Pictures of a clustering: why so many clusters, and what each is like."""

from typing import TYPE_CHECKING

import numpy as np

from scoring.segments.cluster_inputs import BY_NAME, written
from scoring.segments.clusters import Clustering, ClusterSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE = "#1b6ca8", "#d1802a"
STRONGEST = 2.0  # standard deviations at which the colour is full


def plot_choice(clustering: Clustering, settings: ClusterSettings) -> "Figure":
    """Stability and silhouette by number of clusters, with what is needed and the one chosen."""
    figure = _figure(6.4, 6.0)
    upper, lower = figure.subplots(2, 1, sharex=True)
    tried = clustering.tried
    counts = [one.count for one in tried]
    upper.plot(counts, [one.stability for one in tried], marker="o", color=BLUE)
    upper.axhline(settings.least_stability, color="grey", linewidth=1, linestyle="--")
    upper.set_ylim(top=1.02)
    upper.set_ylabel("stability (adjusted Rand index)")
    upper.set_title(_title(clustering), loc="left")
    lower.plot(counts, [one.silhouette for one in tried], marker="o", color=BLUE, label="clusters")
    lower.plot(
        counts,
        [one.reference + settings.least_lead for one in tried],
        color="grey",
        linewidth=1,
        linestyle="--",
        label="needed: an evenly filled cloud's, and a lead",
    )
    lower.set_ylabel("silhouette")
    lower.set_xlabel("clusters")
    lower.set_xticks(counts)
    lower.legend(frameon=False)
    for axes in (upper, lower):
        axes.axvline(clustering.chosen.count, color=ORANGE, linewidth=6, alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def plot_profiles(clustering: Clustering) -> "Figure":
    """Heat map: clusters by inputs, in standard deviations, with typical values and sizes."""
    clusters, axes = clustering.clusters, clustering.axes
    figure = _figure(3.6 + 1.5 * len(axes), 1.4 + 0.6 * len(clusters))
    plot = figure.subplots()
    places = np.array([cluster.centroid for cluster in clusters])
    image = plot.imshow(places, cmap="RdBu_r", vmin=-STRONGEST, vmax=STRONGEST, aspect="auto")
    for i, j in np.ndindex(places.shape):
        value = written(axes[j].name, axes[j].typical(float(places[i, j])), clustering.currency)
        strong = abs(places[i, j]) > 0.65 * STRONGEST
        colour = "white" if strong else "black"
        plot.text(j, i, value.en, ha="center", va="center", color=colour, fontsize=9)
    plot.set_xticks(
        range(len(axes)), [BY_NAME[axis.name].title.en.replace(" in ", "\nin ") for axis in axes]
    )
    plot.set_yticks(
        range(len(clusters)),
        [f"{one.name.en}\n{one.code}, {one.share:.0%}" for one in clusters],
    )
    plot.tick_params(length=0, labelsize=9)
    plot.spines[:].set_visible(False)
    plot.set_title(_title(clustering), loc="left")
    figure.colorbar(image, ax=plot, label="standard deviations", shrink=0.8)
    return figure


def _title(clustering: Clustering) -> str:
    chosen = clustering.chosen
    return (
        f"{chosen.count} clusters: stability {chosen.stability:.2f}, "
        f"silhouette {chosen.silhouette:.2f}"
    )


def _figure(width: float, height: float) -> "Figure":
    # Matplotlib takes most of a second to import; only a finished training needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure
