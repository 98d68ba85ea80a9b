"""A recipe's figures over origins as one picture."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.stability import Stability

PANELS = {
    "log_loss": "log loss (lower is better)",
    "roc_auc": "ROC AUC",
    "calibration_error": "calibration error (lower is better)",
    "profit_at_capacity": "profit at capacity",
}
COLOURS = {
    "model": "#1b6ca8",
    "recency_rule": "#d1802a",
    "three_term_logistic": "#4f9d69",
    "bg_nbd": "#8a5a9e",
    "plain_lightgbm": "#8c8c8c",
}


def plot_origins(stability: "Stability", path: Path) -> Path:
    """Write a PNG: a panel per figure, a line per rule, and the model's 95 % intervals."""
    # Matplotlib takes most of a second to import; only the picture needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.6, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    days = [str(origin.as_of) for origin in stability.origins]
    for axes, (metric, title) in zip(figure.subplots(2, 2).flat, PANELS.items(), strict=True):
        for rule, colour in COLOURS.items():
            found = [
                (day, origin.rules[rule][metric])
                for day, origin in zip(days, stability.origins, strict=True)
                if rule in origin.rules
            ]
            label = rule.replace("_", " ").replace("bg nbd", "BG/NBD")
            values = [one.value for _, one in found]
            axes.plot([day for day, _ in found], values, "o-", color=colour, label=label)
            if rule == "model":
                low, high = [one.low for _, one in found], [one.high for _, one in found]
                axes.fill_between(days, low, high, color=colour, alpha=0.15)
        axes.set_title(title, loc="left", fontsize=10)
        axes.tick_params(axis="x", labelrotation=30)
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    return path
