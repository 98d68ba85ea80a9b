"""The routes under /v1/segments."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import fastapi
from fastapi import FastAPI, Request, Response

from features.feature import Language
from serving.access.scopes import Scope
from serving.members import MembersQuery, members, members_run
from serving.members_table import members_table
from serving.segments import all_schemes, movement, one_scheme
from serving.web.access import needs
from serving.web.pages import PAGE, Paged, page_response
from serving.web.problems import problems
from serving.web.segment_answers import (
    definition_answer,
    members_answer,
    migration_answer,
    segments_answer,
)
from serving.web.segment_schemas import (
    DefinitionAnswer,
    MembersAnswer,
    MembersParameters,
    MigrationAnswer,
    SegmentsAnswer,
)

if TYPE_CHECKING:
    from serving.web.app import Parts

Lang = Annotated[
    Language | None, fastapi.Query(description="Of texts; both languages unless asked for one.")
]


def add_segments(app: FastAPI, parts: "Parts") -> None:
    """Declare the routes."""
    _add_definitions(app, parts)
    _add_customers(app, parts)


def _add_definitions(app: FastAPI, parts: "Parts") -> None:
    @app.get(
        "/v1/segments",
        tags=["segments"],
        summary="Every way of classifying customers, with sizes",
        responses=problems(422, 503),
    )
    @needs(Scope.SEGMENTS)
    def list_segments(lang: Lang = None) -> SegmentsAnswer:
        run, schemes = all_schemes(parts.store)
        return segments_answer(run, schemes, _currency(parts), lang)

    @app.get(
        "/v1/segments/{scheme}",
        tags=["segments"],
        summary="A scheme's rule in words, labels and sizes",
        responses=problems(404, 422, 503),
    )
    @needs(Scope.SEGMENTS)
    def segment(scheme: str, lang: Lang = None) -> DefinitionAnswer:
        run, found = one_scheme(parts.store, scheme)
        return definition_answer(run, found, _currency(parts), lang)


def _add_customers(app: FastAPI, parts: "Parts") -> None:
    @app.get(
        "/v1/segments/{scheme}/customers",
        tags=["segments"],
        summary="Customers with their labels, page by page",
        response_model=MembersAnswer,
        responses={**PAGE, **problems(404, 406, 410, 422, 503)},
    )
    @needs(Scope.LISTS)
    def segment_customers(
        request: Request, scheme: str, asked: Annotated[MembersParameters, fastapi.Query()]
    ) -> Response:
        query = MembersQuery(scheme, asked.limit, asked.label, asked.run)
        scorer = parts.model.scorer
        paged = Paged(
            run=lambda: members_run(parts.store, query, asked.cursor),
            page=lambda: members(parts.store, query, asked.cursor),
            answer=lambda page: members_answer(page, scorer.bundle.manifest.currency),
            table=members_table,
        )
        return page_response(request, asked, scorer, paged)

    @app.get(
        "/v1/segments/{scheme}/migration",
        tags=["segments"],
        summary="Movement of customers and money between two scoring runs",
        responses=problems(404, 422, 503),
    )
    @needs(Scope.SEGMENTS)
    def segment_migration(
        scheme: str,
        from_: Annotated[
            date | None,
            fastapi.Query(
                alias="from", description="As-of date of a run; else the last before `to`."
            ),
        ] = None,
        to: Annotated[
            date | None, fastapi.Query(description="As-of date of a run; else the current one.")
        ] = None,
        lang: Lang = None,
    ) -> MigrationAnswer:
        moved = movement(parts.store, scheme, (from_, to), _currency(parts))
        return migration_answer(moved, _currency(parts), lang)


def _currency(parts: "Parts") -> str:
    return parts.model.scorer.bundle.manifest.currency
