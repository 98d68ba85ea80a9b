"""`retinue advise`: after how long a silence customers are gone."""

import json
from datetime import datetime
from pathlib import Path

from retinue.commands.opening import open_project_tables
from retinue.console import out, progress, say
from retinue.console_advice import show_advice
from retinue.project import Project
from training.advice.advise import advise
from training.advice.record import as_record


def run(
    project: Project, as_of: datetime | None, level: float, plot: Path | None, *, as_json: bool
) -> None:
    """Print the advice and, if asked, draw it."""
    tables = open_project_tables(project, quiet=True)
    with progress() as (tell, _):
        tell("looking for silences between orders")
        advice = advise(tables, project.churn, as_of, level)
    if as_json:
        out.print_json(json.dumps(as_record(advice)))
    else:
        show_advice(advice)
    if plot:
        # Matplotlib takes most of a second to import; only the picture needs it.
        from training.advice.picture import plot_advice

        plot_advice(advice, plot)
        if not as_json:
            say(f"{plot}: the advice as a picture")
