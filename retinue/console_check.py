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
    if readiness.population is not None:
        _show_population(readiness.population)
    out.print()
    if readiness.is_ready:
        out.print("[bold green]Ready to train.[/bold green]")
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
    out.print(table)


def _show_findings(severity: Severity, findings: "Sequence[Finding]") -> None:
    out.print(f"\n[{STYLES[severity]}]{severity}[/] [dim]({MEANINGS[severity]})[/dim]")
    for finding in findings:
        about = f"{finding.table}: " if finding.table else ""
        out.print(f"[bold]{finding.code.name}[/bold]  {about}{escape(finding.found)}")
        out.print(Padding(f"[dim]so[/dim] {escape(finding.effect)}", (0, 0, 0, 4)))
        if finding.remedy != "nothing":
            out.print(Padding(f"[dim]do[/dim] {escape(finding.remedy)}", (0, 0, 0, 4)))


def _show_population(population: "Population") -> None:
    out.print("\n[bold]Customers at the dates that training would use[/bold]")
    names = ("role", "as of", "eligible", "churned", "stayed", "churn rate", "left out")
    table = Table(*names, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for date in population.dates:
        rate = f"{date.churned / date.eligible:.1%}" if date.eligible else ""
        causes = ", ".join(
            f"{count:,} {cause.replace('_', ' ')}" for cause, count in date.excluded.items()
        )
        counts = (date.eligible, date.churned, date.eligible - date.churned)
        table.add_row(
            date.role.replace("_", " "),
            f"{date.as_of:%Y-%m-%d}",
            *(f"{count:,}" for count in counts),
            rate,
            causes,
        )
    for column in (2, 3, 4, 5):
        table.columns[column].justify = "right"
    out.print(table)
    if population.median_usual_gap is not None:
        out.print(f"The median customer orders every {population.median_usual_gap:.0f} days.")
