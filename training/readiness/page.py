"""The report as one page that an owner can read: no script, and nothing from elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from features.readiness.finding import MEANINGS, SEVERITIES, Severity, share
from training.errors import TrainingError
from training.readiness.pictures import (
    draw_customers_at_dates,
    draw_rows_over_time,
    draw_silence_and_return,
    svg_address,
)
from training.readiness.style import STYLE

if TYPE_CHECKING:
    from features.readiness.facts import TableFacts
    from features.readiness.finding import Finding
    from training.readiness.assess import Readiness

HEADINGS: dict[Severity, str] = {
    "stops": "Mend this first",
    "weakens": "Weakens a model",
    "note": "Good to know",
}
FOOTER = (
    "<footer>Made by <code>retinue check</code>. Nothing was fitted, and no customer is named. "
    "docs/check.md explains the codes.</footer>"
)


def write_page(readiness: "Readiness", path: Path) -> None:
    """Write the page; a file that is there is replaced.

    Raises:
        TrainingError: The file cannot be written.
    """
    write(page(readiness), path)


def write(text: str, path: Path) -> None:
    """Write a page's text; a file that is there is replaced.

    Raises:
        TrainingError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrainingError(
            f"{path}: cannot be written: {error.strerror or error}; name another file with --html"
        ) from error


def page(readiness: "Readiness") -> str:
    """The whole page, as HTML."""
    stops, weakens, notes = (_findings(readiness, severity) for severity in SEVERITIES)
    parts = [_verdict(readiness), stops, _tables(readiness), weakens, _training(readiness), notes]
    return framed(readiness.config.name, readiness.facts.now, parts)


def framed(project: str, checked: datetime, parts: Sequence[str]) -> str:
    """A page of sections.

    Args:
        project: Its name.
        checked: When, UTC.
        parts: Sections, in HTML.
    """
    name = escape(project)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: readiness</title><style>{STYLE}</style></head>\n<body><main>"
        f"<h1>Can we predict who leaves?</h1><p class=sub>{name}, checked "
        f"{checked:%Y-%m-%d %H:%M} UTC</p>\n"
        + "\n".join(parts)
        + FOOTER
        + "</main></body></html>\n"
    )


def _verdict(readiness: "Readiness") -> str:
    counts = {
        severity: sum(finding.severity == severity for finding in readiness.findings)
        for severity in SEVERITIES
    }
    if readiness.is_ready:
        kind, title = "good", "Yes: there is enough to train a model."
        more = _counted(counts["weakens"], "weakens it", "weaken it")
    else:
        kind, title = "bad", "Not yet."
        more = _counted(counts["stops"], "must be mended first", "must be mended first")
    people = f"{readiness.facts.spine_customers:,} customers ordered or subscribed"
    return (
        f"<section class='verdict {kind}'><strong>{title}</strong><p>{people}{more}.</p></section>"
    )


def _counted(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return f"; one thing {one}" if count == 1 else f"; {count} things {many}"


def _tables(readiness: "Readiness") -> str:
    rows = "".join(_row(found) for found in readiness.facts.tables.values())
    heads = "".join(
        f"<th>{head}</th>"
        for head in (
            "table",
            "rows",
            "customers",
            "from",
            "to",
            "repeated",
            "left out",
            "emptiest column",
        )
    )
    picture = ""
    if any(found.counts.days for found in readiness.facts.tables.values()):
        address = svg_address(draw_rows_over_time(readiness))
        picture = f'<img alt="Rows over time, table by table" src="{address}">'
    return (
        "<section><h2>What there is</h2>"
        f"<div class=wide><table><tr>{heads}</tr>{rows}</table></div>"
        "<p class=sub>Repeated rows equal another in every mapped column. Rows without a customer "
        f"or a moment are left out.</p>{picture}</section>"
    )


def _row(found: "TableFacts") -> str:
    report = found.report
    days = [f"{day:%Y-%m-%d}" if day else "" for day in (report.first, report.last)]
    column, missing = max(report.missing.items(), key=lambda item: item[1])
    emptiest = f"{escape(column)}, {share(missing, report.rows)} missing" if missing else ""
    numbers = (f"{report.rows:,}", f"{found.customers:,}")
    after = (f"{found.duplicates:,}", f"{report.rows - found.kept:,}")
    cells = "".join(f"<td>{cell}</td>" for cell in (*numbers, *days, *after, emptiest))
    return f"<tr><th scope=row>{found.table.name}</th>{cells}</tr>"


def _findings(readiness: "Readiness", severity: Severity) -> str:
    found = [finding for finding in readiness.findings if finding.severity == severity]
    if not found:
        return ""
    cards = "".join(_card(finding) for finding in found)
    return (
        f"<section><h2>{HEADINGS[severity]} <small>{len(found)}</small></h2>"
        f"<p class=sub>{MEANINGS[severity].capitalize()}.</p>{cards}</section>"
    )


def _card(finding: "Finding") -> str:
    about = f"<span class=table>{finding.table}</span> " if finding.table else ""
    remedy = (
        ""
        if finding.remedy == "nothing"
        else f"<p><b>What to do:</b> {_with_code(finding.remedy)}</p>"
    )
    off = (
        f"<details><summary>{len(finding.features)} features</summary>"
        f"<p>{', '.join(finding.features)}</p></details>"
        if finding.features
        else ""
    )
    return (
        f"<article class={finding.severity}><h3>{about}{_sentence(finding.found)}</h3>"
        f"<p><b>So:</b> {_sentence(finding.effect)}</p>{remedy}{off}"
        f"<p class=code>{finding.code.name}</p></article>"
    )


def _sentence(text: str) -> str:
    return escape(text[:1].upper() + text[1:] + ".")


def _with_code(remedy: str) -> str:
    """The remedy, with the line to write set apart."""
    shown = _sentence(remedy)
    start, end = shown.find("{ sql ="), shown.rfind(" }")
    if start < 0 or end < start:
        return shown
    start = shown.rfind(" ", 0, shown.rfind(" = ", 0, start)) + 1
    return f"{shown[:start]}<code>{shown[start : end + 2]}</code>{shown[end + 2 :]}"


def _training(readiness: "Readiness") -> str:
    population, churn = readiness.population, readiness.config.churn
    if population is None or readiness.split is None:
        return ""
    fit_dates = sum(date.role == "fit" for date in population.dates)
    every = len(readiness.split.fit)
    some = f" ({fit_dates} of its {every} are shown)" if fit_dates < every else ""
    eligible, churned = population.of("test")
    usual = population.median_usual_gap
    words = (
        f"<p>Churn means {escape(churn.in_words())}. On the test date {eligible:,} customers could "
        f"still leave, and {churned:,} of them ({share(churned, eligible)}) did. "
        + (f"The median customer orders every {usual:.0f} days." if usual is not None else "")
        + "</p>"
    )
    silence = (
        "<h3>When is a customer gone?</h3><p class=sub>Of customers silent for so long, the share "
        "who ordered again. Where the dashed line cuts, customers count as gone.</p>"
        f'<img alt="Share of silent customers who return" '
        f'src="{svg_address(draw_silence_and_return(population, churn))}">'
        if len(population.silent_days)
        else ""
    )
    return (
        f"<section><h2>Whom a model would learn from</h2>{words}"
        '<img alt="Customers who stayed and churned at each date" '
        f'src="{svg_address(draw_customers_at_dates(population))}">'
        f"<p class=sub>A model is fitted on the first dates{some}, tuned and calibrated on the "
        f"next, and judged on the last, which it has never seen.</p>{silence}</section>"
    )
