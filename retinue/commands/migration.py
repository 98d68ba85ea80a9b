"""`retinue migration`: who moved from label to label between two dates, and with what money."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from features.export import export, export_ending
from features.feature import Language
from retinue.commands.standing import standpoint_of
from retinue.console import out, progress, say
from retinue.console_segments import show_movement
from retinue.project import Project
from training.segments.movement import ascending, movement_between
from training.segments.overview import named
from training.segments.record import movement_record


@dataclass(frozen=True)
class Question:
    """Which movement is asked for.

    Attributes:
        start: The first date.
        end: The second.
        scheme: Between whose labels.
        language: Of words.
    """

    start: datetime
    end: datetime
    scheme: str = "rfm"
    language: Language = "en"


def run(project: Project, question: Question, to: Path | None, *, as_json: bool) -> None:
    """Print the matrix and, if asked, write its cells to a CSV or Parquet file."""
    scheme = named(question.scheme)
    ascending(question.start, question.end)
    if to:
        export_ending(to)
    standpoint = standpoint_of(project)
    with progress() as (tell, _):
        tell(f"classifying everyone at {question.start:%Y-%m-%d} and {question.end:%Y-%m-%d}")
        movement = movement_between(standpoint, scheme, question.start, question.end)
    if to:
        export(movement.table(), to)
    if as_json:
        out.print_json(json.dumps(movement_record(movement)))
        return
    show_movement(movement, question.language)
    if to:
        say(f"{to}: {len(movement.migration.cells):,} cells")
