"""`retinue models`: every version with its figures, and who was champion when."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from retinue.console import out
from retinue.project import Project
from scoring.errors import BundleError
from scoring.shelf import Shelf
from scoring.succession import Succession
from training.tracking import Tracking

SHOWN = {
    "test_log_loss": "log loss",
    "test_roc_auc": "ROC AUC",
    "test_calibration_error": "calibration error",
}


def run(project: Project, *, as_json: bool) -> None:
    """List the versions, newest first, then the history of champions."""
    shelf = Shelf(project.bundles)
    versions = [
        {
            "version": found.version,
            "alias": found.alias,
            "bundle_id": found.tags["bundle_id"],
            "in_service": found.tags["bundle_id"] == shelf.champion_id(),
            **_of_bundle(shelf, found.tags["bundle_id"]),
            "forced_why": found.tags.get("forced_why"),
        }
        for found in reversed(Tracking(project.mlruns).versions(project.name))
    ]
    changes = Succession(project.bundles).changes()
    if as_json:
        history = [asdict(change) for change in changes]
        out.print_json(json.dumps({"versions": versions, "history": history}))
        return
    _show_versions(versions)
    table = Table("when", "action", "from", "to", "by", "why", box=None, pad_edge=False)
    for name in ("when", "action", "from", "to"):  # to be copied, so they are never cut
        next(column for column in table.columns if column.header == name).no_wrap = True
    for column in table.columns:
        column.overflow = "fold"
    for change in reversed(changes):
        forced = " (forced)" if change.refused_for else ""
        interrupted = "" if change.completed else " (interrupted)"
        table.add_row(
            change.at[:16].replace("T", " "),
            f"{change.action}{forced}{interrupted}",
            change.before or "",
            change.after,
            escape(change.by),
            escape(change.why or ""),
        )
    out.print(table)


def _of_bundle(shelf: Shelf, bundle_id: str) -> dict[str, Any]:
    """What the bundle itself says; of one that cannot be read, why."""
    try:
        manifest = shelf.bundle(bundle_id).manifest
    except BundleError as error:
        return {"trained_at": None, "test_as_of": None, "metrics": {}, "unusable": str(error)}
    return {
        "trained_at": manifest.created_at,
        "test_as_of": manifest.trained_on.test,
        "metrics": dict(manifest.metrics),
        "unusable": None,
    }


def _show_versions(versions: list[dict[str, Any]]) -> None:
    columns = ("version", "alias", "bundle", "trained at", "judged as of", *SHOWN.values())
    table = Table(*columns, box=None, pad_edge=False)
    table.columns[2].no_wrap = True
    for found in versions:
        metrics: Mapping[str, float] = found["metrics"]
        table.add_row(
            found["version"],
            found["alias"] or "",
            found["bundle_id"],
            (found["trained_at"] or "cannot be served")[:16].replace("T", " "),
            found["test_as_of"] or "",
            *(f"{metrics[name]:.3f}" if name in metrics else "" for name in SHOWN),
        )
    out.print(table)
    out.print()
