"""Examples of the specification as the models hold them, nulls included."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from serving.web.schemas import Schema


def describe_examples(app: FastAPI) -> None:
    """Give examples back their nulls: FastAPI leaves out every null of a specification."""
    specify = app.openapi

    def openapi() -> dict[str, Any]:
        specification = specify()
        schemas = specification["components"]["schemas"]
        for name, model in models().items():
            extra = model.model_config.get("json_schema_extra")
            if name in schemas and isinstance(extra, dict) and "examples" in extra:
                schemas[name]["examples"] = extra["examples"]
        return specification

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def models() -> dict[str, type[Schema]]:
    """Every model of requests and answers, by its name in the specification."""
    return {model.__name__: model for model in _below(Schema)}


def _below(parent: type[Schema]) -> Iterator[type[Schema]]:
    for model in parent.__subclasses__():
        yield model
        yield from _below(model)
