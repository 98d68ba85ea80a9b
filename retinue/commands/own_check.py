"""`retinue check` on own features: what each column is, and what no model of it can promise."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table

from features.errors import RetinueError
from retinue.commands.configuring import config_of
from retinue.commands.own_table import Opened, open_own_table
from retinue.console import out, say
from retinue.console_evaluation import show_caveats
from retinue.errors import NotReadyError
from scoring.own import caveats
from training.own.labelled import Labelled, labelled

if TYPE_CHECKING:
    from retinue.project import Project


def check_own(project: "Project", html: Path | None, *, as_json: bool) -> None:
    """Print what the columns are and whether one can train, and if asked write it as a page.

    Raises:
        NotReadyError: One cannot train; the report has been printed.
    """
    opened = open_own_table(project)
    try:
        found = labelled(
            opened.table, opened.source, opened.inferred, config_of(project).least_to_boost
        )
        problem = ""
    except RetinueError as error:
        found, problem = None, str(error)
    if as_json:
        out.print_json(json.dumps(_record(opened, found, problem)))
    else:
        _show(opened, found, problem)
    if html:
        # Matplotlib takes most of a second to import; only the page needs it.
        from training.own.page import OwnReport, own_page
        from training.readiness.page import write

        report = OwnReport(
            project.name, opened.table, opened.source, opened.inferred, found, problem
        )
        write(own_page(report, datetime.now(UTC)), html)
        if not as_json:
            say(f"{html}: the report as a page")
    if problem:
        raise NotReadyError(f"{project.path}: not ready to train: {problem}")


def _record(opened: Opened, found: Labelled | None, problem: str) -> dict[str, object]:
    inferred = opened.inferred
    churned = None if found is None else int(found.snapshots.churned.sum())
    return {
        "ready": not problem,
        "problem": problem or None,
        "customers": len(opened.table),
        "churned": churned,
        "columns": [
            {"name": column.name, "kind": column.kind, "categories": list(column.categories)}
            for column in inferred.features.columns
        ],
        "left_out": inferred.left_out,
        "value": None if found is None or found.money is None else float(np.nansum(found.money)),
        "suspicious": {} if found is None else found.suspicious,
        "not_promised": [caveat.en for caveat in caveats(opened.source.as_of)],
    }


def _show(opened: Opened, found: Labelled | None, problem: str) -> None:
    inferred = opened.inferred
    say(f"{len(opened.table):,} customers, one row each, as of {opened.source.as_of}.")
    if found is not None:
        gone = int(found.snapshots.churned.sum())
        say(f"{opened.source.label} is {opened.source.churned}: {gone:,} churned.")
    table = Table("column", "taken as", "values", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in inferred.features.columns:
        named = ", ".join(column.categories[:6]) + (", ..." if len(column.categories) > 6 else "")
        table.add_row(column.name, column.kind, named)
    out.print(table, markup=False)
    for name, why in inferred.left_out.items():
        say(f"{name} is left out: {why}.")
    if found is not None and found.money is not None:
        blank = int(np.isnan(found.money).sum())
        say(
            f"{opened.source.value} is what a customer brings in a period: "
            f"{np.nansum(found.money):,.2f} in all, blank for {blank:,}."
        )
    for name, auc in (found.suspicious if found else {}).items():
        say(
            f"{name} alone ranks customers with an AUC of {auc:.3f}: make sure that it was known "
            "before they left."
        )
    show_caveats([caveat.en for caveat in caveats(opened.source.as_of)])
    if not problem:
        out.print("[bold green]Ready to train.[/bold green]")
