"""What requests and answers look like."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scoring.segments.risk import Tier
from serving.web.examples import (
    LOYAL,
    MODEL,
    NOT_IN_THE_RUN,
    PROBLEM,
    PROFILE,
    READY,
    SCORED,
    SILENCE,
    UNSCORED,
    VERSION,
    VISITS,
)

MOST_IDS = 1000  # customers of one request


class Schema(BaseModel):
    """Immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def whole_text(text: str) -> str:
    """Refuse half of a surrogate pair, which JSON can escape and no store can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("not a whole text: half of a surrogate pair") from error
    return text


class ReasonAnswer(Schema, json_schema_extra={"examples": [SILENCE]}):
    """What a group of features that say much the same contributes to the log-odds."""

    code: str = Field(description="Group and direction.")
    text: str = Field(
        description="In the language asked for.",
    )
    feature: str = Field(description="The most telling of the group.")
    value: float | None = Field(
        description="The customer's value of it; null where it is not known."
    )
    typical: float | None = Field(
        description="Median where the model was calibrated; null where most had none.",
    )
    contribution: float = Field(description="Of the whole group, on the log-odds scale.")


class ModelAnswer(Schema, json_schema_extra={"examples": [MODEL]}):
    """The model that answered."""

    name: str
    version: str = Field(description="Id of the bundle.")
    trained_at: str


class Unscored(Schema, json_schema_extra={"examples": [UNSCORED]}):
    """A customer about whom the model says nothing rather than guess."""

    customer_id: str
    status: Literal["already_churned", "insufficient_history"]
    explanation: str
    model: ModelAnswer
    as_of: str
    data_age_s: float | None = Field(description="As of a score; null where it is not known.")
    warnings: list[str]


class Scored(Schema, json_schema_extra={"examples": [SCORED]}):
    """A prediction; base_log_odds, contributions and other_contributions sum to log_odds."""

    customer_id: str
    status: Literal["scored"] = "scored"
    churn_probability: float = Field(ge=0, le=1)
    churn_probability_low: float = Field(
        ge=0, le=1, description="Customers of like score churn at least at this rate (Venn-Abers)."
    )
    churn_probability_high: float = Field(ge=0, le=1, description="And at most at this one.")
    log_odds: float = Field(description="log(p / (1 - p)) of churn_probability")
    base_log_odds: float
    percentile: int = Field(ge=0, le=100, description="Of the training population.")
    risk_tier: Tier
    segments: dict[str, str | None] = Field(
        description="By scheme, the code of the customer's label; null where it says nothing."
    )
    remaining_value: float | None = Field(
        description="Money expected in the value model's horizon, or of features of the project's "
        "own what its value column says of a period; null without either."
    )
    remaining_value_low: float | None = Field(description="Nine in ten like this one bring more.")
    remaining_value_high: float | None = Field(description="One in ten brings more.")
    value_at_risk: float | None = Field(
        description="churn_probability times remaining_value; null where that is."
    )
    reasons: list[ReasonAnswer]
    other_contributions: float = Field(description="Sum of those not among the reasons.")
    model: ModelAnswer
    as_of: str
    data_age_s: float | None = Field(
        description="Seconds since the last order known to the run, or since the last order or "
        "subscription among the rows sent; null where no date is known, or where it lies ahead of "
        "the server's clock, which a warning says."
    )
    missing_inputs: list[str]
    out_of_range_inputs: list[str]
    warnings: list[str]


class PredictAnswer(Schema, json_schema_extra={"examples": [{"predictions": [SCORED, UNSCORED]}]}):
    """One answer per id, in the order asked."""

    predictions: list[Scored | Unscored]


class OccurrencesAnswer(Schema, json_schema_extra={"examples": [VISITS]}):
    """How often something happened before the as-of date, and when last."""

    count: int
    last: str


class WordsAnswer(Schema, json_schema_extra={"examples": [LOYAL["name"]]}):
    """A text in each language that was asked for, null in the other."""

    en: str | None
    zh: str | None


class CustomerSegment(Schema, json_schema_extra={"examples": [LOYAL]}):
    """A customer's label in one scheme, and what decided it."""

    label: str | None = Field(description="null where the scheme says nothing of the customer.")
    name: WordsAnswer | None
    facts: dict[str, float | str | None] = Field(description="null where not known.")
    explanation: WordsAnswer
    rule_version: int
    as_of: str


class ProfileAnswer(Schema, json_schema_extra={"examples": [PROFILE]}):
    """A customer: facts, features, segments and the prediction, all as of one moment."""

    customer_id: str
    as_of: str
    attributes: dict[str, str]
    events: dict[str, OccurrencesAnswer] = Field(description="By kind.")
    treatments: dict[str, OccurrencesAnswer] = Field(description="By arm.")
    features: dict[str, float | None] = Field(description="null where not known.")
    segments: dict[str, CustomerSegment] = Field(
        description="By scheme that is on, whether the customer has a score or not."
    )
    prediction: Scored | Unscored


class Health(Schema, json_schema_extra={"examples": [{"status": "ok"}]}):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class Readiness(Schema, json_schema_extra={"examples": [READY]}):
    """Whether the server can answer, check by check."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]
    remarks: list[str] = Field(
        description="What somebody should look at, though the server answers."
    )


class VersionAnswer(Schema, json_schema_extra={"examples": [VERSION]}):
    """What answers."""

    retinue: str = Field(description="This program's version.")
    python: str
    model: ModelAnswer
    catalog_hash: str = Field(description="Of the features that the model was fitted on.")
    library_versions: dict[str, str] = Field(description="With which the model was trained.")


class ProblemPointer(Schema, json_schema_extra={"examples": [NOT_IN_THE_RUN]}):
    """Where in the request, and what is wrong there."""

    pointer: str
    detail: str


class Problem(Schema, json_schema_extra={"examples": [PROBLEM]}):
    """An error, by RFC 9457."""

    type: str = Field(description="Where it is told of.")
    title: str
    status: int
    detail: str
    errors: list[ProblemPointer] = []
    request_id: str | None = Field(
        default=None, description="As in the X-Request-ID header and the server's log."
    )
