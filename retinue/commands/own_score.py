"""`retinue score` on own features: everyone in the table, into the store."""

from datetime import datetime
from typing import TYPE_CHECKING

from retinue.commands.opening import champion_scorer
from retinue.commands.own_table import open_own_table
from retinue.console import progress
from retinue.errors import ProjectError
from serving.own_batch import score_own_customers

if TYPE_CHECKING:
    from retinue.project import Project
    from serving.records import Run
    from serving.store import Store


def score_own(project: "Project", store: "Store", as_of: datetime | None) -> "Run":
    """Score everyone with the champion.

    Raises:
        ProjectError: A date was asked for on the command line.
    """
    if as_of is not None:
        raise ProjectError("--as-of needs dated tables; write as_of into [own_features]")
    scorer, opened = champion_scorer(project), open_own_table(project)
    with progress() as (tell, _):
        tell(f"scoring as of {opened.source.as_of}")
        return score_own_customers(
            opened.table,
            opened.source,
            scorer,
            store,
            advance=lambda done, all_: tell(f"scored {done:,} of {all_:,} customers"),
        )
