"""`retinue score`: every customer's answer at one as-of date, into the store."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from features.export import export_ending
from features.feature import Language
from features.sources.digest import hash_of_data
from retinue.commands.auditing import record_export
from retinue.commands.on_spark import open_on_spark, refuse_what_is_there, written_by_spark
from retinue.commands.opening import champion_scorer, open_project_tables
from retinue.commands.own_score import score_own
from retinue.console import out, progress, say
from retinue.errors import ProjectError
from retinue.project import Project
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from serving.at_risk import Query, pages
from serving.at_risk_files import write_at_risk
from serving.batch import score_customers
from serving.on_spark import score_on_spark
from serving.records import SCORED, Run
from serving.store import Store

if TYPE_CHECKING:
    from features.tables import Tables


def run(  # noqa: PLR0913 - the command's own options
    project: Project,
    as_of: datetime | None,
    to: Path | None = None,
    *,
    language: Language = "en",
    again: bool = False,
    as_json: bool = False,
) -> None:
    """Score with the champion; without a date, as of the day after the last order.

    Where a file is named, every scored customer's line goes there too, in that language. If the
    current run was made of the very same data, model and settings, it stays, unless asked `again`.
    """
    if to:
        export_ending(to)
    store = Store(project.store, kept_runs=project.sections.store.kept_runs)
    own = project.own_features is not None
    with store.alone():
        scored = (
            score_own(project, store, as_of) if own else _score(project, store, as_of, again=again)
        )
    if to:
        everyone = Query(scored.counts.get(SCORED, 0), language=language)
        record_export(project, "score", export_ending(to))
        written = write_at_risk(pages(store, everyone, project.sections.currency), to)
        if not as_json:
            say(f"{to}: {written:,} customers")
    if as_json:
        told = asdict(scored)
        del told["names"], told["made_of"]  # the store's own
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


def _score(project: Project, store: Store, as_of: datetime | None, *, again: bool) -> Run:
    scorer = champion_scorer(project)
    tables = open_project_tables(project, quiet=True)
    date = as_of or tables.day_after_last_order
    with progress() as (tell, _):
        tell("looking whether it was scored before")
        made_of = _digest(project, tables, scorer, date)
        if not again and (run := store.current_if(made_of)):
            tell("scored before, of the very same data: --again scores it anew")
            return run
        tell(f"scoring as of {date:%Y-%m-%d}")
        return score_customers(
            tables,
            scorer,
            store,
            date,
            made_of=made_of,
            advance=lambda done, all_: tell(f"scored {done:,} of {all_:,} customers"),
        )


def _digest(project: Project, tables: "Tables", scorer: Scorer, date: datetime) -> str:
    """Of all that decides what a run says."""
    connection = next(iter(tables.rows.values())).get_backend()
    decides = [
        version("retinue"),
        hash_of_data(project.sources, connection),
        scorer.bundle.manifest.bundle_id,
        date.isoformat(),
        repr((tables.questions, tables.timeless, tables.text_model)),
    ]
    return sha256(json.dumps(decides).encode()).hexdigest()
