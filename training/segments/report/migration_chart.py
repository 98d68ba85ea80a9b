"""The movement of customers between two dates as a heat map."""

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from features.feature import Words
from training.segments.report.chart import HEAT, INK, Chart, Language, blank, said, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from training.segments.movement import Movement

MOST_LABELS = 16  # more make cells too small to read
NAME_WIDTH = {"en": 24, "zh": 12}
MOST_LINES = 3


def migration_chart(movement: "Movement") -> Chart:
    """Customers by old and new label, with the money that they brought."""
    title = movement.scheme.title
    return Chart(
        f"{movement.scheme.name}_migration",
        Words(f"{title.en}: from label to label", f"{title.zh}：标签迁移"),
        lambda language: _draw(movement, language),
        of_movement=True,
    )


def _draw(movement: "Movement", language: Language) -> "Figure":
    migration = movement.migration
    counts = migration.customers
    rows, columns = _largest(counts.sum(axis=1)), _largest(counts.sum(axis=0))
    shown = counts[np.ix_(rows, columns)]
    money = migration.parts_after[np.ix_(rows, columns)] / 10_000
    before = migration.parts_before[np.ix_(rows, columns)] / 10_000
    shares = shown / np.maximum(counts.sum(axis=1)[rows], 1)[:, None]
    figure = blank(3.0 + 0.58 * max(len(columns), 5), 1.5 + 0.42 * max(len(rows), 3))
    axes = figure.subplots()
    image = axes.imshow(shares, cmap=HEAT, vmin=0, vmax=1, aspect="auto")
    for i, j in np.argwhere(shown).tolist():
        worth = money[i, j] or before[i, j]  # of those who left, what they brought
        axes.text(
            j,
            i,
            f"{shown[i, j]:,}\n{short(float(worth))}",
            ha="center",
            va="center",
            fontsize=7.2,
            color="white" if shares[i, j] > 0.55 else INK,
        )
    names = [_wrapped(migration.columns[j].name, language) for j in columns]
    axes.set_xticks(range(len(columns)), names, rotation=40, ha="right", fontsize=8)
    names = [_wrapped(migration.rows[i].name, language) for i in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=8)
    at = Words("label at {}", "{}的标签")
    axes.set_xlabel(said(at, language).format(migration.to_date))
    axes.set_ylabel(said(at, language).format(migration.from_date))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.suptitle(said(_finding(movement), language), x=0.02, ha="left", fontsize=11)
    bar = figure.colorbar(image, ax=axes, shrink=0.8)
    bar.ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    bar.set_label(said(Words("share of the row", "占该行的比例"), language), fontsize=8)
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)
    return figure


def _largest(totals: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[int]:
    """Places that hold anyone, in their order; the largest where there are many."""
    held = [i for i in np.argsort(-totals, kind="stable").tolist() if totals[i]]
    return sorted(held[:MOST_LABELS])


def _wrapped(name: Words, language: Language) -> str:
    """On several lines: what tells names apart often stands at their ends."""
    lines = wrap(said(name, language), NAME_WIDTH[language])
    return "\n".join(lines[:MOST_LINES])


def _finding(movement: "Movement") -> Words:
    """How many moved, and what the cells say."""
    share = movement.migration.share_moved or 0.0
    currency = movement.currency
    return Words(
        f"{share:.0%} changed their label\n(cells: customers, and {currency} in a year)",
        f"{share:.0%}的客户标签有变化\n（格内：客户数与近一年金额{currency}）",
    )
