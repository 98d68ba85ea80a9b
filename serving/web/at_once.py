"""`/v1/predict` of one customer whom the current run tells of, answered on the event loop.

It is what is asked most, and computing it takes less than the way to the route, to a place and to
a thread does. Whatever is not as plain as that goes there, errors too: the route answers the same.
"""

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from features.errors import RetinueError
from features.feature import Language
from serving.access.scopes import Scope as Needed
from serving.web.admission import rate_headers
from serving.web.answers import Asked, read_off
from serving.web.limits import ONE_CUSTOMER_BYTES, again
from serving.web.predict_routes import predicted
from serving.web.predict_schemas import PredictRequest

if TYPE_CHECKING:
    from serving.web.app import Parts

PATH = "/v1/predict"
LANGUAGES: dict[bytes, Language] = {b"": "en", b"lang=en": "en", b"lang=zh": "zh"}


class AtOnce:
    """Stands before the places, and answers what needs none."""

    def __init__(self, app: ASGIApp, parts: "Parts") -> None:
        """Wrap an application."""
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if not self._is_asked(scope):
            await self._app(scope, receive, send)
            return
        body = (await receive())["body"]
        answer = self._answer(body, LANGUAGES[scope["query_string"]])
        if answer is None:
            await self._app(scope, again(body, receive), send)
            return
        answer.headers.update(rate_headers(Request(scope)))
        await answer(scope, receive, send)

    def _is_asked(self, scope: Scope) -> bool:
        return (
            scope["type"] == "http"
            and scope["path"] == PATH
            and scope["method"] == "POST"
            and scope["query_string"] in LANGUAGES
            and scope["state"]["body_bytes"] <= ONE_CUSTOMER_BYTES
            and (self._parts.gate is None or scope["state"].get("admitted_to") == Needed.PREDICT)
        )

    def _answer(self, body: bytes, language: Language) -> Response | None:
        try:
            asked = PredictRequest.model_validate_json(body)
        except ValidationError:
            return None
        if asked.customer_ids is None or len(asked.customer_ids) > 1:
            return None
        try:
            found = self._found(asked.customer_ids[0], Asked(asked.reasons, language))
        except RetinueError:  # the route tells it
            return None
        return None if found is None else predicted(self._parts, found)

    def _found(self, customer_id: str, how: Asked) -> list[dict[str, Any]] | None:
        seen = self._parts.store.glance(customer_id)
        if seen is None:
            return None
        run, stored = seen
        return read_off(self._parts.model.scorer, run, [stored], how)
