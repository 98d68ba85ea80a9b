"""Which charts a report has, and those of single schemes."""

from typing import TYPE_CHECKING

import numpy as np

from features.feature import Words
from scoring.segments.abc import Contributions, contributions
from scoring.segments.clusters import Clustering
from scoring.segments.lifecycle import LIFECYCLE
from scoring.segments.rfm import RFM
from training.clustering.pictures import plot_profiles
from training.segments.report.chart import BLUE, GREY, ORANGE, Chart, Language, blank, said, short
from training.segments.report.migration_chart import migration_chart
from training.segments.report.rfm_map import draw_rfm_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from scoring.segments.customers import Customers
    from training.segments.overview import SchemeOverview
    from training.segments.report.report import Report

MOST_POINTS = 2000  # on the curve; more are not seen


def charts_of(report: "Report") -> dict[str, list[Chart]]:
    """By scheme, its charts; a scheme that is off has none."""
    overview = report.overview
    found: dict[str, list[Chart]] = {one.scheme.name: [] for one in overview.schemes}
    customers, currency = overview.dated.customers, overview.currency
    for one in overview.schemes:
        name = one.scheme.name
        own = _own_chart(one, customers, currency)
        if own is not None:
            found[name].append(own)
        movement = report.movements.get(name)
        if movement is not None and movement.migration.moved:
            found[name].append(migration_chart(movement))
    return found


def _own_chart(found: "SchemeOverview", customers: "Customers", currency: str) -> Chart | None:
    scheme, fitted = found.scheme.name, found.fitted
    if scheme == "abc":
        return Chart(
            "abc_pareto",
            Words("Cumulative share of money by share of customers", "客户占比与累计金额占比"),
            lambda language: _pareto(found, customers, language),
        )
    if scheme == RFM.name:
        return Chart(
            "rfm_map",
            Words("Customers and money by recency and frequency", "按近度与频度的客户与金额"),
            lambda language: draw_rfm_map(found, customers, currency, language),
        )
    if scheme == LIFECYCLE.name:
        return Chart(
            "lifecycle_funnel",
            Words("Customers and money in each state", "各生命周期状态的客户与金额"),
            lambda language: _funnel(found, currency, language),
        )
    if isinstance(fitted, Clustering):
        return Chart(
            "cluster_profiles",
            Words("What sets each cluster apart", "各聚类的特点"),
            lambda _: plot_profiles(fitted),
        )
    return None


def _pareto(found: "SchemeOverview", customers: "Customers", language: Language) -> "Figure":
    """The curve, and where the classes end."""
    table = contributions(customers)
    figure = blank(7.6, 4.2)
    axes = figure.subplots()
    places = np.unique(np.linspace(0, max(len(table.order) - 1, 0), MOST_POINTS).astype(int))
    x = np.append(0, table.share_of_customers[places])
    y = np.append(0, table.cumulative_share[places])
    axes.plot(x, y, color=BLUE, linewidth=2.2)
    axes.fill_between(x, y, color=BLUE, alpha=0.08)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
    ends = np.cumsum([size.customers for size in found.sizes.labels[:-1]])
    for size, end in zip(found.sizes.labels, ends, strict=False):
        share, reached = _reached(table, int(end))
        axes.axvline(share, color=ORANGE, linewidth=1.2)
        axes.annotate(
            f"{said(size.label.name, language)}\n{share:.0%} → {reached:.0%}",
            (share, 0.03),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=9,
            color="#8a5a00",
        )
    share, reached = _reached(table, int(ends[0]))
    title = Words(
        f"{share:.0%} of customers bring {reached:.0%} of the money",
        f"{share:.0%}的客户贡献了{reached:.0%}的金额",
    )
    axes.set_title(said(title, language), loc="left")
    axes.set_xlabel(
        said(Words("share of customers, largest first", "客户占比（按金额从高到低）"), language)
    )
    axes.set_ylabel(said(Words("cumulative share of a year's money", "累计金额占比"), language))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    _percent(axes)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _reached(table: Contributions, customers: int) -> tuple[float, float]:
    """The share of all customers that the first of them are, and the share of money they bring."""
    if not customers:
        return 0.0, 0.0
    return float(table.share_of_customers[customers - 1]), float(
        table.cumulative_share[customers - 1]
    )


def _percent(axes: "Axes") -> None:
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def _funnel(found: "SchemeOverview", currency: str, language: Language) -> "Figure":
    """Centred bars, one per state, as wide as it has customers."""
    sizes = found.sizes.labels
    figure = blank(7.6, 0.62 * len(sizes) + 0.9)
    axes = figure.subplots()
    widest = max((size.customers for size in sizes), default=0) or 1
    wants = [BLUE, BLUE, BLUE, ORANGE, GREY]
    for i, size in enumerate(sizes):
        width = size.customers / widest
        axes.barh(i, width, left=-width / 2, height=0.78, color=wants[i % len(wants)], alpha=0.85)
        people = said(Words("customers", "位客户"), language)
        axes.text(
            0.56,
            i,
            f"{size.customers:,} {people} ({size.share:.0%})\n{currency} {short(size.money)}",
            va="center",
            fontsize=9,
        )
    names = [said(size.label.name, language) for size in sizes]
    axes.set_yticks(range(len(sizes)), names)
    axes.set_ylim(len(sizes) - 0.4, -0.6)
    axes.set_xlim(-0.52, 1.0)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(said(_who_is_silent(found), language), loc="left")
    return figure


def _who_is_silent(found: "SchemeOverview") -> Words:
    """The share of customers, and of money, that is going or gone."""
    silent = [size for size in found.sizes.labels if size.label.code in ("dormant", "churned")]
    share = sum(size.share for size in silent)
    money = sum(size.share_of_money or 0.0 for size in silent)
    return Words(
        f"{share:.0%} of customers are dormant or churned; they brought {money:.0%} of a year's "
        "money",
        f"{share:.0%}的客户已休眠或流失，近一年金额占{money:.0%}",
    )
