"""What is asked of every list that comes page by page."""

from typing import Literal

from pydantic import Field

from serving.web.examples import CURSOR
from serving.web.schemas import Schema


class FileParameters(Schema):
    """How a file is written."""

    bom: bool = Field(
        False,
        description="Begin a CSV with a byte order mark, by which old Excel knows UTF-8.",
        examples=[True],
    )


class PageParameters(FileParameters):
    """Which page, and in which form."""

    limit: int = Field(50, ge=1, le=1000, description="Customers per page.", examples=[200])
    cursor: str | None = Field(
        None,
        description="`next` of the page before, with its query otherwise repeated. The page is of "
        "the same scoring run, though a newer one was written meanwhile.",
        examples=[CURSOR],
    )
    format: Literal["json", "csv", "parquet"] | None = Field(
        None, description="Instead of what `Accept` asks for.", examples=["csv"]
    )
