"""`retinue feedback fit`: learn to read a project's own texts, if that beats the shipped model."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import numpy as np

from features.contract import FEEDBACK, SPINE
from features.engines import connect
from features.errors import TableError
from features.sentiment.model import SentimentModel
from features.sources.complaints import first_line
from features.sources.mapping import map_source
from features.sources.source import Source
from features.tables import open_tables
from retinue.console import out, progress, say, show_sentiment
from retinue.project import Project
from training.own_sentiment import Judgement, learn_own
from training.own_texts import OwnTexts, own_texts

if TYPE_CHECKING:
    import ibis.expr.types as ir


def run(project: Project, until: datetime | None, *, as_json: bool) -> None:
    """Learn, judge, and write the model if it is better; the facts are written either way."""
    shipped = SentimentModel.shipped()
    end = until or _first_snapshot(project)
    settings = project.sections.training
    with progress() as (tell, _):
        tell("reading feedback")
        own = read_own_texts(project, shipped, end)
        tell(f"learning from {len(own.texts):,} texts")
        model, judgement = learn_own(
            shipped, own, end, samples=settings.bootstrap_samples, seed=settings.seed
        )
    write(project, model, judgement)
    if as_json:
        out.print_json(json.dumps(asdict(judgement)))
    else:
        show_sentiment(judgement)
        say(f"The model is {judgement.why}.")
        in_use = project.sentiment if judgement.kept else "the shipped model"
        say(f"In use: {in_use}; facts in {facts_beside(project.sentiment)}.")


def _first_snapshot(project: Project) -> datetime:
    """The earliest as-of date that training uses: no later text may have been learned from."""
    sources = project.sources
    spine: dict[str, Source] = {name: sources[name] for name in SPINE if name in sources}
    warm_up = timedelta(days=project.sections.training.warm_up_days)
    return open_tables(connect(), spine).first + warm_up


def read_own_texts(project: Project, model: SentimentModel, until: datetime) -> OwnTexts:
    """The project's scored texts known before a moment.

    Raises:
        TableError: The project has no feedback table, or one that lacks a column or does not fit.
    """
    source = project.sources.get(FEEDBACK.name)
    if source is None:
        raise TableError("there is no [tables.feedback] in the project file; add it")
    missing = sorted({"text", "score", "scale"} - set(source.columns))
    if missing:
        raise TableError(
            f"feedback: columns {missing} are not mapped; to learn from texts, add them to "
            "[tables.feedback.columns]"
        )
    rows = _known_before(map_source(connect(), FEEDBACK, source), until)
    try:
        found = rows.to_pyarrow().to_pydict()
    except Exception as error:
        raise TableError(
            f"feedback: a value does not fit its column: {first_line(error)}; correct the rows, or "
            "map the column by an SQL expression in [tables.feedback.columns]"
        ) from error
    readable = ~np.isnan(model.log_odds(found["text"]))
    return own_texts(found["text"], found["customer_id"], found["score"], found["scale"], readable)


def _known_before(rows: "ir.Table", until: datetime) -> "ir.Table":
    known = rows.given_at < until
    if "known_at" in rows.columns:
        known &= rows.known_at <= until
    wanted = rows.filter(known & rows.customer_id.notnull())
    # In an order of their own, so that the same rows give the same model from any file.
    return wanted.select(
        customer_id=wanted.customer_id.cast("string"),
        text=wanted.text,
        score=wanted.score.cast("float64"),
        scale=wanted["scale"],
        given_at=wanted.given_at,
    ).order_by(["customer_id", "given_at", "text", "score", ibis._.scale])


def write(project: Project, model: SentimentModel, judgement: Judgement) -> None:
    """Put the model in use, or an earlier own one out of use; and write what was found."""
    project.output.mkdir(parents=True, exist_ok=True)
    if judgement.kept:
        model.write(project.sentiment)
    else:
        project.sentiment.unlink(missing_ok=True)
    facts = json.dumps(asdict(judgement), indent=2)
    facts_beside(project.sentiment).write_text(facts + "\n", encoding="utf-8")


def facts_beside(model: Path) -> Path:
    """Where the facts about a model are."""
    return model.with_suffix(".json")
