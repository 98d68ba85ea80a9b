"""The RFM map: recency by frequency, with customers, money and the group most often there."""

from typing import TYPE_CHECKING

import numpy as np

from features.feature import Words
from scoring.segments.money import PARTS_PER_UNIT, in_parts, sums_of_parts
from scoring.segments.rfm import SCORES
from training.segments.report.chart import HEAT, INK, Language, blank, said, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scoring.segments.customers import Customers
    from training.segments.overview import SchemeOverview


def draw_rfm_map(
    found: "SchemeOverview", customers: "Customers", currency: str, language: Language
) -> "Figure":
    """A heat map of money, recent and frequent at the upper right."""
    from matplotlib.colors import PowerNorm

    labels = found.fitted.label(customers)
    scored = labels.positions >= 0
    recency, frequency = (
        np.asarray(labels.facts[f"{axis}_score"][scored], dtype=np.int64) - 1
        for axis in ("recency", "frequency")
    )
    cells = frequency * SCORES + recency
    counts = np.bincount(cells, minlength=SCORES**2)
    parts = sums_of_parts(cells, in_parts(customers.money[scored]), SCORES**2)
    money = parts.reshape(SCORES, SCORES) / PARTS_PER_UNIT
    groups = np.zeros((SCORES**2, len(found.fitted.labels)), dtype=np.int64)
    np.add.at(groups, (cells, labels.positions[scored]), 1)
    most = groups.argmax(axis=1)
    figure = blank(7.6, 5.0)
    axes = figure.subplots()
    darkest = float(money.max()) or 1.0
    # The best cell often brings half of all: by the square root the others are told apart.
    shade = PowerNorm(0.5, vmin=0, vmax=darkest)
    image = axes.imshow(np.maximum(money, 0), cmap=HEAT, norm=shade, origin="lower", aspect="auto")
    for i, j in np.ndindex(money.shape):
        cell = i * SCORES + j
        if not counts[cell]:
            axes.text(j, i, "·", ha="center", va="center", color=INK)
            continue
        name = said(found.fitted.labels[most[cell]].name, language)
        axes.text(
            j,
            i,
            f"{name}\n{counts[cell]:,}\n{short(float(money[i, j]))}",
            ha="center",
            va="center",
            fontsize=8.5,
            color="white" if money[i, j] > 0.36 * darkest else INK,
        )
    scores = [str(score) for score in range(1, SCORES + 1)]
    axes.set_xticks(range(SCORES), scores)
    axes.set_yticks(range(SCORES), scores)
    axes.set_xlabel(said(Words("recency score (5: most recent)", "近度得分（5为最近）"), language))
    axes.set_ylabel(
        said(Words("frequency score (5: most orders)", "频度得分（5为下单最多）"), language)
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(said(_finding(found), language), loc="left")
    bar = figure.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label(said(Words(f"{currency} in a year", f"近一年金额（{currency}）"), language))
    bar.ax.yaxis.set_major_formatter(lambda value, _: short(value))
    bar.outline.set_visible(False)
    return figure


def _finding(found: "SchemeOverview") -> Words:
    """The label that brings most of the money."""
    best = max(found.sizes.labels, key=lambda size: size.parts)
    share, name = best.share_of_money or 0.0, best.label.name
    return Words(
        f"{name.en}: {best.share:.0%} of customers, {share:.0%} of the money",
        f"{name.zh}：占客户{best.share:.0%}，占金额{share:.0%}",
    )
