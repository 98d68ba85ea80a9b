"""One scheme's part of the page: verdict, charts, labels, movement, rule, four questions."""

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from training.segments.examination import QUESTIONS
from training.segments.levels import STATUS_WORDS
from training.segments.report import page_words as words
from training.segments.report.chart import Language, Picture, said

if TYPE_CHECKING:
    from training.segments.examination import Examination
    from training.segments.movement import Movement
    from training.segments.overview import Line, SchemeOverview
    from training.segments.report.report import Report

MOST_ALERTS = 5
MARKS = {"passes": "good", "weak": "fair", "fails": "bad", "unknown": "open"}


def scheme_section(
    report: "Report", found: "SchemeOverview", pictures: Sequence[Picture], lang: Language
) -> str:
    """Everything about one scheme that is on."""
    scheme = found.scheme
    examined = report.examinations[scheme.name]
    movement = report.movements.get(scheme.name)
    return (
        f"<section id={scheme.name}><h2>{escape(said(scheme.title, lang))} "
        f"<small class=code>{scheme.name}</small> "
        f"{badge(said(words.BADGES[examined.verdict], lang), words.GOODS[examined.verdict])}</h2>"
        f"<p>{escape(said(examined.in_words(), lang))}</p>"
        + _labels(found, report.overview.currency, lang)
        + _figures([one for one in pictures if not one.of_movement])
        + (_movement(movement, lang) if movement else "")
        + _figures([one for one in pictures if one.of_movement])
        + _questions(examined, lang)
        + f"<details><summary>{said(words.RULE, lang)}</summary>"
        f"<p>{marked(said(found.fitted.rule(), lang))}</p></details></section>"
    )


def marked(text: str) -> str:
    """The text as HTML, commands within backquotes set apart."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def badge(text: str, kind: str) -> str:
    """A word in a coloured box."""
    return f"<span class='badge {kind}'>{escape(text)}</span>"


def stability(examined: "Examination", language: Language) -> str:
    """The adjusted Rand index, or that labels follow from the rule alone."""
    found = examined.measurable.stability
    if found is None:
        return ""
    if found.thresholds_never_move:
        return said(words.BY_RULE, language)
    return f"{found.adjusted_rand:.2f}"


def _figures(pictures: Sequence[Picture]) -> str:
    return "".join(
        f'<figure><img alt="{escape(one.alt)}" src="{one.address}"></figure>' for one in pictures
    )


def _labels(found: "SchemeOverview", currency: str, language: Language) -> str:
    """A row per label; what is known of none has no column."""
    heads = [
        said(words.CUSTOMERS, language),
        said(words.SHARE, language),
        f"{said(words.MONEY, language)}, {currency}",
        said(words.OF_MONEY, language),
        said(words.CHURNED, language),
        said(words.PREDICTED, language),
        said(words.REACHABLE, language),
    ]
    cells = [_cells(line) for line in found.lines]
    shown = [i for i in range(len(heads)) if any(row[i] for row in cells)]
    rows = "".join(
        f"<tr{'' if line.size.customers else ' class=off'}>"
        f"<th scope=row>{escape(said(line.size.label.name, language))}</th>"
        + "".join(row[i] or "<td></td>" for i in shown)
        + "</tr>"
        for line, row in zip(found.lines, cells, strict=True)
    )
    sizes = found.sizes
    totals = [f"{sizes.customers:,}", "", f"{sizes.money:,.0f}", "", "", "", ""]
    totals[6] = _percent(sizes.reachable_share)
    total = "".join(f"<td>{totals[i]}</td>" for i in shown)
    return (
        f"<div class=wide><table class=labels><tr><th>{said(words.LABEL, language)}</th>"
        + "".join(f"<th>{heads[i]}</th>" for i in shown)
        + f"</tr>{rows}<tr class=total><th scope=row>{said(words.ALL, language)}</th>{total}</tr>"
        "</table></div>"
    )


def _cells(line: "Line") -> list[str | None]:
    """Table cells, None where nothing is known."""
    size = line.size
    return [
        f"<td>{size.customers:,}</td>",
        _bar(size.share, "people"),
        f"<td>{size.money:,.0f}</td>",
        _bar(size.share_of_money, "money"),
        _bar(line.churn_rate, "left"),
        _bar(size.mean_churn_probability, "left"),
        _bar(size.reachable_share, "reach"),
    ]


def _bar(share: float | None, kind: str) -> str | None:
    """A share with a bar behind it; None where it is not known."""
    if share is None:
        return None
    width = min(max(share, 0.0), 1.0)
    bar = f"<span class={kind} style='--share:{width:.4f}'></span>"
    return f"<td class=bar>{bar}<b>{share:.1%}</b></td>"


def _movement(movement: "Movement", language: Language) -> str:
    """How many moved, and what is worth an alert."""
    alerts = [escape(said(one.in_words(), language)) for one in movement.alerts]
    more = len(alerts) - MOST_ALERTS
    items = "".join(f"<li>{one}</li>" for one in alerts[:MOST_ALERTS])
    rest = f"<p class=sub>{said(words.MORE, language).format(more)}</p>" if more > 0 else ""
    listed = (
        f"<details><summary>{said(words.ALERTS, language)} ({len(alerts)})</summary>"
        f"<p class=sub>{escape(said(movement.alert_rule, language))}</p><ul>{items}</ul>{rest}"
        "</details>"
        if alerts
        else ""
    )
    return (
        f"<h3>{said(words.MOVEMENT, language)}</h3>"
        f"<p>{escape(said(movement.migration.in_words(), language))}</p>{listed}"
    )


def _questions(examined: "Examination", language: Language) -> str:
    """Each question with its answer and what that rests on."""
    answers = {
        "measurable": examined.measurable.in_words(),
        "substantial": examined.substantial.in_words(),
        "accessible": examined.accessible.in_words(),
        "responding": examined.responding.in_words(),
    }
    rows = "".join(
        f"<tr><th scope=row>{said(QUESTIONS[name], language)}</th>"
        f"<td>{badge(said(STATUS_WORDS[status], language), MARKS[status])}</td>"
        f"<td>{marked(said(answers[name], language))}</td></tr>"
        for name, status in examined.statuses.items()
    )
    return (
        f"<h3>{said(words.QUESTIONS, language)}</h3>"
        f"<div class=wide><table class=questions>{rows}</table></div>"
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
