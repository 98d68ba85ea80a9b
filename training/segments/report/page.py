"""The report as one page: no script, and nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from training.readiness.style import STYLE
from training.segments.report import page_words as words
from training.segments.report.chart import Language, Picture, said
from training.segments.report.page_scheme import badge, marked, scheme_section, stability
from training.segments.report.style import MORE_STYLE

if TYPE_CHECKING:
    from training.segments.overview import SchemeOverview
    from training.segments.report.report import Report

Pictures = Mapping[str, Sequence[Picture]]


def page(report: "Report", pictures: Pictures, files: Sequence[str], language: Language) -> str:
    """The whole page, as HTML.

    Args:
        report: What it says.
        pictures: By scheme.
        files: Names of the files beside the page.
        language: Of the page.
    """
    name, overview = escape(report.name), report.overview
    title = said(words.TITLE, language)
    sections = [
        scheme_section(report, one, pictures.get(one.scheme.name, ()), language)
        for one in overview.schemes
    ]
    beside = said(words.FILES, language).format(", ".join(f"<code>{one}</code>" for one in files))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: {title}</title><style>{STYLE}{MORE_STYLE}</style></head>\n<body><main>"
        f"<h1>{title}</h1><p class=sub>{name}, {said(words.AS_OF, language)} "
        f"{overview.as_of:%Y-%m-%d}</p>\n"
        + "\n".join([_summary(report, language), *sections, _off(report, language)])
        + f"<footer>{escape(said(words.FOOTER, language))} {beside if files else ''}</footer>"
        "</main></body></html>\n"
    )


def _summary(report: "Report", language: Language) -> str:
    overview = report.overview
    heads = (
        words.SCHEME,
        words.LABELS,
        words.COVERAGE,
        words.STABILITY,
        words.LARGEST,
        words.VERDICT,
    )
    rows = "".join(_summary_row(report, one, language) for one in overview.schemes)
    off = "".join(
        f"<tr class=off><th scope=row><a href='#off'>{escape(said(one.scheme.title, language))}</a>"
        f"</th><td colspan=4></td><td>{badge(said(words.OFF, language), 'off')}</td></tr>"
        for one in overview.off
    )
    customers = overview.dated.customers
    counted = said(words.ON_OFF, language).format(
        len(overview.schemes),
        len(overview.schemes) + len(overview.off),
        f"{len(customers):,}",
        overview.currency,
        f"{float(customers.money.sum()):,.0f}",
    )
    still = f"<p>{escape(said(report.still, language))}</p>" if report.still else ""
    return (
        f"<section><h2>{said(words.AT_A_GLANCE, language)}</h2><p><b>{escape(counted)}</b></p>"
        f"<p>{marked(said(overview.origin, language))}</p>"
        f"<p>{marked(said(overview.churn_in_words, language))}</p>{still}"
        f"<div class=wide><table class=glance><tr>"
        + "".join(f"<th>{said(head, language)}</th>" for head in heads)
        + f"</tr>{rows}{off}</table></div>"
        f"<p class=sub>{escape(said(words.WHICH_TO_USE, language))}</p></section>"
    )


def _summary_row(report: "Report", found: "SchemeOverview", language: Language) -> str:
    name = found.scheme.name
    examined = report.examinations[name]
    best = max(found.sizes.labels, key=lambda size: size.parts, default=None)
    held = sum(size.customers > 0 for size in found.sizes.labels)
    most = ""
    if best is not None and best.share_of_money is not None:
        most = f"{escape(said(best.label.name, language))} ({best.share_of_money:.0%})"
    verdict = badge(said(words.BADGES[examined.verdict], language), words.GOODS[examined.verdict])
    return (
        f"<tr><th scope=row><a href='#{name}'>{escape(said(found.scheme.title, language))}</a></th>"
        f"<td>{held}</td><td>{examined.measurable.coverage:.0%}</td>"
        f"<td>{stability(examined, language)}</td><td>{most}</td><td>{verdict}</td></tr>"
    )


def _off(report: "Report", language: Language) -> str:
    off = report.overview.off
    if not off:
        return f"<section id=off><p>{said(words.NONE_OFF, language)}</p></section>"
    cards = "".join(
        f"<article class=note><h3>{escape(said(one.scheme.title, language))} "
        f"<small class=code>{one.scheme.name}</small></h3>"
        f"<p>{marked(_sentence(said(one.why, language)))}</p></article>"
        for one in off
    )
    return (
        f"<section id=off><h2>{said(words.OFF, language)} <small>{len(off)}</small></h2>"
        f"<p class=sub>{said(words.OFF_SUB, language)}</p>{cards}</section>"
    )


def _sentence(text: str) -> str:
    """With a capital, and a full stop."""
    stop = "." if text.isascii() else "。"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "。")) else stop)
