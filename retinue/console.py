"""What a person sees: tables, progress and numbers; results go to stdout, the rest to stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from features.tables import TableReport
    from serving.at_risk import AtRisk
    from training.evaluation import Evaluation, Interval

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

METRIC_NAMES = {
    "roc_auc": "ROC AUC (higher is better)",
    "pr_auc": "PR AUC (higher)",
    "log_loss": "log loss (lower)",
    "brier": "Brier score (lower)",
    "calibration_error": "calibration error (lower)",
    "lift_at_tenth": "lift in the riskiest tenth (higher)",
}


@contextmanager
def progress(total: int | None = None) -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """A line that shows the step under way; yields (tell it a step, advance its bar by one)."""
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    shown = columns if total else (columns[0], columns[1], columns[4])
    with Progress(*shown, console=err) as bars:
        tasks = []

        def tell(step: str) -> None:
            finish()
            tasks.append(bars.add_task(step, total=total if total else 1))

        def finish() -> None:
            for task in tasks:
                bars.update(task, completed=bars.tasks[task].total)

        def advance() -> None:
            if tasks:
                bars.advance(tasks[-1])

        yield tell, advance
        finish()


def show_tables(reports: "Mapping[str, TableReport]") -> None:
    """What was read of each table."""
    table = Table("table", "rows", "customers", "from", "to", "left out", box=None, pad_edge=False)
    for name, report in reports.items():
        left_out = report.without_customer + report.without_time
        days = [f"{day:%Y-%m-%d}" if day else "" for day in (report.first, report.last)]
        table.add_row(name, f"{report.rows:,}", f"{report.customers:,}", *days, f"{left_out:,}")
    for column in (1, 2, 5):
        table.columns[column].justify = "right"
    err.print(table)


def show_evaluation(evaluation: "Evaluation") -> None:
    """The test figures, the model's beside the recency rule's."""
    out.print(
        f"Test: {evaluation.customers:,} customers as of {evaluation.as_of}, "
        f"{evaluation.horizon_days} days ahead; {_interval(evaluation.churn_rate, share=True)} "
        "churned."
    )
    table = Table("", "model", "recency rule", "difference", box=None, pad_edge=False)
    for metric, name in METRIC_NAMES.items():
        table.add_row(
            name,
            _interval(evaluation.rules["model"][metric]),
            _interval(evaluation.rules["recency_rule"][metric]),
            _interval(evaluation.model_minus_recency[metric]),
        )
    out.print(table)
    out.print(
        f"[dim]In brackets: 95 % intervals from {evaluation.bootstrap_samples:,} bootstrap "
        "samples of customers.[/dim]"
    )


def show_at_risk(lines: "Sequence[AtRisk]", currency: str) -> None:
    """The list as a table, reasons one under the other."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for name in ("customer", "risk", "tier", f"{currency} in 91 days", "at risk"):
        table.add_column(name, justify="left" if name in ("customer", "tier") else "right")
    table.add_column("why")
    for line in lines:
        table.add_row(
            line.customer_id,
            f"{line.churn_probability:.0%}",
            line.risk_tier,
            f"{line.spend_last_91_days:,.2f}",
            f"{line.spend_at_risk:,.2f}",
            "\n".join(line.reasons),
        )
    out.print(table)


def _interval(interval: "Interval", *, share: bool = False) -> str:
    form = ".1%" if share else ".3f"
    return f"{interval.value:{form}} [{interval.low:{form}}, {interval.high:{form}}]".replace(
        "[", r"\["
    )
