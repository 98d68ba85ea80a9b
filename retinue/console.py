"""What a person sees: tables, progress and numbers; results go to stdout, the rest to stderr."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

Tell = Callable[[str], None]
Advance = Callable[[], None]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from features.feature import Language
    from features.tables import TableReport
    from serving.at_risk import AtRisk
    from training.own_sentiment import Judgement

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(sentence: str) -> None:
    """A result in words, unwrapped so that paths and commands can be copied."""
    out.print(sentence, soft_wrap=True, markup=False)


AT_RISK = {
    "en": (
        ("customer", "risk", "tier", "spent", "at risk"),
        "why (each associated with higher risk)",
    ),
    "zh": (
        ("客户", "流失风险", "风险等级", "消费", "风险金额"),
        "原因（均与更高的流失风险相关）",
    ),
}
MONEY = {
    "en": "Money in {currency}: spent in the last 91 days; at risk is the money still expected, "
    "times the risk.",
    "zh": "金额单位：{currency}；消费为最近91天的金额，风险金额为预期剩余金额乘以流失风险。",
}
# Of a table that the project brings itself: where no column says it, there is no money.
GIVEN_MONEY = {
    "en": "Money in {currency}: at risk is what value in \\[own_features] says of a period, times "
    "the risk.",
    "zh": "金额单位：{currency}；风险金额为\\[own_features]中value列的单期金额乘以流失风险。",
}
METRIC_NAMES = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "log_loss": "log loss *",
    "brier": "Brier score *",
    "calibration_error": "calibration error *",
    "calibration_slope": "calibration slope †",
    "calibration_intercept": "calib. intercept †",
    "lift_at_capacity": "lift at capacity",
    "recall_at_capacity": "recall at capacity",
    "profit_at_capacity": "profit at capacity",
}
RULE_NAMES = {
    "recency_rule": "recency rule",
    "three_term_logistic": "three-term logistic",
    "bg_nbd": "BG/NBD",
    "plain_lightgbm": "plain LightGBM",
    "uncalibrated": "uncalibrated model",
    "logistic_regression": "logistic regression",
    "base_rate": "base rate",
    "champion": "last champion",
    "list_by_recency": "list by recency",
    "list_by_bg_nbd": "list by BG/NBD",
    "list_by_margin": "list by raw margin",
}


@contextmanager
def progress(total: int | None = None) -> Iterator[tuple[Tell, Advance]]:
    """Show the step under way; yields (tell it a step, advance its bar by one).

    A step told again with other numbers is the same step further on. A terminal sees it move; a
    log gets a line as each step is done.
    """
    if not err.is_terminal:
        with _logged() as tell:
            yield tell, lambda: None
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    shown = columns if total else (columns[0], columns[1], columns[4])
    with Progress(*shown, console=err) as bars:
        tasks: list[TaskID] = []

        def tell(step: str) -> None:
            if tasks and _is_further_on(step, bars.tasks[tasks[-1]].description):
                bars.update(tasks[-1], description=step)
                return
            finish()
            tasks.append(bars.add_task(step, total=total or 1))

        def finish() -> None:
            for task in tasks:
                bars.update(task, completed=bars.tasks[task].total)

        def advance() -> None:
            if tasks:
                bars.advance(tasks[-1])

        try:
            yield tell, advance
        except BaseException:
            bars.live.transient = True  # what comes next is one line of error
            raise
        finish()


@contextmanager
def _logged() -> Iterator[Tell]:
    told: list[str] = []

    def tell(step: str) -> None:
        if told and _is_further_on(step, told[-1]):
            told[-1] = step
            return
        if told:
            err.print(f"✓ {told[-1]}", markup=False)
        told.append(step)

    yield tell
    tell("")


def _is_further_on(step: str, before: str) -> bool:
    words, words_before = (re.sub(r"[\d.,]+", "", told) for told in (step, before))
    return words == words_before


def show_tables(reports: "Mapping[str, TableReport]") -> None:
    """What was read of each table."""
    table = Table("table", "rows", "from", "to", "left out", box=None, pad_edge=False)
    for name, report in reports.items():
        left_out = report.without_customer + report.without_time
        days = [f"{day:%Y-%m-%d}" if day else "" for day in (report.first, report.last)]
        table.add_row(name, f"{report.rows:,}", *days, f"{left_out:,}")
    for column in (1, 4):
        table.columns[column].justify = "right"
    err.print(table)


def show_at_risk(lines: "Sequence[AtRisk]", money: str, language: "Language") -> None:
    """The list as a table, reasons one under the other, and below what its money means."""
    from scoring.segments.risk import LABELS

    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    heads, why = AT_RISK[language]
    tiers = {label.code: label.name for label in LABELS}
    for i, name in enumerate(heads):
        table.add_column(name, justify="left" if i in (0, 2) else "right")
    table.add_column(why, overflow="fold")  # Chinese has no spaces to wrap at
    for line in lines:
        table.add_row(
            escape(line.customer_id),
            f"{line.churn_probability:.0%}",
            tiers[line.risk_tier].said(language),
            _money(line.spend_last_91_days),
            _money(line.value_at_risk),
            escape("\n".join(line.reasons)),
        )
    out.print(table)
    out.print(f"[dim]{money}[/dim]")


def _money(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def show_sentiment(judgement: "Judgement") -> None:
    """The figures of the own text model beside the shipped one's."""
    left_out = ", ".join(f"{count:,} {why}" for why, count in sorted(judgement.left_out.items()))
    out.print(
        f"Learned from {judgement.texts:,} texts known by {judgement.learned_until}; judged on "
        f"{judgement.held_out_texts:,} texts of {judgement.held_out_customers:,} other customers. "
        f"Left out: {left_out or 'none'}.",
        soft_wrap=True,
    )
    table = Table("", "own", "shipped", box=None, pad_edge=False)
    for metric, own in judgement.own.items():
        name = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy"}.get(metric)
        table.add_row(
            name or METRIC_NAMES[metric], f"{own:.3f}", f"{judgement.shipped[metric]:.3f}"
        )
    out.print(table)
