"""`retinue train` on own features: make, judge by customer, save and register a model."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retinue.commands.configuring import config_of
from retinue.commands.own_table import Opened, open_own_table
from retinue.commands.searching import Searching, show_tuned
from retinue.commands.succeeding import into_service, say_registered
from retinue.console import out, progress, say
from retinue.console_evaluation import show_evaluation
from scoring.shelf import Shelf
from training.config import TrainingConfig
from training.metrics import Probabilities
from training.own.fit import LOGISTIC_REGRESSION
from training.own.labelled import Labelled, labelled
from training.own.model_card import own_model_card, sensitive_columns
from training.own.train import OwnResult, train_own
from training.plots import plot_said
from training.plots_ranking import plot_reached
from training.tracking import CARD, CHAMPION, Tracking
from training.train import parameters_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from retinue.project import Project


def train_own_model(project: "Project", search: Searching | None, *, as_json: bool) -> None:
    """Train; the first model becomes champion, a later one challenger."""
    opened, config, shelf = open_own_table(project), config_of(project), Shelf(project.bundles)
    table = labelled(opened.table, opened.source, opened.inferred, config.least_to_boost)
    with progress() as (tell, _):
        result = train_own(
            config,
            table,
            opened.source,
            data_hash=opened.data_hash,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            search=search.of_own(tell) if search else None,
            tell=tell,
        )
        tell("figures by sensitive group")
        card = _card(opened, table, result, config)
        tell("saving the bundle and recording the run in MLflow")
        folder = shelf.add(result.bundle)
        picture = _picture(project, table, result)
        (project.output / CARD).write_text(card, encoding="utf-8")
        registered = Tracking(project.mlruns).record(
            result.bundle,
            folder,
            parameters=parameters_of(replace(config, model=result.settings)),
            artifacts={CARD: card, "plots": picture, "plots/gain.png": _gain(table, result)},
            served=shelf.sound_champion_id(),
        )
        if registered.alias == CHAMPION:
            into_service(project, result.bundle.manifest.bundle_id)
    if as_json:
        found = {
            "registered": asdict(registered),
            "left_out": table.left_out,
            "tuned": asdict(search.found) if search and search.found else None,
        }
        out.print_json(json.dumps({**asdict(result.evaluation), **found}))
        return
    for name, why in table.left_out.items():
        say(f"{name} is left out: {why}.")
    show_evaluation(result.evaluation, config.currency)
    if search and search.found:
        show_tuned(search.found)
    say_registered(project, registered, folder, picture)


def _card(opened: Opened, table: Labelled, result: OwnResult, config: TrainingConfig) -> str:
    sensitive = sensitive_columns(result, opened.table, table, opened.source, config)
    return own_model_card(result, table, opened.source, sensitive)


def _picture(project: "Project", table: Labelled, result: OwnResult) -> Path:
    path = project.output / "plots" / "calibration.png"
    title = f"Said and happened: {_held_out(table)}"
    return plot_said(table.snapshots.churned, _shown(result), title, path)


def _gain(table: Labelled, result: OwnResult) -> "Figure":
    title = f"Who is reached: {_held_out(table)}"
    return plot_reached(table.snapshots.churned, _shown(result), title)


def _held_out(table: Labelled) -> str:
    return f"{len(table.snapshots):,} customers, each held out in turn"


def _shown(result: OwnResult) -> dict[str, Probabilities]:
    """What pictures show, by the name that they call it."""
    return {
        "model": result.said["model"],
        "logistic regression": result.said[LOGISTIC_REGRESSION],
    }
