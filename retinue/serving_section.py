"""The `[serving]` section: what the server takes on."""

from pydantic import Field

from retinue.table_section import Section
from serving.limits import Limits

DEFAULT = Limits()


class ServingSection(Section):
    """What one worker of `retinue serve` takes on."""

    running: int = Field(
        default=DEFAULT.running, ge=1, le=32, description="Requests answered at the same time."
    )
    exporting: int = Field(
        default=DEFAULT.exporting,
        ge=1,
        le=32,
        description="Exports of any length written out at the same time, beside those.",
    )
    waiting: int = Field(
        default=DEFAULT.waiting,
        ge=0,
        description="Requests that may wait for a place; beyond that the answer is 503.",
    )
    single_seconds: float = Field(
        default=DEFAULT.single_seconds,
        gt=0,
        description="Until a request about one customer has its answer.",
    )
    batch_seconds: float = Field(
        default=DEFAULT.batch_seconds,
        gt=0,
        description="Until a request about many customers has its answer.",
    )
    drain_seconds: float = Field(
        default=DEFAULT.drain_seconds,
        ge=0,
        description="From SIGTERM until the server stops: it answers, and says it is not ready.",
    )
    refresh_seconds: float = Field(
        default=DEFAULT.refresh_seconds, gt=0, description="Between two looks for another champion."
    )
