"""`retinue evaluate`: judge the champion on a date it was not made from."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from retinue.commands.opening import open_project_tables
from retinue.commands.own_judge import evaluate_own
from retinue.console import out, progress, show_evaluation
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.shelf import Shelf
from training.evaluation import Evaluation, evaluate
from training.snapshots import build_snapshots

if TYPE_CHECKING:
    from features.tables import Tables


def run(project: Project, as_of: datetime | None, *, as_json: bool) -> None:
    """Print the champion's figures beside the baselines'."""
    if project.own_features is not None:
        evaluate_own(project, as_of, as_json=as_json)
        return
    bundle = Shelf(project.bundles).champion()
    tables = open_project_tables(project, quiet=as_json)
    date = as_of or datetime.fromisoformat(bundle.manifest.trained_on.test)
    evaluation = judge(project, tables, bundle, date)
    if as_json:
        out.print_json(json.dumps(asdict(evaluation)))
    else:
        show_evaluation(evaluation)


def judge(project: Project, tables: "Tables", bundle: Bundle, date: datetime) -> Evaluation:
    """Evaluate a bundle as of a date, with a progress bar.

    Raises:
        BundleError: The date lies before the labels end that the bundle was made from.
    """
    bundle.refuse_to_flatter(date)
    bundle.refuse_other_texts(tables.text_model)
    settings = project.sections.training
    snapshot = build_snapshots(tables, bundle.manifest.churn_definition, [date])
    with progress(settings.bootstrap_samples) as (tell, advance):
        tell(f"bootstrap of {len(snapshot):,} customers")
        return evaluate(
            bundle,
            snapshot,
            samples=settings.bootstrap_samples,
            seed=settings.seed,
            advance=advance,
        )
