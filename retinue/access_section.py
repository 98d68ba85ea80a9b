"""The `[access]` section: how often a key may ask."""

from pydantic import Field

from retinue.table_section import Section


class AccessSection(Section):
    """How often an API key may ask, unless it was given a rate of its own."""

    requests_per_second: float = Field(
        default=100.0,
        gt=0,
        le=100_000,
        description="For long, by each worker of a server; a request counts once, however many "
        "customers it asks for.",
    )
    burst: int = Field(default=200, ge=1, le=1_000_000, description="At once, after a rest.")
