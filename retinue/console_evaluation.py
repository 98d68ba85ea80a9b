"""Figures of models as a person sees them in a terminal of 80 columns."""

from typing import TYPE_CHECKING

from rich.table import Table

from retinue.console import METRIC_NAMES, RULE_NAMES, out, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluation import Campaign, Evaluation
    from training.panel import Interval

NO_MONEY = tuple(metric for metric in METRIC_NAMES if metric != "profit_at_capacity")
BESIDE = {
    "log_loss": "log\nloss *",
    "roc_auc": "ROC\nAUC",
    "calibration_error": "calib.\nerror *",
    "calibration_slope": "calib.\nslope †",
}
RIVALS = {"model": "model", **RULE_NAMES}


def show_evaluation(evaluation: "Evaluation", currency: str) -> None:
    """The test figures, the model's beside each baseline's, and what a campaign would earn."""
    rate, first = share(evaluation.churn_rate), "recency_rule"
    if evaluation.caveats:
        first = "logistic_regression"
        out.print(f"Customers held out in turn: of {evaluation.customers:,} {rate} churned.")
    else:
        out.print(
            f"Test as of {evaluation.as_of}: of {evaluation.customers:,} customers "
            f"{rate} left within {evaluation.horizon_days} days."
        )
    if evaluation.excluded:
        causes = sorted(evaluation.excluded.items(), key=lambda found: (-found[1], found[0]))
        told = ", ".join(f"{count:,} {cause.replace('_', ' ')}" for cause, count in causes)
        out.print(f"Left out, by cause: {told}.")
    table = grid("", "model", RULE_NAMES[first], "difference")
    for metric in NO_MONEY:
        table.add_row(
            METRIC_NAMES[metric],
            figure(evaluation.rules["model"][metric]),
            plain(evaluation.rules[first][metric].value),
            figure(evaluation.model_minus[first][metric]),
        )
    out.print(table)
    _show_baselines(evaluation)
    if evaluation.campaign:
        _show_campaign(evaluation.campaign, currency)
    out.print(
        "[dim]* lower is better. † 1 and 0 are perfect. \\[95 % intervals] from "
        f"{evaluation.bootstrap_samples:,} resamples.[/dim]"
    )
    show_caveats(evaluation.caveats)


def show_caveats(caveats: "Sequence[str]") -> None:
    """What cannot be promised, one line each; nothing where there is none."""
    if caveats:
        say("What cannot be promised without dates:")
    for caveat in caveats:
        say(f"- {caveat}")


def _show_baselines(evaluation: "Evaluation") -> None:
    """A line for each baseline: its own figures, and by how much the model's log loss is lower."""
    table = grid("", *BESIDE.values(), "model's log loss\nless the rule's")
    for rule, figures in evaluation.rules.items():
        difference = evaluation.model_minus.get(rule)
        table.add_row(
            RIVALS.get(rule, rule),
            *(plain(figures[metric].value) for metric in BESIDE),
            figure(difference["log_loss"]) if difference else "",
        )
    out.print()
    out.print(table)
    for rule, why in evaluation.absent.items():
        out.print(f"{RIVALS[rule]} is not in the table: {why}.", markup=False)


def _show_campaign(campaign: "Campaign", currency: str) -> None:
    """A line for each rule and list: whom it contacts, what that earns, how much less than us."""
    table = grid(
        "up to capacity", "contacts", f"profit, {currency}", "model's profit\nless this one's"
    )
    for name, profit in campaign.profit.items():
        difference = campaign.model_minus.get(name)
        table.add_row(
            RIVALS.get(name, name),
            f"{campaign.contacted[name]:,}",
            money(profit),
            money(difference) if difference else "",
        )
    table.columns[1].justify = "right"
    out.print()
    out.print(table)
    out.print(
        f"[dim]Assumed in \\[capacity]: at most {campaign.contacts:,} contacts at "
        f"{campaign.contact_cost:,.2f} {currency}, {campaign.save_rate:.0%} of contacted leavers "
        f"stay, and each is worth {campaign.worth}. A rule contacts by probability times worth, "
        "and nobody at an expected loss; a list from its top.[/dim]"
    )


def grid(*columns: str) -> Table:
    """A table without lines, close enough for four figures with intervals in 80 columns."""
    return Table(*columns, box=None, pad_edge=False, padding=(0, 1, 0, 0))


def figure(interval: "Interval") -> str:
    """`.123 [.101, .145]`, for a cell."""
    value, low, high = (plain(number) for number in (interval.value, interval.low, interval.high))
    return rf"{value} \[{low}, {high}]"


def plain(number: float) -> str:
    """Three decimals below 1, two above; no minus before nothing."""
    number = round(number, 3) + 0.0
    return f"{number:.3f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:.2f}"


def share(interval: "Interval") -> str:
    """`12.3% [10.1%, 14.5%]`."""
    return rf"{interval.value:.1%} \[{interval.low:.1%}, {interval.high:.1%}]"


def money(interval: "Interval") -> str:
    """`1,234 [987, 1,456]`; cents only where the whole is below a hundred."""
    decimals = 2 if max(abs(interval.low), abs(interval.high)) < 100 else 0
    value, low, high = (
        f"{number:,.{decimals}f}" for number in (interval.value, interval.low, interval.high)
    )
    return rf"{value} \[{low}, {high}]"
