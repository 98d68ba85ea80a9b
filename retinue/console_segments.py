"""Schemes, movement and comparison as a person sees them in a terminal."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from features.feature import Language
from retinue.console import out, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from features.feature import Words
    from scoring.segments.migration import Migration
    from training.segments.comparison import Comparison
    from training.segments.movement import Movement
    from training.segments.overview import Line, Overview, SchemeOverview

HEADS = {
    "en": ("customers", "share", "money a year", "of money", "churned", "predicted", "reachable"),
    "zh": ("客户数", "占比", "年金额", "金额占比", "实际流失率", "预测流失率", "可触达"),
}
TITLES = {
    "en": {"off": "Off, and why", "total": "all", "from": "from \\ to", "worth": "Worth an alert"},
    "zh": {"off": "未启用及原因", "total": "合计", "from": "由 \\ 至", "worth": "需提醒的变动"},
}
MOST_ALERTS, MOST_CHANGES = 10, 3
LABEL_WIDTH = 16  # narrower, a name would be cut into syllables


def show_overview(overview: "Overview", language: Language, *, with_rules: bool) -> None:
    """A table per scheme, and which are off."""
    say(f"{overview.as_of:%Y-%m-%d}. {overview.origin.said(language)}")
    say(overview.churn_in_words.said(language))
    for found in overview.schemes:
        _show_scheme(found, overview.currency, language)
        if with_rules:
            say(found.fitted.rule().said(language))
    if overview.off:
        out.print(f"\n[bold]{TITLES[language]['off']}[/bold]")
    for one in overview.off:
        _point(f"{one.scheme.title.said(language)} ({one.scheme.name})", one.why, language)


def _show_scheme(found: "SchemeOverview", currency: str, language: Language) -> None:
    title = found.scheme.title.said(language)
    out.print(f"\n[bold]{escape(title)}[/bold] [dim]{found.scheme.name}[/dim]")
    heads = list(HEADS[language])
    heads[2] = f"{heads[2]}, {currency}"
    sizes = found.sizes
    total = [f"{sizes.customers:,}", "", f"{sizes.money:,.0f}", *[""] * 3]
    rows = [_cells(line) for line in found.lines]
    # What is known of no label gets no column.
    shown = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    table = _table("", *(heads[i] for i in shown))
    for line, row in zip(found.lines, rows, strict=True):
        table.add_row(escape(line.size.label.name.said(language)), *(row[i] for i in shown))
    total.append(_share(sizes.reachable_share))
    table.add_row(TITLES[language]["total"], *(total[i] for i in shown), style="dim")
    _print(table)


def _cells(line: "Line") -> list[str]:
    size = line.size
    return [
        f"{size.customers:,}",
        _share(size.share),
        f"{size.money:,.0f}",
        _share(size.share_of_money),
        _share(line.churn_rate),
        _share(size.mean_churn_probability),
        _share(size.reachable_share),
    ]


def show_movement(movement: "Movement", language: Language) -> None:
    """The matrix of customers, that of money, and what is worth an alert."""
    migration, currency = movement.migration, movement.currency
    say(movement.origin.said(language))
    if movement.caution:
        say(movement.caution.said(language))
    say(migration.in_words().said(language))
    names = {"en": ("Customers", "Money before", "Money after"), "zh": ("客户数", "之前", "之后")}
    out.print(f"\n[bold]{names[language][0]}[/bold]")
    _print(_matrix(migration, migration.customers, 1, language))
    for name, parts in zip(
        names[language][1:], (migration.parts_before, migration.parts_after), strict=True
    ):
        out.print(f"\n[bold]{name}, {currency}[/bold]")
        _print(_matrix(migration, parts, 10_000, language))
    out.print(f"\n[bold]{TITLES[language]['worth']}[/bold]")
    say(movement.alert_rule.said(language))
    if not movement.alerts:
        say({"en": "- none", "zh": "- 无"}[language])
    for alert in movement.alerts[:MOST_ALERTS]:
        say(f"- {alert.in_words().said(language)}")


def _matrix(
    migration: "Migration", values: "NDArray[np.int64]", unit: int, language: Language
) -> Table:
    """Rows and columns that hold anyone, with their totals."""
    counts = migration.customers
    rows = [i for i in range(len(migration.rows)) if counts[i].any()]
    columns = [j for j in range(len(migration.columns)) if counts[:, j].any()]
    names = [escape(migration.columns[j].name.said(language)) for j in columns]
    total = TITLES[language]["total"]
    table = _table(TITLES[language]["from"], *names, total)
    for i in rows:
        cells = [f"{values[i, j] / unit:,.0f}" if counts[i, j] else "·" for j in columns]
        own = sum(values[i, j] for j in columns) / unit
        table.add_row(escape(migration.rows[i].name.said(language)), *cells, f"{own:,.0f}")
    sums = [sum(values[i, j] for i in rows) / unit for j in columns]
    table.add_row(total, *(f"{one:,.0f}" for one in sums), f"{sum(sums):,.0f}", style="dim")
    return table


def show_comparison(comparisons: "Mapping[str, Comparison]", language: Language) -> None:
    """The verdict on every scheme, with what moved and for whom."""
    for name, found in comparisons.items():
        out.print(f"\n[bold]{escape(found.title.said(language))}[/bold] [dim]{name}[/dim]")
        say(found.in_words().said(language))
        if found.drift is None:
            continue
        for change in found.drift.thresholds[:MOST_ALERTS]:
            say(f"- {change.in_words().said(language)}")
        for cell in found.drift.changes[:MOST_CHANGES]:
            before, after = (one.name.said(language) for one in (cell.before, cell.after))
            say(f"- {before} → {after}: {cell.customers:,}")


def _table(first: str, *heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold")
    for head in heads:
        table.add_column(head, justify="right")
    return table


def _print(table: Table) -> None:
    """Print a table in which names and heads may take more lines, but numbers stay whole."""
    label, *numbers = table.columns
    for column in numbers:
        words = str(column.header).split()
        column.width = max(cell_len(str(one)) for one in (*column.cells, *words))
    room = out.width - sum(1 + (column.width or 0) for column in numbers)
    longest = max(cell_len(str(cell)) for cell in (*label.cells, label.header))
    label.width = min(longest, max(LABEL_WIDTH, room))
    out.print(table)


def _point(name: str, why: "Words", language: Language) -> None:
    say(f"- {name}: {why.said(language)}")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
