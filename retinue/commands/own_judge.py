"""`retinue evaluate` and the gate on own features: the way a model is made, on customers held out.

Rows carry no date, and a bundle holds no ids: whom of a newer table the champion has learned from
cannot be told. So what is judged is its recipe, carried out anew with each part held out; on the
table it was trained on, that gives the very figures of the training.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from features.own.inference import Inferred
from retinue.commands.configuring import config_of
from retinue.commands.own_table import Opened, open_own_table
from retinue.console import out, progress, say, show_evaluation
from retinue.errors import ProjectError
from scoring.bundle import Bundle
from scoring.errors import BundleError
from scoring.shelf import Shelf
from training.config import ModelSettings
from training.evaluation import Evaluation
from training.own.fit import Recipe, held_out_probabilities, judge
from training.own.labelled import labelled

if TYPE_CHECKING:
    from retinue.project import Project


def evaluate_own(project: "Project", as_of: datetime | None, *, as_json: bool) -> None:
    """Print the figures of the champion's recipe beside the baselines'.

    Raises:
        ProjectError: A date was asked for.
    """
    if as_of is not None:
        raise ProjectError("--as-of needs dated tables; [own_features] is one table of one day")
    bundle, opened = Shelf(project.bundles).champion(), open_own_table(project)
    evaluation = _judged(project, opened, bundle)
    same = opened.data_hash == bundle.manifest.trained_on.data_hash
    if as_json:
        out.print_json(json.dumps({**asdict(evaluation), "trained_on_this_table": same}))
        return
    if not same:
        say("The table is not the one the champion was trained on: its recipe is judged on it.")
    show_evaluation(evaluation)


def judged_own(project: "Project", challenger: Bundle, champion: Bundle) -> tuple[Evaluation, ...]:
    """Both recipes on the same customers of the table as it is now, the challenger's first."""
    opened = open_own_table(project)
    return tuple(_judged(project, opened, bundle) for bundle in (challenger, champion))


def _judged(project: "Project", opened: Opened, bundle: Bundle) -> Evaluation:
    own = bundle.parts.own
    if own is None:
        raise BundleError(
            f"bundle {bundle.manifest.bundle_id} was made of dated tables, and the project brings "
            "[own_features]; run `retinue train`, or name another output folder"
        )
    settings = project.sections.training
    least = config_of(project).least_to_boost
    table = labelled(opened.table, opened.source, Inferred(own.features, {}), least)
    recipe = Recipe(ModelSettings(**own.settings), own.seed)  # type: ignore[arg-type]  # as saved
    with progress() as (tell, _):
        said = held_out_probabilities(table, recipe, tell)
        tell("figures on customers held out")
        return judge(table, said, samples=settings.bootstrap_samples, seed=settings.seed)
