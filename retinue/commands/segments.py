"""`retinue segments`: every classification in numbers, in words, as a page, and at two dates."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from features.feature import Language
from retinue.commands.standing import standpoint_of
from retinue.console import out, progress, say
from retinue.console_segments import show_comparison, show_overview
from retinue.project import Project
from training.segments.comparison import Comparison, compare
from training.segments.movement import ascending
from training.segments.overview import Overview, named, overview_of
from training.segments.record import comparison_record, overview_record
from training.segments.standpoint import Standpoint


@dataclass(frozen=True)
class Question:
    """What is asked of the schemes.

    Attributes:
        scheme: Of this one alone; of all if None.
        as_of: At this date; the day after the last order if None.
        with_rules: Say each rule in words.
        report: Folder to write a page and its pictures to.
        between: Compare thresholds of two dates instead.
        language: Of words and of the page.
    """

    scheme: str | None = None
    as_of: datetime | None = None
    with_rules: bool = False
    report: Path | None = None
    between: tuple[datetime, datetime] | None = None
    language: Language = "en"


def run(project: Project, question: Question, *, as_json: bool) -> None:
    """Print sizes, money and churn of every label; or what a comparison found."""
    if question.scheme is not None:
        named(question.scheme)  # a wrong name is told before anything is read
    if question.between is not None:
        ascending(*question.between)
    standpoint = standpoint_of(project)
    if question.between is not None:
        _compare(standpoint, question, question.between, as_json=as_json)
        return
    date = question.as_of or standpoint.today
    if question.report is None:
        with progress() as (tell, _):
            tell(f"classifying everyone known at {date:%Y-%m-%d}")
            overview = overview_of(standpoint, date, question.scheme)
        written: list[Path] = []
    else:
        overview, written = _report(standpoint, date, question, question.report)
    if as_json:
        out.print_json(json.dumps(overview_record(overview, with_rules=question.with_rules)))
    else:
        show_overview(overview, question.language, with_rules=question.with_rules)
        if written:
            say(f"{written[0]}: the report, and {len(written) - 1} files beside it")


def _report(
    standpoint: Standpoint, date: datetime, question: Question, folder: Path
) -> tuple[Overview, list[Path]]:
    """Write the page; what it says of sizes is also printed."""
    # Matplotlib and SciPy take most of a second to import; only the page needs them.
    from training.segments.report.report import report_of
    from training.segments.report.write import write_report

    with progress() as (tell, _):
        report = report_of(standpoint, date, question.scheme, tell)
        tell(f"writing {folder}")
        return report.overview, write_report(report, folder, question.language)


def _compare(
    standpoint: Standpoint, question: Question, dates: tuple[datetime, datetime], *, as_json: bool
) -> None:
    with progress() as (tell, _):
        tell(f"fitting thresholds at {dates[0]:%Y-%m-%d}")
        before = standpoint.refitted(dates[0])
        tell(f"fitting thresholds at {dates[1]:%Y-%m-%d}")
        found = compare(before, standpoint.refitted(dates[1], before.segmentation))
    shown: dict[str, Comparison] = {
        name: one for name, one in found.items() if question.scheme in (None, name)
    }
    caution = standpoint.caution(dates[0])
    if as_json:
        days = [f"{date:%Y-%m-%d}" for date in dates]
        record = {
            "from": days[0],
            "to": days[1],
            "caution": asdict(caution) if caution else None,
            "schemes": comparison_record(shown),
        }
        out.print_json(json.dumps(record))
        return
    say(
        f"Thresholds fitted at {dates[0]:%Y-%m-%d}, held against those fitted at "
        f"{dates[1]:%Y-%m-%d}."
        if question.language == "en"
        else f"将{dates[0]:%Y-%m-%d}确定的阈值与{dates[1]:%Y-%m-%d}重新确定的阈值对比。"
    )
    if caution:
        say(caution.said(question.language))
    show_comparison(shown, question.language)
