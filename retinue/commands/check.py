"""`retinue check`: what there is, what is wrong with it, and whether one can train."""

import json
from datetime import UTC, datetime
from pathlib import Path

from features.readiness.facts import gather_facts
from retinue.commands.configuring import config_of
from retinue.commands.opening import open_project_tables
from retinue.commands.own_check import check_own
from retinue.console import out, progress, say
from retinue.console_check import show_readiness
from retinue.errors import NotReadyError
from retinue.project import Project
from training.readiness.assess import Readiness, assess
from training.readiness.record import as_record


def run(project: Project, html: Path | None, *, as_json: bool) -> None:
    """Print the report and, if asked, write it as a page.

    Raises:
        NotReadyError: One cannot train; the report has been printed.
    """
    if project.own_features is not None:
        check_own(project, html, as_json=as_json)
        return
    readiness = _assessed(project)
    if as_json:
        out.print_json(json.dumps(as_record(readiness)))
    else:
        show_readiness(readiness)
    if html:
        # Matplotlib takes most of a second to import; only the page needs it.
        from training.readiness.page import write_page

        write_page(readiness, html)
        if not as_json:
            say(f"{html}: the report as a page")
    if not readiness.is_ready:
        raise NotReadyError(
            f"{project.path}: not ready to train: "
            f"{', '.join(dict.fromkeys(finding.code.name for finding in readiness.stops))}; "
            "the report says what to do about each"
        )


def _assessed(project: Project) -> Readiness:
    tables = open_project_tables(project, quiet=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    with progress() as (tell, _):
        facts = gather_facts(tables, project.sources, now, tell)
        return assess(config_of(project), tables, facts, tell)
