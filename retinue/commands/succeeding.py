"""How one champion takes another's place: written down, then on the shelf, then in MLflow."""

import getpass
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from retinue.console import say
from retinue.project import Project
from scoring.shelf import Shelf
from scoring.succession import TRAIN, Change, Succession
from training.tracking import CHAMPION, Registered, Tracking


@dataclass(frozen=True)
class Succeeded:
    """A change that is done, and the version in MLflow; None where MLflow knows none."""

    change: Change
    registered: Registered | None


def succeed(
    project: Project,
    action: str,
    bundle_id: str,
    *,
    why: str | None = None,
    refused_for: Sequence[str] = (),
) -> Succeeded:
    """Make a bundle champion, such that a crash at any step can be completed by `finish`.

    Raises:
        BundleError: The bundle is not on the shelf or cannot be trusted; nothing was changed.
    """
    shelf = Shelf(project.bundles)
    shelf.bundle(bundle_id)  # before a word of it is written down
    change = Change(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        by=f"{getpass.getuser()}@{socket.gethostname()}",
        action=action,
        before=shelf.champion_id(),
        after=bundle_id,
        why=why,
        refused_for=tuple(refused_for),
    )
    Succession(project.bundles).begin(change)
    return _carry_out(project, change)


def into_service(project: Project, bundle_id: str) -> None:
    """Make a bundle champion; one that is champion already needs no word in the history."""
    champion = Shelf(project.bundles).champion_id()
    if champion != bundle_id or Succession(project.bundles).unfinished():
        succeed(project, TRAIN, bundle_id)


def say_registered(project: Project, registered: Registered, folder: Path, plot: Path) -> None:
    """Where a model went, and what to do where it is not in service yet."""
    say(
        f"Model {registered.name} version {registered.version} is {registered.alias}; "
        f"bundle {folder}, calibration plot {plot}."
    )
    if registered.alias != CHAMPION:
        say(
            "The champion stays in service. To put the challenger through the gate: "
            f"retinue promote --project {project.path}"
        )


def finish(project: Project) -> Succeeded | None:
    """Complete the change that a crash interrupted, if one did."""
    change = Succession(project.bundles).unfinished()
    return None if change is None else _carry_out(project, change)


def _carry_out(project: Project, change: Change) -> Succeeded:
    # What is served first, then its name in MLflow; each may be done twice.
    Shelf(project.bundles).promote(change.after)
    registered = Tracking(project.mlruns).crown(project.name, change.after, _tags(change))
    Succession(project.bundles).complete()
    return Succeeded(change, registered)


def _tags(change: Change) -> dict[str, str]:
    if not change.refused_for:
        return {}
    return {
        "forced_by": change.by,
        "forced_at": change.at,
        "forced_why": change.why or "",
        "refused_for": "; ".join(change.refused_for),
    }
