"""What commands share that run on Spark: tables opened there, and the folder that it writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from features.engines import connect_spark
from features.export import ExportError
from features.sources.complaints import first_line
from features.tables import open_tables
from retinue.commands.opening import churn_definitions, text_model
from scoring.segments.describe import questions_of

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend as Spark

    from features.tables import Tables
    from retinue.project import Project


def open_on_spark(project: "Project", tell: Callable[[str], None]) -> "tuple[Spark, Tables]":
    """Start Spark, and open the project's tables there.

    Raises:
        EngineError: It does not start.
        TableError: A table cannot be read.
    """
    tell("starting Spark")
    connection = connect_spark()
    tell(f"reading {len(project.sources)} tables")
    questions = questions_of(project.segments, churn_definitions(project))
    tables = open_tables(connection, project.sources, text_model(project), questions=questions)
    return connection, tables


def refuse_what_is_there(to: str) -> None:
    """Refuse to write over a folder; an address such as s3a://bucket/folder is Spark's to look up.

    Raises:
        ExportError: It is there.
    """
    if Path(to).exists():
        raise ExportError(f"{to} is there already; Spark writes a folder: name another with --out")


@contextmanager
def written_by_spark(to: str) -> Iterator[None]:
    """Tell what goes wrong while Spark computes and writes.

    Raises:
        ExportError: It could not.
    """
    try:
        yield
    except Exception as error:
        raise ExportError(
            f"{to}: cannot be written by Spark: {first_line(error)}; name another folder with "
            "--out, or correct the rows that the message names"
        ) from error
