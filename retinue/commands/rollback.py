"""`retinue rollback`: put the previous champion back into service."""

import json
from dataclasses import asdict

from retinue.commands.promote import say_who_is_champion
from retinue.commands.succeeding import Succeeded, finish, succeed
from retinue.console import out
from retinue.errors import GateError
from retinue.project import Project
from scoring.shelf import Shelf
from scoring.succession import HISTORY, ROLLBACK, Succession


def run(project: Project, *, why: str | None = None, as_json: bool) -> None:
    """Put the previous champion back, or complete a rollback that was interrupted.

    Raises:
        GateError: Nobody was champion before.
    """
    finished = finish(project)
    if finished and finished.change.action == ROLLBACK:
        _show(finished, as_json=as_json)
        return
    previous = Succession(project.bundles).previous(Shelf(project.bundles).champion_id())
    if previous is None:
        raise GateError(
            f"{project.bundles / HISTORY}: no champion before the present one is on record, so "
            "there is none to go back to; `retinue models` lists the versions"
        )
    _show(succeed(project, ROLLBACK, previous, why=why), as_json=as_json)


def _show(done: Succeeded, *, as_json: bool) -> None:
    if as_json:
        out.print_json(json.dumps(asdict(done)))
    else:
        say_who_is_champion(done)
