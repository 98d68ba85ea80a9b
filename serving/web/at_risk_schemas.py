"""What is asked of the at-risk list, and what its answer looks like."""

from typing import Any, Literal

from pydantic import Field

from features.feature import Language
from scoring.segments.risk import Tier
from serving.at_risk import EVERYONE, Query
from serving.selection import Selection, Sort, attributes_of, pairs_of
from serving.web.examples import (
    AS_OF,
    CURRENCY,
    CURSOR,
    FEATURES,
    LABELS,
    MODEL,
    REASONS,
    RUN,
    SCORED,
)
from serving.web.page_parameters import FileParameters, PageParameters
from serving.web.schemas import Schema

_LINE: dict[str, Any] = {
    "customer_id": SCORED["customer_id"],
    "churn_probability": SCORED["churn_probability"],
    "risk_tier": SCORED["risk_tier"],
    "cluster": "Regulars, engaged",
    "spend_last_91_days": FEATURES["spend_last_91_days"],
    "value_at_risk": SCORED["value_at_risk"],
    "reasons": [one["text"].removesuffix(", associated with higher risk") for one in REASONS],
    "segments": LABELS,
}
_PAGE: dict[str, Any] = {
    "run": RUN,
    "as_of": AS_OF,
    "model_version": MODEL["version"],
    "currency": CURRENCY,
    "customers": [_LINE],
    "next": CURSOR,
    "warnings": [],
}


class SelectionParameters(Schema):
    """Which customers, in which order, and how they are told."""

    tier: Tier | None = Field(None, description="Only this risk tier.", examples=["high"])
    segment: list[str] = Field(
        [],
        max_length=50,
        description="`scheme:label`, as in /v1/segments; give it again for more. Of several labels "
        "of one scheme a customer has any, of several schemes each.",
        examples=[["rfm:champions", "rfm:loyal", "abc:A"]],
    )
    region: str | None = Field(
        None, description="Short for `attribute=region:...`.", examples=["North"]
    )
    owner: str | None = Field(
        None, description="Short for `attribute=owner:...`.", examples=["Li Na"]
    )
    attribute: list[str] = Field(
        [],
        max_length=50,
        description="`name:value` of a customers' attribute that the project maps, exactly as a "
        "profile shows it; several as with segments. One that the run does not have is refused "
        "with a list of those it has.",
        examples=[["city:Lyon"]],
    )
    least_probability: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Only whose churn probability is no lower.",
        examples=[0.25],
    )
    least_value_at_risk: float | None = Field(
        None,
        allow_inf_nan=False,
        description="Only whose value at risk is known and no lower, in the project's currency.",
        examples=[100.0],
    )
    sort: Sort = Field(
        "churn_probability",
        description="Highest first; equals by id. A value at risk that is not known comes last.",
        examples=["value_at_risk"],
    )
    lang: Language = Field("en", description="Of reasons, clusters and warnings.", examples=["zh"])
    with_: list[Literal["segments"]] = Field(
        [],
        alias="with",
        max_length=1,
        description="Tell each line's segments too.",
        examples=[["segments"]],
    )

    def query(self, most: int = EVERYONE) -> Query:
        """As the list takes it.

        Raises:
            QueryError: A segment or an attribute is not written name:value.
        """
        selection = Selection(
            tier=self.tier,
            segments=pairs_of(self.segment, "segment"),
            attributes=attributes_of(self.attribute, region=self.region, owner=self.owner),
            least_probability=self.least_probability,
            least_value_at_risk=self.least_value_at_risk,
            sort=self.sort,
        )
        return Query(most, selection, self.lang, with_segments="segments" in self.with_)


class ListParameters(SelectionParameters, PageParameters):
    """One page of the list."""


class ExportParameters(SelectionParameters, FileParameters):
    """The whole list."""

    format: Literal["csv", "parquet"] | None = Field(
        None, description="Instead of what `Accept` asks for; else csv.", examples=["parquet"]
    )


class AtRiskLine(Schema, json_schema_extra={"examples": [_LINE]}):
    """One customer of the list."""

    customer_id: str
    churn_probability: float = Field(ge=0, le=1)
    risk_tier: Tier
    cluster: str = Field(description="Name of the behaviour cluster; empty where there is none.")
    spend_last_91_days: float | None = Field(
        description="null of features that are not made of orders."
    )
    value_at_risk: float | None = Field(
        description="churn_probability times remaining value; null where that is not known."
    )
    reasons: list[str] = Field(
        description="Facts, each associated with higher risk, strongest first."
    )
    segments: dict[str, str | None] | None = Field(
        description="By scheme, the label's code, null where it says nothing; null unless asked "
        "for by `with=segments`."
    )


class AtRiskAnswer(Schema, json_schema_extra={"examples": [_PAGE]}):
    """A page of the riskiest customers of one scoring run."""

    run: int = Field(description="Id of the scoring run.")
    as_of: str
    model_version: str = Field(description="Bundle that scored the run.")
    currency: str
    customers: list[AtRiskLine]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")
    warnings: list[str] = Field(description="What cannot be promised of the whole list.")
