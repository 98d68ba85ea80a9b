"""Figures over origins and by group of customers, as a person sees them in 80 columns."""

from typing import TYPE_CHECKING

from rich.markup import escape

from retinue.console import out
from retinue.console_evaluation import BESIDE, RIVALS, figure, grid, money, plain
from training.slices import in_words

if TYPE_CHECKING:
    from training.slices import Slices
    from training.stability import Stability


def show_stability(stability: "Stability", currency: str) -> None:
    """A line per origin and the mean; then every rule's mean, with the model's difference."""
    out.print(
        f"{len(stability.origins)} origins, each trained from scratch and judged on the "
        f"{stability.horizon_days} days after its date."
    )
    table = grid("as of", "customers", "left", "log loss *", "ROC AUC", "calib. *", "slope †")
    for origin in (*stability.origins, stability.mean):
        model = origin.rules["model"]
        table.add_row(
            origin.as_of or "mean",
            f"{origin.customers:,}",
            f"{origin.churn_rate.value:.1%}",
            figure(model["log_loss"]),
            figure(model["roc_auc"]),
            plain(model["calibration_error"].value),
            plain(model["calibration_slope"].value),
        )
    for column in table.columns[1:3]:
        column.justify = "right"
    out.print(table)
    out.print()
    _show_rules(stability, currency)
    for rule, why in stability.absent.items():
        out.print(f"{RIVALS[rule]} is not in the mean: {why}.", markup=False)
    out.print(
        "[dim]* lower is better. † 1 is perfect. Means over origins; \\[95 % intervals] from "
        f"{stability.bootstrap_samples:,} resamples of customers, each with all their dates. "
        rf"Profit of one campaign as \[capacity] assumes it, with {stability.worth}.[/dim]"
    )


def _show_rules(stability: "Stability", currency: str) -> None:
    mean = stability.mean
    table = grid("mean", *BESIDE.values(), "model's log loss\nless the rule's")
    earned = grid("mean campaign", f"profit, {currency}", "model's profit\nless the rule's")
    for rule, figures in mean.rules.items():
        name, difference = RIVALS.get(rule, rule), mean.model_minus.get(rule)
        table.add_row(
            name,
            *(plain(figures[metric].value) for metric in BESIDE),
            figure(difference["log_loss"]) if difference else "",
        )
        profit = figures["profit_at_capacity"]
        less = money(difference["profit_at_capacity"]) if difference else ""
        earned.add_row(name, money(profit), less)
    out.print(table)
    out.print()
    out.print(earned)


def show_slices(slices: "Slices") -> None:
    """A line per group, and in words which are withheld and which are off."""
    table = grid(slices.by, "rows", "left", "said", "said less left", "calib.\nerror *", "ROC AUC")
    for one in slices.groups:
        found = one.figures
        cells = (
            ["", "", "withheld", "", ""]
            if found is None
            else [
                f"{found['churn_rate'].value:.1%}",
                f"{found['mean_prediction'].value:.1%}",
                figure(found["gap"]),
                plain(found["calibration_error"].value),
                figure(found["roc_auc"]),
            ]
        )
        table.add_row(escape(one.name), f"{one.rows:,}", *cells)
    for column in table.columns[1:4]:
        column.justify = "right"
    out.print()
    out.print(table)
    for sentence in in_words(slices):
        out.print(sentence, markup=False)
