"""`retinue check --html` on own features: one page that an owner can read, with no script."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

import numpy as np

from features.own.inference import Inferred
from features.own.reading import OwnSource, OwnTable
from features.own.schema import OwnColumn
from features.readiness.finding import share
from scoring.own import caveats
from training.own.labelled import Labelled
from training.readiness.page import HEADINGS, framed

MOST_VALUES = 6
HEADS = ("column", "taken as", "blank", "ranks alone, AUC", "values")


@dataclass(frozen=True)
class OwnReport:
    """What was found.

    Attributes:
        name: Of the project.
        table: As it was read.
        source: What its columns are for.
        inferred: What they are.
        found: The rows as they would be learned from; None where one cannot train.
        problem: Why one cannot; empty where one can.
    """

    name: str
    table: OwnTable
    source: OwnSource
    inferred: Inferred
    found: Labelled | None
    problem: str


def own_page(report: OwnReport, checked: datetime) -> str:
    """The whole page, as HTML.

    Args:
        report: What was found.
        checked: When, UTC.
    """
    stops = [_article("stops", report.problem, "")] if report.problem else []
    return framed(
        report.name,
        checked,
        [
            _verdict(report),
            _section(HEADINGS["stops"], stops),
            _columns(report),
            _section(HEADINGS["weakens"], _weakens(report)),
            _section(HEADINGS["note"], _notes(report)),
        ],
    )


def _verdict(report: OwnReport) -> str:
    kind, title = "good", "Yes: there is enough to train a model."
    told = f"{len(report.table):,} customers, one row each, as of {report.source.as_of}"
    if report.found is None:
        kind, title = "bad", "Not yet."
    else:
        churned = report.found.snapshots.churned
        gone = int(churned.sum())
        told += f"; {gone:,} of them ({share(gone, len(churned))}) churned"
    return (
        f"<section class='verdict {kind}'><strong>{title}</strong><p>{escape(told)}.</p></section>"
    )


def _columns(report: OwnReport) -> str:
    rows = "".join(_row(report, column) for column in report.inferred.features.columns)
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return (
        "<section><h2>What a model would learn from</h2>"
        f"<div class=wide><table><tr>{heads}</tr>{rows}</table></div>"
        "<p class=sub>AUC says how well a column alone ranks who churned: 0.5 is chance, and near "
        "1 it is the label in disguise. No model was fitted.</p></section>"
    )


def _row(report: OwnReport, column: OwnColumn) -> str:
    read = report.table.column(column.name)
    blank = sum(text is None for text in read.texts)
    if column.kind == "category":
        more = ", ..." if len(column.categories) > MOST_VALUES else ""
        values = ", ".join(column.categories[:MOST_VALUES]) + more
    else:
        low, middle, high = np.nanquantile(read.numbers, [0, 0.5, 1])
        values = f"{low:,.6g} to {high:,.6g}, half below {middle:,.6g}"
    alone = "" if report.found is None else f"{report.found.alone[column.name]:.3f}"
    missing = share(blank, len(read.texts)) if blank else ""
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in (column.kind, missing, alone, values))
    return f"<tr><th scope=row>{escape(column.name)}</th>{cells}</tr>"


def _weakens(report: OwnReport) -> Iterator[str]:
    suspicious = {} if report.found is None else report.found.suspicious
    for name, auc in suspicious.items():
        yield _article(
            "weakens",
            f"{name} alone ranks customers with an AUC of {auc:.3f}",
            "Make sure that it was known before they left, or name it in exclude",
        )
    for caveat in caveats(report.source.as_of):
        yield _article("weakens", f"{caveat.en[:1].upper()}{caveat.en[1:]}", "")


def _notes(report: OwnReport) -> Iterator[str]:
    for name, why in report.inferred.left_out.items():
        yield _article("note", f"{name} is left out: {why}", "")
    if report.found is not None and report.found.money is not None:
        money = report.found.money
        blank = f", blank for {int(np.isnan(money).sum()):,}"
        yield _article(
            "note",
            f"{report.source.value} is what a customer brings in a period: "
            f"{np.nansum(money):,.2f} in all{blank}",
            "",
        )


def _section(title: str, articles: "list[str] | Iterator[str]") -> str:
    cards = list(articles)
    if not cards:
        return ""
    return f"<section><h2>{title} <small>{len(cards)}</small></h2>{''.join(cards)}</section>"


def _article(kind: str, found: str, remedy: str) -> str:
    todo = f"<p><b>What to do:</b> {escape(remedy)}.</p>" if remedy else ""
    return f"<article class={kind}><h3>{escape(found)}.</h3>{todo}</article>"
