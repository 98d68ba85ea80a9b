"""`/invocations` in the shapes of MLflow's scoring server, for clients that know one already."""

from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

import numpy as np
from fastapi import FastAPI, Response
from numpy.typing import NDArray
from pydantic import Field, Strict, model_validator

from features.build import FeatureRows
from scoring.churn import probability
from serving.access.scopes import Scope
from serving.errors import PayloadError
from serving.web.access import needs, public
from serving.web.examples import FEATURES, SCORED
from serving.web.problems import problems
from serving.web.schemas import MOST_IDS, Schema

if TYPE_CHECKING:
    from serving.web.app import Parts

Number: TypeAlias = Annotated[float, Strict(), Field(allow_inf_nan=False)] | None
Records: TypeAlias = list[dict[str, Number]]
Columns: TypeAlias = dict[str, list[Number]]
SHAPES = ("dataframe_split", "dataframe_records", "instances", "inputs")
# A few features are shown; a row needs every one of the model's.
SPLIT: dict[str, Any] = {"columns": [*FEATURES], "data": [[*FEATURES.values()]]}
REQUESTS: list[Any] = [{"dataframe_split": SPLIT}, {"dataframe_records": [FEATURES]}]
PROBABILITY = {"churn_probability": SCORED["churn_probability"]}


class SplitFrame(Schema, json_schema_extra={"examples": [SPLIT]}):
    """A table as pandas writes it with orient="split"."""

    columns: list[str]
    data: list[list[Number]]
    index: list[int | str] | None = Field(default=None, description="Ignored.")


class InvocationRequest(Schema, json_schema_extra={"examples": REQUESTS}):
    """Rows of features, in one of four shapes; columns that are no features are ignored."""

    dataframe_split: SplitFrame | None = None
    dataframe_records: Records | None = None
    instances: Records | Columns | None = None
    inputs: Records | Columns | None = None
    params: dict[str, Any] | None = Field(default=None, description="Ignored: there are none.")

    @model_validator(mode="after")
    def _is_of_one_shape(self) -> Self:
        if sum(getattr(self, shape) is not None for shape in SHAPES) != 1:
            raise ValueError(f"give rows in exactly one of {', '.join(SHAPES)}")
        return self


class Probability(Schema, json_schema_extra={"examples": [PROBABILITY]}):
    """What MLflow's server says of a row."""

    churn_probability: float = Field(ge=0, le=1)


class InvocationAnswer(Schema, json_schema_extra={"examples": [{"predictions": [PROBABILITY]}]}):
    """One answer per row, in their order."""

    predictions: list[Probability]


def add_invocations(app: FastAPI, parts: "Parts") -> None:
    """Declare the routes that MLflow's server has."""

    @app.get("/ping", include_in_schema=False)
    @public
    async def ping() -> Response:  # as theirs: a line's end, said to be JSON
        return Response("\n", media_type="application/json")

    @app.post(
        "/invocations",
        tags=["mlflow"],
        summary="Churn probability of rows of features",
        description="For clients of `mlflow models serve`. A row needs every feature of the model, "
        "null where it is not known, and whoever sends it has to know that the customer is "
        "eligible: nothing here can tell. Reasons, segments and money are at /v1/predict.",
        responses=problems(400, 413, 415, 422, 503, 504),
    )
    @needs(Scope.PREDICT)
    def invocations(asked: InvocationRequest) -> InvocationAnswer:
        scorer = parts.model.scorer
        names = scorer.bundle.manifest.feature_names
        values = _values(asked, names)
        if len(values) > MOST_IDS:
            raise PayloadError(f"{len(values):,} rows; send at most {MOST_IDS:,} at a time")
        log_odds = scorer.bundle.parts.churn.log_odds(FeatureRows.of_nobody(values, names))
        found = probability(log_odds).tolist()
        parts.metrics.predictions.labels("scored").inc(len(found))
        return InvocationAnswer(predictions=[Probability(churn_probability=one) for one in found])


def _values(asked: InvocationRequest, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Shape (rows, features), NaN for null.

    Raises:
        PayloadError: A feature is missing, or a row or column has another length than the rest.
    """
    if asked.dataframe_split is not None:
        columns, data = asked.dataframe_split.columns, asked.dataframe_split.data
        return _picked(columns, data, names)
    given = asked.dataframe_records or asked.instances or asked.inputs or []
    if isinstance(given, dict):
        lengths = {len(column) for column in given.values()}
        if len(lengths) > 1:
            raise PayloadError(f"columns have different lengths: {sorted(lengths)}")
        return _picked([*given], [list(row) for row in zip(*given.values(), strict=True)], names)
    columns = list(dict.fromkeys(name for row in given for name in row))
    return _picked(columns, [[row.get(name) for name in columns] for row in given], names)


def _picked(
    columns: list[str], data: list[list[Number]], names: tuple[str, ...]
) -> NDArray[np.float64]:
    missing = [name for name in names if name not in columns]
    if missing and data:
        shown = ", ".join(missing[:5])
        raise PayloadError(
            f"{len(missing)} of the model's {len(names)} features are missing, such as {shown}; "
            "send every one, null where it is not known"
        )
    if any(len(row) != len(columns) for row in data):
        raise PayloadError(f"a row has another length than the {len(columns)} columns")
    if not data:
        return np.empty((0, len(names)))
    table = np.array(data, dtype=np.float64)
    return table[:, [columns.index(name) for name in names]]
