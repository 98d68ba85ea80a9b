"""`retinue train` on own features: make, judge by customer, save and register a model."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retinue.commands.configuring import config_of
from retinue.commands.own_table import open_own_table
from retinue.commands.succeeding import into_service, say_registered
from retinue.console import out, progress, say
from retinue.console_evaluation import show_evaluation
from retinue.errors import ProjectError
from scoring.shelf import Shelf
from training.own.fit import LOGISTIC_REGRESSION
from training.own.labelled import labelled
from training.own.train import train_own
from training.plots import plot_said
from training.tracking import CHAMPION, Tracking
from training.train import parameters_of

if TYPE_CHECKING:
    from retinue.project import Project


def train_own_model(project: "Project", *, tuned: bool, as_json: bool) -> None:
    """Train; the first model becomes champion, a later one challenger.

    Raises:
        ProjectError: A search for settings was asked for.
    """
    if tuned:
        raise ProjectError(
            "--tune searches on dated tables; with [own_features] write settings into "
            "[training.model]"
        )
    opened, config, shelf = open_own_table(project), config_of(project), Shelf(project.bundles)
    table = labelled(opened.table, opened.source, opened.inferred, config.least_to_boost)
    with progress() as (tell, _):
        result = train_own(
            config,
            table,
            opened.source,
            data_hash=opened.data_hash,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tell=tell,
        )
        tell("saving the bundle and recording the run in MLflow")
        folder = shelf.add(result.bundle)
        shown = {"model": "model", LOGISTIC_REGRESSION: "logistic regression"}
        picture = plot_said(
            table.snapshots.churned,
            {name: result.said[rule] for rule, name in shown.items()},
            f"Said and happened: {len(table.snapshots):,} customers, each held out in turn",
            project.output / "plots" / "calibration.png",
        )
        registered = Tracking(project.mlruns).record(
            result.bundle,
            folder,
            parameters=parameters_of(config),
            artifacts={"plots": picture},
            served=shelf.sound_champion_id(),
        )
        if registered.alias == CHAMPION:
            into_service(project, result.bundle.manifest.bundle_id)
    if as_json:
        found = {"registered": asdict(registered), "left_out": table.left_out}
        out.print_json(json.dumps({**asdict(result.evaluation), **found}))
        return
    for name, why in table.left_out.items():
        say(f"{name} is left out: {why}.")
    show_evaluation(result.evaluation, config.currency)
    say_registered(project, registered, folder, picture)
