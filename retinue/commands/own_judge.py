"""`retinue evaluate` and the gate on own features: the way a model is made, on customers held out.

Rows carry no date, and a bundle holds no ids: whom of a newer table the champion has learned from
cannot be told. So what is judged is its recipe, carried out anew with each part held out; on the
table it was trained on, that gives the very figures of the training.
"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from features.own.inference import Inferred
from retinue.commands.configuring import capacity_of, config_of
from retinue.commands.own_table import Opened, open_own_table
from retinue.console import out, progress, say
from retinue.console_evaluation import show_evaluation
from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.shelf import Shelf
from training.config import ModelSettings
from training.gate import Comparison, compare_probabilities
from training.metrics import Probabilities
from training.own.fit import Recipe, Tell, held_out_probabilities
from training.own.judging import judge
from training.own.labelled import Labelled, labelled

if TYPE_CHECKING:
    from retinue.project import Project


def evaluate_own(project: "Project", *, as_json: bool) -> None:
    """Print the figures of the champion's recipe beside the baselines'."""
    bundle, opened = Shelf(project.bundles).champion(), open_own_table(project)
    settings = project.sections.training
    with progress() as (tell, _):
        table, said = _said_by(project, opened, bundle, tell)
        tell("figures on customers held out")
        evaluation = judge(
            table,
            said,
            capacity_of(project),
            samples=settings.bootstrap_samples,
            seed=settings.seed,
        )
    same = opened.data_hash == bundle.manifest.trained_on.data_hash
    if as_json:
        out.print_json(json.dumps({**asdict(evaluation), "trained_on_this_table": same}))
        return
    if not same:
        say("The table is not the one the champion was trained on: its recipe is judged on it.")
    show_evaluation(evaluation, project.sections.currency)


def compare_own(project: "Project", challenger: Bundle, champion: Bundle) -> Comparison:
    """Both recipes on the same customers of the table as it is now."""
    opened, settings = open_own_table(project), project.sections.training
    with progress() as (tell, _):
        table, new = _said_by(project, opened, challenger, tell)
        _, old = _said_by(project, opened, champion, tell)
        tell("comparing challenger and champion")
        return compare_probabilities(
            opened.source.as_of,
            table.snapshots.churned,
            new["model"],
            old["model"],
            samples=settings.bootstrap_samples,
            seed=settings.seed,
        )


def _said_by(
    project: "Project", opened: Opened, bundle: Bundle, tell: Tell
) -> tuple[Labelled, dict[str, Probabilities]]:
    own = bundle.parts.own
    if own is None:
        raise BundleError(
            f"bundle {bundle.manifest.bundle_id} was made of dated tables, and the project brings "
            "[own_features]; run `retinue train`, or name another output folder"
        )
    least = config_of(project).least_to_boost
    table = labelled(opened.table, opened.source, Inferred(own.features, {}), least)
    settings = ModelSettings(**own.settings)  # type: ignore[arg-type]  # as saved
    recipe = Recipe(settings, own.seed, own.trials)
    return table, held_out_probabilities(table, recipe, tell)
