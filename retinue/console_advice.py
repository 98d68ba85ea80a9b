"""Advice on `silent_days` as a person sees it in a terminal."""

from typing import TYPE_CHECKING

from rich.table import Table

from retinue.console import out, say
from training.advice.words import sentences

if TYPE_CHECKING:
    from training.advice.advise import Advice


def show_advice(advice: "Advice") -> None:
    """Candidates as a table, and what follows in sentences."""
    out.print(
        f"{advice.customers:,} customers up to {advice.as_of:%Y-%m-%d}; gone and came back as seen "
        f"from {advice.past:%Y-%m-%d}."
    )
    horizon = f"order in {advice.horizon} days"
    names = ("silent", "silences", horizon, "ever", "gone", "back", "+7 days")
    table = Table(*names, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for line in advice.lines:
        found, days = line.stability, line.stability.silent_days
        table.add_row(
            f"{days}{'*' if days == advice.suggested else ''}",
            f"{line.silences:,}",
            rf"{line.within.value:.1%} \[{line.within.low:.1%}, {line.within.high:.1%}]",
            f"{line.ever:.1%}",
            f"{found.gone:,}",
            "" if found.came_back_share is None else f"{found.came_back_share:.1%}",
            "" if found.changed_share is None else f"-{found.changed_share:.1%}",
        )
    for column in table.columns:
        column.justify = "right"
        column.no_wrap = True
    out.print(table)
    suggested = "* suggested. " if advice.suggested is not None else ""
    out.print(
        f"[dim]{suggested}\\[95 % intervals]; silences that still run count for as long as they "
        "were watched. +7 days: by how much fewer would be gone.[/dim]"
    )
    for sentence in sentences(advice):
        say(sentence)
