"""`retinue promote`: put the challenger through the gate and, if it passes, into service."""

import json
from dataclasses import asdict
from datetime import datetime

from retinue.commands.opening import open_project_tables
from retinue.commands.own_judge import compare_own
from retinue.commands.succeeding import Succeeded, finish, succeed
from retinue.console import out, progress, say
from retinue.errors import GateError
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.shelf import POINTER, Shelf
from scoring.succession import PROMOTE
from training.errors import TrainingError
from training.gate import Comparison, compare, incompatibilities, refusals
from training.snapshots import build_snapshots
from training.tracking import CHALLENGER, Tracking


def run(project: Project, *, force: bool = False, why: str | None = None, as_json: bool) -> None:
    """Judge challenger and champion on the same rows; promote or say why not.

    Args:
        project: Whose challenger.
        force: Promote though the gate refuses; it is written down with `why`.
        why: In the words of who promotes.
        as_json: For machines.

    Raises:
        GateError: The gate refused, and nothing was forced.
    """
    finished = finish(project)
    if finished and finished.change.action == PROMOTE:
        _show(finished, None, as_json=as_json)
        return
    shelf = Shelf(project.bundles)
    challenger_id = Tracking(project.mlruns).bundle_id(project.name, CHALLENGER)
    if challenger_id is None:
        raise TrainingError(f"{project.name}: there is no challenger; run `retinue train` first")
    challenger, champion = shelf.bundle(challenger_id), shelf.champion()
    reasons = incompatibilities(challenger.manifest, champion.manifest)
    compared = None
    if not reasons:
        compared = _compare(project, challenger, champion)
        reasons = refusals(compared)
    if reasons and not force:
        date = compared.as_of if compared else challenger.manifest.trained_on.test
        raise GateError(
            f"challenger {challenger_id} is refused as of {date}: {'; '.join(reasons)}; the "
            f"champion stays{_start_over(challenger, champion, shelf)}"
        )
    done = succeed(project, PROMOTE, challenger_id, why=why, refused_for=reasons)
    _show(done, compared, as_json=as_json)


def _compare(project: Project, challenger: Bundle, champion: Bundle) -> Comparison:
    if project.own_features is not None:
        return compare_own(project, challenger, champion)
    tables = open_project_tables(project, quiet=True)
    for bundle in (challenger, champion):
        bundle.refuse_other_texts(tables.text_model)
    date = datetime.fromisoformat(challenger.manifest.trained_on.test)
    settings = project.sections.training
    with progress() as (tell, _):
        tell(f"comparing challenger and champion as of {date:%Y-%m-%d}")
        snapshot = build_snapshots(tables, challenger.manifest.churn_definition, [date])
        return compare(
            challenger,
            champion,
            snapshot,
            samples=settings.bootstrap_samples,
            seed=settings.seed,
        )


def _start_over(challenger: Bundle, champion: Bundle, shelf: Shelf) -> str:
    if challenger.manifest.churn_definition == champion.manifest.churn_definition:
        return ""
    return (
        ". To start over with the new meaning, move "
        f"{shelf.folder / POINTER} aside and run `retinue train`"
    )


def _show(done: Succeeded, compared: Comparison | None, *, as_json: bool) -> None:
    if as_json:
        comparison = asdict(compared) if compared else None
        out.print_json(json.dumps({**asdict(done), "comparison": comparison}))
        return
    if done.change.refused_for:
        say(f"Forced although {'; '.join(done.change.refused_for)}.")
    say_who_is_champion(done)


def say_who_is_champion(done: Succeeded) -> None:
    """One sentence on the champion, and what to do for it to answer."""
    who = f"bundle {done.change.after}"
    if done.registered:
        who = f"{done.registered.name} version {done.registered.version} ({who})"
    else:
        who = f"{who}, of which MLflow has no version,"
    say(f"{who} is champion; run `retinue score`, then start `retinue serve` again")
