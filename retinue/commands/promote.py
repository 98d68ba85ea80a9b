"""`retinue promote`: put the challenger through the gate and, if it passes, into service."""

from datetime import datetime

from retinue.commands.evaluate import judge
from retinue.commands.opening import open_project_tables
from retinue.commands.own_judge import judged_own
from retinue.console import say
from retinue.errors import GateError
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.shelf import POINTER, Shelf
from training.errors import TrainingError
from training.evaluation import Evaluation
from training.gate import refusals
from training.tracking import CHALLENGER, Tracking


def run(project: Project) -> None:
    """Judge challenger and champion on the same rows; promote or say why not."""
    shelf, tracking = Shelf(project.bundles), Tracking(project.mlruns)
    challenger_id = tracking.bundle_id(project.name, CHALLENGER)
    if challenger_id is None:
        raise TrainingError(f"{project.name}: there is no challenger; run `retinue train` first")
    challenger, champion = shelf.bundle(challenger_id), shelf.champion()
    new, old = (bundle.manifest.churn_definition for bundle in (challenger, champion))
    if new != old:
        raise GateError(
            f"the challenger means by churn {new.in_words()}; the champion means {old.in_words()}: "
            "their figures cannot be compared. To start over with the new meaning, move "
            f"{shelf.folder / POINTER} aside and run `retinue train`"
        )
    own = project.own_features is not None
    new_figures, old_figures = (judged_own if own else _judged)(project, challenger, champion)
    if reasons := refusals(new_figures, old_figures):
        raise GateError(
            f"challenger {challenger_id} is refused as of {new_figures.as_of}: "
            f"{'; '.join(reasons)}; the champion stays"
        )
    # The shelf first: should the alias fail, promoting again completes it.
    shelf.promote(challenger_id)
    registered = tracking.promote_challenger(project.name)
    say(
        f"{registered.name} version {registered.version} is champion; "
        "run `retinue score`, then start `retinue serve` again"
    )


def _judged(project: Project, challenger: Bundle, champion: Bundle) -> tuple[Evaluation, ...]:
    """Both on the later of their test dates, the challenger's figures first."""
    tables = open_project_tables(project, quiet=True)
    bundles = (challenger, champion)
    date = max(datetime.fromisoformat(bundle.manifest.trained_on.test) for bundle in bundles)
    return tuple(judge(project, tables, bundle, date) for bundle in bundles)
