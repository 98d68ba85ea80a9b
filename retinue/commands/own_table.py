"""Open a project's own table: one row per customer, and no dates."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.engines import connect
from features.own.inference import Inferred, infer
from features.own.reading import OwnSource, OwnTable, hash_of_own_data, read_own_table
from retinue.console import progress
from retinue.errors import ProjectError

if TYPE_CHECKING:
    from retinue.project import Project


@dataclass(frozen=True)
class Opened:
    """A table as it was read, and its digest."""

    source: OwnSource
    table: OwnTable
    data_hash: str

    @property
    def inferred(self) -> Inferred:
        """What its columns are.

        Raises:
            TableError: No column can be learned from.
        """
        return infer(self.table, self.source)


def open_own_table(project: "Project") -> Opened:
    """Read the project's own table.

    Raises:
        ProjectError: The project has dated tables.
        TableError: The table cannot be read, or is not one row per customer.
    """
    source = project.own_features
    if source is None:
        raise ProjectError(f"{project.path}: there is no [own_features]; add it")
    with progress() as (tell, _):
        tell("reading [own_features]")
        connection = connect()
        table = read_own_table(connection, source)
        return Opened(source, table, hash_of_own_data(connection, source))
