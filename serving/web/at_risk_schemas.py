"""What is asked of the at-risk list, and what its answer looks like."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from features.feature import Language
from scoring.segments.risk import Tier
from serving.at_risk import EVERYONE, Query
from serving.selection import Selection, Sort, attributes_of, pairs_of
from serving.web.schemas import Schema

_LINE: dict[str, Any] = {
    "customer_id": "1145",
    "churn_probability": 0.263,
    "risk_tier": "high",
    "cluster": "Frequent small baskets",
    "spend_last_91_days": 812.4,
    "value_at_risk": 470.93,
    "reasons": ["Silence: 61 days since the last order (typical: 5 days)"],
    "segments": {"rfm": "at_risk", "abc": "A", "lifecycle": "active"},
}
_CURSOR = "pm1kq0Vd3sV8n1JrXh0mJlsxLCI5ZjE3NmJiNDI0NzQ4MzM0IiwyLDAuMjYzLCIxMTQ1Il0"


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
    bom: bool = Field(
        False,
        description="Begin a CSV with a byte order mark, by which old Excel knows UTF-8.",
        examples=[True],
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


class ListParameters(SelectionParameters):
    """One page of the list."""

    limit: int = Field(50, ge=1, le=1000, description="Customers per page.", examples=[200])
    cursor: str | None = Field(
        None,
        description="`next` of the page before, with its query otherwise repeated. The page is of "
        "the same scoring run, though a newer one was written meanwhile.",
        examples=[_CURSOR],
    )
    format: Literal["json", "csv", "parquet"] | None = Field(
        None, description="Instead of what `Accept` asks for.", examples=["csv"]
    )


class ExportParameters(SelectionParameters):
    """The whole list."""

    format: Literal["csv", "parquet"] | None = Field(
        None, description="Instead of what `Accept` asks for; else csv.", examples=["parquet"]
    )


class AtRiskLine(Schema):
    """One customer of the list."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_LINE]})

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


class AtRiskAnswer(Schema):
    """A page of the riskiest customers of one scoring run."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "run": 2,
                    "as_of": "2018-01-01T00:00:00Z",
                    "model_version": "42f4fddd4bd63be8",
                    "currency": "USD",
                    "customers": [_LINE],
                    "next": _CURSOR,
                    "warnings": [],
                }
            ]
        },
    )

    run: int = Field(description="Id of the scoring run.")
    as_of: str
    model_version: str = Field(description="Bundle that scored the run.")
    currency: str
    customers: list[AtRiskLine]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")
    warnings: list[str] = Field(description="What cannot be promised of the whole list.")
