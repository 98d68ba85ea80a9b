"""Pictures of the readiness page, which carries them as SVG within itself."""

import base64
import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from features.readiness.facts import TableFacts
    from scoring.churn_definition import ChurnDefinition
    from training.readiness.assess import Readiness
    from training.readiness.population import Population

BLUE, ORANGE, GREY = "#1b6ca8", "#d1802a", "#8a8f98"
MOST_BARS = 120
LEAST_GONE = 30  # shares of fewer customers jump about


def draw_rows_over_time(readiness: "Readiness") -> "Figure":
    """Draw rows per month (per year over a long span), one panel a table."""
    tables = [found for found in readiness.facts.tables.values() if found.counts.days]
    figure = _figure(1.1 * len(tables) + 0.5)
    panels = np.atleast_1d(figure.subplots(len(tables), 1))
    for axes, found in zip(panels, tables, strict=True):
        _bars(axes, found)
    return figure


def _bars(axes: "Axes", found: "TableFacts") -> None:
    days = np.array([day for day, _ in found.counts.days], dtype="datetime64[D]")
    rows = np.array([count for _, count in found.counts.days])
    unit = "M" if (days[-1] - days[0]).astype(int) < MOST_BARS * 30 else "Y"
    starts, inverse = np.unique(days.astype(f"datetime64[{unit}]"), return_inverse=True)
    width = 25 if unit == "M" else 300
    counts = np.bincount(inverse, weights=rows)
    axes.bar(starts.astype("datetime64[D]"), counts, width=width, align="edge", color=BLUE)
    each = "month" if unit == "M" else "year"
    axes.set_title(f"{found.table.name}: rows per {each}", loc="left", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.yaxis.set_major_formatter(lambda rows, _: f"{rows:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)


def draw_customers_at_dates(population: "Population") -> "Figure":
    """Draw who stayed and who churned at every as-of date."""
    figure = _figure(3.0)
    axes = figure.subplots()
    places = np.arange(len(population.dates))
    stayed = [date.eligible - date.churned for date in population.dates]
    axes.bar(places, stayed, color=BLUE, label="stayed")
    churned = [date.churned for date in population.dates]
    axes.bar(places, churned, bottom=stayed, color=ORANGE, label="churned")
    fit, others = places[:-3], places[-3:]
    shown = [*fit[:: max(1, len(fit) // 8)], *others]
    labels = [
        f"{population.dates[place].as_of:%Y-%m-%d}\n"
        f"{population.dates[place].role.replace('_', ' ')}"
        for place in shown
    ]
    axes.set_xticks(shown, labels, rotation=45, ha="right", fontsize=7)
    axes.set_ylabel("eligible customers")
    axes.yaxis.set_major_formatter(lambda customers, _: f"{customers:,.0f}")
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def draw_silence_and_return(population: "Population", churn: "ChurnDefinition") -> "Figure":
    """Draw how many of those silent for so long ordered again, and where silent_days cuts."""
    figure = _figure(3.0)
    axes = figure.subplots()
    days = np.arange(0, int(population.silent_days.max()) + 1)
    silent, returned = np.array([population.gone(int(day)) for day in days]).T
    shown = silent >= LEAST_GONE
    axes.plot(days[shown], returned[shown] / silent[shown], color=BLUE)
    axes.axvline(churn.silent_days, color=ORANGE, linestyle="--")
    axes.annotate(
        f" silent_days = {churn.silent_days}",
        (churn.silent_days, 0.97),
        xycoords=("data", "axes fraction"),
        color=ORANGE,
        va="top",
    )
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel("silent for at least so many days at the test date")
    axes.set_ylabel(f"ordered within {churn.horizon_days} days")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _figure(height: float) -> "Figure":
    # Matplotlib takes most of a second to import; only the page needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def svg_address(figure: "Figure") -> str:
    """The picture as the address that an <img> takes; nothing is fetched from elsewhere."""
    written = io.BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(written.getvalue()).decode()
