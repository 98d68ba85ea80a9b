"""A page of a list over HTTP: in the form that was asked for, tagged, with the way to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, cast

from fastapi import Request, Response

from features.export import encoded
from scoring.scorer import Scorer
from serving.cursors import fingerprint
from serving.records import Run
from serving.web.page_parameters import FileParameters, PageParameters
from serving.web.representations import (
    MEDIA_TYPES,
    caching,
    holds_tags,
    is_known,
    kind_of,
    link_to_next,
    not_modified,
)
from serving.web.schemas import Schema

if TYPE_CHECKING:
    import pyarrow as pa

    from features.export import Kind

ETAG: Final = {
    "ETag": {"description": "Of this run and query.", "schema": {"type": "string"}},
}
FILES: Final = {
    MEDIA_TYPES["csv"]: {"schema": {"type": "string"}},
    MEDIA_TYPES["parquet"]: {"schema": {"type": "string", "format": "binary"}},
}
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "The caller holds this answer already (`If-None-Match`)"}
}
_LINK = {"description": 'The next page, `rel="next"`.', "schema": {"type": "string"}}
# How a route's specification describes a page that it answers.
PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": FILES, "headers": {**ETAG, "Link": _LINK}},
    **UNCHANGED,
}


class OfARun(Protocol):
    """Lines that follow one another in the list of one run."""

    @property
    def run(self) -> Run:
        """Whose list it is."""

    @property
    def next(self) -> str | None:
        """Cursor of the next page; None where no customer is left."""


P = TypeVar("P", bound=OfARun)


@dataclass(frozen=True)
class Paged(Generic[P]):
    """How a page is found and told.

    Attributes:
        run: The run that it would be of, without making it.
        page: The page.
        answer: A page as JSON tells it.
        table: A page as files tell it.
    """

    run: Callable[[], Run]
    page: Callable[[], P]
    answer: Callable[[P], Schema]
    table: Callable[[P], "pa.Table"]


def page_response(
    request: Request, asked: PageParameters, scorer: Scorer, paged: Paged[P]
) -> Response:
    """The page that was asked for, or that the caller holds it already; no page is made for that.

    Args:
        request: What was asked, with its headers.
        asked: All parameters of it.
        scorer: Whose model is served.
        paged: Where the page comes from.

    Raises:
        FormError: The header wants none of the forms.
    """
    kind = kind_of(request, asked.format, ("json", "csv", "parquet"))
    if holds_tags(request):
        headers = caching(etag(request, scorer, paged.run(), asked, kind))
        if is_known(request, headers["ETag"]):
            return not_modified(headers)
    page = paged.page()
    headers = caching(etag(request, scorer, page.run, asked, kind))
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    headers |= link_to_next(request, page.next)
    if kind == "json":
        content = paged.answer(page).model_dump_json().encode()
    else:
        content = b"".join(encoded([paged.table(page)], cast("Kind", kind), bom=asked.bom))
    return Response(content, headers=headers, media_type=MEDIA_TYPES[kind])


def etag(request: Request, scorer: Scorer, run: Run, asked: FileParameters, kind: str) -> str:
    """Weak: two answers of one tag say the same, though their bytes may differ."""
    served = (version("retinue"), scorer.bundle.manifest.bundle_id)
    ran = (run.run_id, run.bundle_id, run.finished_at, run.erased)
    query = (request.scope["path"], asked.model_dump(mode="json"))
    return f'W/"{fingerprint(served, ran, query, kind)}"'
