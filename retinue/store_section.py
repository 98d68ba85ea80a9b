"""The `[store]` section: where scoring runs are kept, and how many."""

from pydantic import Field

from retinue.table_section import Section
from serving.limits import KEPT_RUNS


class StoreSection(Section):
    """Where scoring runs are kept, and how many of them."""

    url: str | None = Field(
        default=None,
        description="A PostgreSQL database, `postgresql://user@host/database`; `${NAME}` is taken "
        "from the environment. Absent: the SQLite file `store.db` in the output folder.",
    )
    kept_runs: int = Field(
        default=KEPT_RUNS,
        ge=1,
        description="Older runs are deleted once a new one is written; movement needs two.",
    )
