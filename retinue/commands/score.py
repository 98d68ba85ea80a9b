"""`retinue score`: every customer's answer at one as-of date, into the store."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from features.export import export_ending
from features.feature import Language
from retinue.commands.auditing import record_export
from retinue.commands.on_spark import open_on_spark, refuse_what_is_there, written_by_spark
from retinue.commands.opening import champion_scorer, open_project_tables
from retinue.commands.own_score import score_own
from retinue.console import out, progress, say
from retinue.errors import ProjectError
from retinue.project import Project
from scoring.shelf import Shelf
from serving.at_risk import Query, pages
from serving.at_risk_files import write_at_risk
from serving.batch import score_customers
from serving.on_spark import score_on_spark
from serving.records import SCORED, Run
from serving.store import Store


def run(
    project: Project,
    as_of: datetime | None,
    to: Path | None = None,
    *,
    language: Language = "en",
    as_json: bool = False,
) -> None:
    """Score with the champion; without a date, as of the day after the last order.

    Where a file is named, every scored customer's line goes there too, in that language.
    """
    if to:
        export_ending(to)
    store = Store(project.store, kept_runs=project.sections.store.kept_runs)
    own = project.own_features is not None
    scored = score_own(project, store, as_of) if own else _score(project, store, as_of)
    if to:
        everyone = Query(scored.counts.get(SCORED, 0), language=language)
        record_export(project, "score", export_ending(to))
        written = write_at_risk(pages(store, everyone, project.sections.currency), to)
        if not as_json:
            say(f"{to}: {written:,} customers")
    if as_json:
        told = asdict(scored)
        del told["names"]  # the store's own
        out.print_json(json.dumps(told))
        return
    counts = ", ".join(f"{count:,} {status}" for status, count in scored.counts.items())
    say(f"Run {scored.run_id} as of {scored.as_of[:10]}: {counts}; in {project.store}")


def run_on_spark(
    project: Project, as_of: datetime | None, to: str, language: Language = "en"
) -> None:
    """Score where Spark has the rows, into a folder of Parquet files; the store is left alone."""
    if project.own_features is not None:
        raise ProjectError(
            f"{project.path}: [own_features] are one table, which no cluster is needed for; leave "
            "out --engine spark"
        )
    refuse_what_is_there(to)
    shelf = Shelf(project.bundles)
    bundle = shelf.folder / shelf.champion().manifest.bundle_id
    record_export(project, "score", "parquet")
    with progress() as (tell, _):
        connection, tables = open_on_spark(project, tell)
        date = as_of or tables.day_after_last_order
        tell(f"scoring as of {date:%Y-%m-%d}")
        answers = score_on_spark(connection, tables, bundle, date, language)
        with written_by_spark(to):
            answers.write.parquet(to)
    say(f"{to}: a folder of Parquet files with everyone's answer as of {date:%Y-%m-%d}")


def _score(project: Project, store: Store, as_of: datetime | None) -> Run:
    scorer = champion_scorer(project)
    tables = open_project_tables(project, quiet=True)
    date = as_of or tables.day_after_last_order
    with progress() as (tell, _):
        tell(f"scoring as of {date:%Y-%m-%d}")
        return score_customers(
            tables,
            scorer,
            store,
            date,
            advance=lambda done, all_: tell(f"scored {done:,} of {all_:,} customers"),
        )
