"""`/v1/erasures`: customers who are to be erased from what the server answers from."""

from typing import TYPE_CHECKING, Annotated

import fastapi
from fastapi import FastAPI, Request, Response
from pydantic import AfterValidator, ConfigDict, Field

from serving.access.scopes import Scope
from serving.erasure import erase
from serving.errors import PayloadError
from serving.idempotency import Once
from serving.web.access import needs
from serving.web.examples import ERASED
from serving.web.problems import problems
from serving.web.representations import MEDIA_TYPES
from serving.web.schemas import MOST_IDS, Schema, whole_text

if TYPE_CHECKING:
    from serving.web.app import Parts

REPLAYED = "Idempotency-Replayed"
IDEMPOTENCY_KEY = fastapi.Header(
    min_length=1,
    max_length=255,
    pattern=r"^[!-~]+$",
    description="Any text, such as a UUID, new for each thing that is to be done. Asked again with "
    "the same one and the same body within seven days, the server does nothing and answers what it "
    "answered before.",
)


class ErasureRequest(Schema):
    """Customers to erase."""

    customer_ids: list[Annotated[str, AfterValidator(whole_text)]] = Field(
        min_length=1, max_length=MOST_IDS, description="Ids as in the orders table."
    )

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"customer_ids": ["7301"]}]}
    )


class ErasureAnswer(Schema, json_schema_extra={"examples": [ERASED]}):
    """What was erased; it names nobody."""

    erased: int = Field(description="Customers who stood in a scoring run, and do no more.")
    unknown: int = Field(description="Customers who stood in none.")
    runs: int = Field(description="Scoring runs that they were erased from.")
    erased_at: str = Field(description="ISO 8601, UTC.")


def add_erasures(app: FastAPI, parts: "Parts") -> None:
    """Declare the route."""

    @app.post(
        "/v1/erasures",
        tags=["erasures"],
        response_model=ErasureAnswer,
        summary="Erase customers from every scoring run that is kept",
        description="What the project's own tables hold is not touched: erase there first, or the "
        "next scoring run describes the customer again.",
        responses={
            200: {
                "headers": {
                    REPLAYED: {
                        "description": "`true` where this was done, and answered, before.",
                        "schema": {"type": "string"},
                    }
                }
            },
            **problems(409, 422, 503),
        },
    )
    @needs(Scope.ERASURES)
    def erase_customers(
        request: Request,
        asked: ErasureRequest,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Response:
        if len(set(request.headers.getlist("idempotency-key"))) > 1:
            raise PayloadError("two different Idempotency-Key headers; send one")
        caller = getattr(request.state, "key_id", None) or ""
        body = asked.model_dump_json().encode()
        once = None if idempotency_key is None else Once(caller, idempotency_key, body)
        done = erase(parts.store, asked.customer_ids, once)
        headers = {REPLAYED: "true"} if done.again else {}
        return Response(done.answer, headers=headers, media_type=MEDIA_TYPES["json"])
