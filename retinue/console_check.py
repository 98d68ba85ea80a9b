"""The readiness report as a person sees it in a terminal."""

from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from features.readiness.finding import MEANINGS, Severity
from retinue.console import out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from features.readiness.facts import Facts
    from features.readiness.finding import Finding
    from training.readiness.assess import Readiness
    from training.readiness.population import Population

STYLES: dict[Severity, str] = {"stops": "bold red", "weakens": "yellow", "note": "cyan"}


def show_readiness(readiness: "Readiness") -> None:
    """Tables, findings by severity, customers at the dates of training, and the verdict."""
    _show_tables(readiness.facts)
    for severity, findings in groupby(readiness.findings, lambda finding: finding.severity):
        _show_findings(severity, list(findings))
    if readiness.population is not None and readiness.split is not None:
        _show_population(readiness.population, len(readiness.split.fit))
    out.print()
    if readiness.is_ready:
        weak = sum(finding.severity == "weakens" for finding in readiness.findings)
        but = f" What weakens a model: {weak}, above." if weak else ""
        out.print(f"[bold green]Ready to train.[/bold green]{but}")
    else:
        out.print(f"[bold red]Not ready to train[/bold red]: {len(readiness.stops)} to mend first.")


def _show_tables(facts: "Facts") -> None:
    names = ("table", "rows", "customers", "from", "to", "repeated", "left out")
    table = Table(*names, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, found in facts.tables.items():
        days = [f"{day:%Y-%m-%d}" if day else "" for day in (found.report.first, found.report.last)]
        table.add_row(
            name,
            f"{found.report.rows:,}",
            f"{found.customers:,}",
            *days,
            f"{found.duplicates:,}",
            f"{found.report.rows - found.kept:,}",
        )
    for column in (1, 2, 5, 6):
        table.columns[column].justify = "right"
    for column in (0, 1, 3, 4):
        table.columns[column].no_wrap = True
    out.print(table)


def _show_findings(severity: Severity, findings: "Sequence[Finding]") -> None:
    out.print(f"\n[{STYLES[severity]}]{severity}[/] [dim]({MEANINGS[severity]})[/dim]")
    for finding in findings:
        about = f"{finding.table}: " if finding.table else ""
        out.print(f"[bold]{finding.code.name}[/bold]  {about}{escape(finding.found)}")
        out.print(Padding(f"[dim]so[/dim] {escape(finding.effect)}", (0, 0, 0, 4)))
        if finding.remedy != "nothing":
            out.print(Padding(f"[dim]do[/dim] {escape(finding.remedy)}", (0, 0, 0, 4)))


def _show_population(population: "Population", fit_dates: int) -> None:
    counted = sum(date.role == "fit" for date in population.dates)
    some = f" ({counted} of {fit_dates} fit dates were counted)" if counted < fit_dates else ""
    out.print(f"\n[bold]Customers at the dates that training would use[/bold]{some}")
    causes = {
        cause: cause.replace("_", " ") for date in population.dates for cause in date.excluded
    }
    names = ("role", "as of", "eligible", "churned", "stayed", "rate", *causes.values())
    table = Table(*names, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for date in population.dates:
        rate = f"{date.churned / date.eligible:.1%}" if date.eligible else ""
        counts = (date.eligible, date.churned, date.eligible - date.churned)
        left_out = (date.excluded.get(cause, 0) for cause in causes)
        table.add_row(
            date.role.replace("_", " "),
            f"{date.as_of:%Y-%m-%d}",
            *(f"{count:,}" for count in counts),
            rate,
            *(f"{count:,}" for count in left_out),
        )
    for column in table.columns[2:]:
        column.justify = "right"
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    out.print(table)
    if population.median_usual_gap is not None:
        out.print(f"The median customer orders every {population.median_usual_gap:.0f} days.")
