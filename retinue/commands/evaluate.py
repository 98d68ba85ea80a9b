"""`retinue evaluate`: judge the champion on a date it was not made from."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from retinue.commands.configuring import capacity_of
from retinue.commands.opening import open_project_tables
from retinue.console import out, progress
from retinue.console_evaluation import show_evaluation
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.shelf import Shelf
from training.champion import outcomes_seen_until
from training.errors import TrainingError
from training.evaluation import Evaluation, evaluate
from training.snapshots import build_snapshots

if TYPE_CHECKING:
    from features.tables import Tables


def run(project: Project, as_of: datetime | None, *, as_json: bool) -> None:
    """Print the champion's figures beside the baselines'."""
    bundle = Shelf(project.bundles).champion()
    tables = open_project_tables(project, quiet=as_json)
    date = as_of or datetime.fromisoformat(bundle.manifest.trained_on.test)
    evaluation = judge(project, tables, bundle, date)
    if as_json:
        out.print_json(json.dumps(asdict(evaluation)))
    else:
        show_evaluation(evaluation, bundle.manifest.currency)


def judge(project: Project, tables: "Tables", bundle: Bundle, date: datetime) -> Evaluation:
    """Evaluate a bundle as of a date, with a progress bar.

    Raises:
        TrainingError: The date lies before the labels that the bundle was made from end.
    """
    manifest = bundle.manifest
    seen = outcomes_seen_until(manifest)
    if date < seen:
        raise TrainingError(
            f"as-of {date:%Y-%m-%d}: the model was made from outcomes up to {seen:%Y-%m-%d}, so "
            "figures before that would flatter it; choose a later date"
        )
    bundle.refuse_other_texts(tables.text_model)
    settings = project.sections.training
    snapshot = build_snapshots(tables, manifest.churn_definition, [date])
    with progress(settings.bootstrap_samples) as (tell, advance):
        tell(f"bootstrap of {len(snapshot):,} customers")
        return evaluate(
            bundle,
            snapshot,
            samples=settings.bootstrap_samples,
            seed=settings.seed,
            capacity=capacity_of(project),
            advance=advance,
        )
