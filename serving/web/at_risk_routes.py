"""The routes under /v1/at-risk: the list page by page, and whole as a file."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Annotated, cast

import fastapi
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from scoring.scorer import Scorer
from serving.access.scopes import Scope
from serving.at_risk import Page, at_risk, pages, run_of
from serving.at_risk_files import at_risk_bytes, at_risk_table
from serving.web.access import needs
from serving.web.answers import caveats_of
from serving.web.at_risk_schemas import (
    AtRiskAnswer,
    AtRiskLine,
    ExportParameters,
    ListParameters,
    SelectionParameters,
)
from serving.web.pages import ETAG, FILES, PAGE, UNCHANGED, Paged, etag, page_response
from serving.web.problems import problems
from serving.web.representations import MEDIA_TYPES, caching, is_known, kind_of, not_modified

if TYPE_CHECKING:
    from features.export import Kind
    from serving.web.app import Parts


def add_at_risk(app: FastAPI, parts: "Parts") -> None:
    """Declare the routes."""
    _add_list(app, parts)
    _add_export(app, parts)


def _add_list(app: FastAPI, parts: "Parts") -> None:
    @app.get(
        "/v1/at-risk",
        tags=["answers"],
        summary="The riskiest customers, page by page",
        response_model=AtRiskAnswer,
        responses={**PAGE, **problems(406, 410, 422, 503)},
    )
    @needs(Scope.LISTS)
    def list_at_risk(
        request: Request, asked: Annotated[ListParameters, fastapi.Query()]
    ) -> Response:
        query, scorer = asked.query(asked.limit), parts.model.scorer
        paged = Paged(
            run=lambda: run_of(parts.store, query, asked.cursor),
            page=lambda: at_risk(parts.store, query, _currency(scorer), asked.cursor),
            answer=lambda page: _answer(scorer, page, asked),
            table=at_risk_table,
        )
        return page_response(request, asked, scorer, paged)


def _add_export(app: FastAPI, parts: "Parts") -> None:
    @app.get(
        "/v1/at-risk/export",
        tags=["answers"],
        summary="The whole list of the current scoring run, as a file",
        description="Streamed from pages of one run, in bounded memory and of any length. Should "
        "that run be given up while the file is under way, the transfer breaks off.",
        response_class=StreamingResponse,
        responses={
            200: {"content": FILES, "headers": ETAG},
            **UNCHANGED,
            **problems(406, 410, 422, 503),
        },
    )
    @needs(Scope.EXPORTS)
    def export_at_risk(
        request: Request, asked: Annotated[ExportParameters, fastapi.Query()]
    ) -> Response:
        kind = cast("Kind", kind_of(request, asked.format, ("csv", "parquet")))
        # The first page before the first byte: what is wrong with the query is still told.
        scorer = parts.model.scorer
        found = pages(parts.store, asked.query(), _currency(scorer))
        first = next(found)
        headers = caching(etag(request, scorer, first.run, asked, kind))
        if is_known(request, headers["ETag"]):
            return not_modified(headers)
        name = f"at-risk-{first.run.as_of[:10]}.{kind}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        whole: Iterator[Page] = chain([first], found)
        return StreamingResponse(
            at_risk_bytes(whole, kind, bom=asked.bom),
            headers=headers,
            media_type=MEDIA_TYPES[kind],
        )


def _answer(scorer: Scorer, page: Page, asked: SelectionParameters) -> AtRiskAnswer:
    return AtRiskAnswer(
        run=page.run.run_id,
        as_of=page.run.as_of,
        model_version=page.run.bundle_id,
        currency=_currency(scorer),
        customers=[AtRiskLine(**asdict(line)) for line in page.lines],
        next=page.next,
        warnings=caveats_of(scorer, asked.lang),
    )


def _currency(scorer: Scorer) -> str:
    return scorer.bundle.manifest.currency
