"""The advice as a picture."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.advice.words import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from training.advice.advise import Advice

BLUE, ORANGE, GREY = "#1b6ca8", "#d1802a", "#8a8f98"
SHOWN = 4  # silences of so many times the suggestion: what is longer is told by the JSON


def plot_advice(advice: "Advice", path: Path) -> Path:
    """Write a PNG: who comes back after how long a silence, over how stable the label is."""
    # Matplotlib takes most of a second to import; only who asks for a picture needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 7.0), layout="constrained")
    FigureCanvasAgg(figure)
    curve, label = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _draw_curve(curve, advice)
    _draw_stability(label, advice)
    curve.set_title(finding(advice), loc="left")
    for axes in (curve, label):
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="upper right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    return path


def _draw_curve(axes: "Axes", advice: "Advice") -> None:
    horizon, returning = advice.horizon, advice.returning
    days = np.arange(1, returning.longest(horizon) + 1)
    shares = [returning.share(int(day), horizon) for day in days]
    axes.fill_between(
        days, [s.low for s in shares], [s.high for s in shares], color=BLUE, alpha=0.2, linewidth=0
    )
    axes.plot(days, [s.value for s in shares], color=BLUE, label=f"ordered within {horizon} days")
    axes.plot(
        days,
        returning.ever()[days],
        color=GREY,
        linestyle=":",
        label=f"ordered at all, within {returning.units} days of silence",
    )
    axes.axhline(advice.level, color=GREY, linewidth=0.8)
    now = advice.definition.silent_days
    if advice.suggested is not None:
        axes.axvline(advice.suggested, color=ORANGE, label=f"suggested: {advice.suggested} days")
    if now != advice.suggested and now <= days[-1]:
        axes.axvline(now, color=ORANGE, linestyle="--", label=f"silent_days now: {now}")
    axes.set_xlim(0, min(days[-1], SHOWN * max(now, advice.suggested or now)))
    axes.set_ylabel("share of silences")


def _draw_stability(axes: "Axes", advice: "Advice") -> None:
    told = [line.stability for line in advice.lines if line.stability.gone]
    days = [found.silent_days for found in told]
    back = [found.came_back_share or 0.0 for found in told]
    axes.plot(days, back, color=BLUE, marker="o", label=f"ordered again by {advice.as_of:%Y-%m-%d}")
    axes.plot(
        days,
        [found.changed_share or 0.0 for found in told],
        color=GREY,
        marker="o",
        label="not gone if silent_days were a week longer",
    )
    axes.set_ylabel(f"of those called gone\nat {advice.past:%Y-%m-%d}")
    axes.set_xlabel("silent for at least so many days")
