"""Open what several commands need: tables with a progress line, and the champion."""

from typing import TYPE_CHECKING

from features.contract import CONTRACT
from features.engines import connect
from features.sample import EVERYONE, Sample
from features.sentiment.model import SentimentModel
from features.sources.csv_files import broken_lines
from features.tables import open_tables
from retinue.console import err, progress, show_tables
from retinue.errors import ProjectError
from scoring.errors import BundleError
from scoring.scorer import Scorer
from scoring.segments.describe import questions_of
from scoring.shelf import Shelf

if TYPE_CHECKING:
    from features.tables import Tables
    from retinue.project import Project
    from scoring.churn_definition import ChurnDefinition


def open_project_tables(project: "Project", *, quiet: bool, sample: Sample = EVERYONE) -> "Tables":
    """Read the project's tables and, unless quiet, show what was read.

    Raises:
        ProjectError: The project brings its own features instead, or a source is not sound.
        TableError: A table cannot be read.
    """
    if project.sections.own_features is not None:
        raise ProjectError(
            f"{project.path}: this command or option is made of dated tables, and the project "
            "brings [own_features]; those can check, train, evaluate, promote, score, at-risk and "
            "serve"
        )
    with progress() as (tell, _):
        tell(f"reading {len(project.sources)} tables")
        connection = connect()
        tables = open_tables(
            connection,
            project.sources,
            text_model(project),
            sample,
            questions_of(project.segments, churn_definitions(project)),
        )
    if not quiet:
        show_tables(tables.reports)
        if tables.customer_share < 1:
            err.print(
                f"of all customers a share of {tables.customer_share:.3g}, by a hash of the id"
            )
        for table in CONTRACT:
            if skipped := broken_lines(connection, table):
                err.print(f"{table.name}: {skipped:,} broken lines were skipped")
    return tables


def churn_definitions(project: "Project") -> list["ChurnDefinition"]:
    """The project's and, where it differs, the champion's: it scores until another is promoted."""
    try:
        return [project.churn, Shelf(project.bundles).champion().manifest.churn_definition]
    except BundleError:  # commands that need a champion say what is wrong with it
        return [project.churn]


def text_model(project: "Project") -> SentimentModel:
    """The project's own text model, where `retinue feedback fit` kept one; else the shipped."""
    own = project.sentiment
    return SentimentModel.read(own) if own.exists() else SentimentModel.shipped()


def champion_scorer(project: "Project") -> Scorer:
    """Load and verify the project's champion."""
    return Scorer(Shelf(project.bundles).champion())
