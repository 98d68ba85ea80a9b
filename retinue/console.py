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

    from features.tables import TableReport
    from serving.at_risk import AtRisk
    from training.evaluation import Evaluation, Interval
    from training.own_sentiment import Judgement

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(sentence: str) -> None:
    """A result in words, unwrapped so that paths and commands can be copied."""
    out.print(sentence, soft_wrap=True, markup=False)


METRIC_NAMES = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "log_loss": "log loss *",
    "brier": "Brier score *",
    "calibration_error": "calibration error *",
    "calibration_slope": "calibration slope †",
    "calibration_intercept": "calib. intercept †",
    "lift_at_tenth": "lift in top tenth",
    "recall_at_tenth": "recall in top tenth",
}
RULE_NAMES = {
    "recency_rule": "recency rule",
    "three_term_logistic": "three-term logistic",
    "bg_nbd": "BG/NBD",
    "plain_lightgbm": "plain LightGBM",
    "logistic_regression": "logistic regression",
    "base_rate": "base rate",
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


def show_evaluation(evaluation: "Evaluation") -> None:
    """The test figures, the model's beside each baseline's."""
    rate = _share(evaluation.churn_rate)
    if evaluation.caveats:
        first = "logistic_regression"
        out.print(f"Customers held out in turn: of {evaluation.customers:,} {rate} churned.")
    else:
        first = "recency_rule"
        out.print(
            f"Test as of {evaluation.as_of}: of {evaluation.customers:,} customers "
            f"{rate} left within {evaluation.horizon_days} days."
        )
    table = Table(
        "", "model", RULE_NAMES[first], "difference",
        box=None, pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    for metric, name in METRIC_NAMES.items():
        table.add_row(
            name,
            _figure(evaluation.rules["model"][metric]),
            _figure(evaluation.rules[first][metric]),
            _figure(evaluation.model_minus[first][metric]),
        )
    out.print(table)
    _show_baselines(evaluation)
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
    columns = ("log_loss", "roc_auc", "calibration_error", "calibration_slope")
    names = [METRIC_NAMES[metric] for metric in columns]
    table = Table(
        "",
        *names,
        "model's log loss\nless the rule's",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for rule, figures in evaluation.rules.items():
        difference = evaluation.model_minus.get(rule)
        table.add_row(
            RULE_NAMES.get(rule, rule),
            *(_plain(figures[metric].value) for metric in columns),
            _figure(difference["log_loss"]) if difference else "",
        )
    out.print(table)
    for rule, why in evaluation.absent.items():
        out.print(f"{RULE_NAMES[rule]} is not in the table: {why}.", soft_wrap=True, markup=False)


def show_at_risk(lines: "Sequence[AtRisk]", currency: str) -> None:
    """The list as a table, reasons one under the other."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for name in ("customer", "risk", "tier", "spent", "at risk"):
        table.add_column(name, justify="left" if name in ("customer", "tier") else "right")
    table.add_column("why (each raises the risk)")
    for line in lines:
        table.add_row(
            escape(line.customer_id),
            f"{line.churn_probability:.0%}",
            line.risk_tier,
            _money(line.spend_last_91_days),
            _money(line.value_at_risk),
            "\n".join(line.reasons),
        )
    out.print(table)
    out.print(
        f"[dim]Money in {currency}: spent in the last 91 days; at risk is the money still "
        "expected, times the risk.[/dim]"
    )


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


def _money(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _figure(interval: "Interval") -> str:
    value, low, high = (_plain(number) for number in (interval.value, interval.low, interval.high))
    return rf"{value} \[{low}, {high}]"


def _plain(number: float) -> str:
    return f"{number:.3f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:.2f}"


def _share(interval: "Interval") -> str:
    return rf"{interval.value:.1%} \[{interval.low:.1%}, {interval.high:.1%}]"
