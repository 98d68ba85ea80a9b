"""How one champion takes another's place: written down, then on the shelf, then in MLflow."""

import getpass
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from retinue.project import Project
from scoring.shelf import Shelf
from scoring.succession import Change, Succession
from training.tracking import Registered, Tracking


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
