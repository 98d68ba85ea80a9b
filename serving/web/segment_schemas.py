"""What answers about segments look like."""

from typing import Literal

from pydantic import Field

from serving.web.page_parameters import PageParameters
from serving.web.schemas import Schema, WordsAnswer
from serving.web.segment_examples import (
    ALERT,
    CELL,
    DEFINITION,
    FROM_RUN,
    MEMBER,
    MEMBERS,
    MIGRATION,
    SCHEME,
    SEGMENTS,
    SIZE,
    TOTAL,
)

MOST_RUN = 2**31 - 1  # as the store counts them
LABEL = "Code of the label; `_no_label` is that of those of whom the scheme says nothing."


class SizeAnswer(Schema, json_schema_extra={"examples": [SIZE]}):
    """One label in the run."""

    label: str = Field(description=LABEL)
    name: WordsAnswer
    customers: int
    share: float = Field(description="Of all customers.")
    money: float = Field(description="A year's, of its customers.")
    share_of_money: float | None = Field(description="null where there is no money in all.")
    mean_churn_probability: float | None = Field(description="Of those with a score.")
    reachable_share: float | None = Field(
        description="Who consents to e-mail or phone; null where nobody's consent is known."
    )


class SchemeAnswer(Schema, json_schema_extra={"examples": [SCHEME]}):
    """One way of classifying customers, and how large each class is."""

    scheme: str
    title: WordsAnswer
    on: bool = Field(description="Whether it can speak of these customers.")
    why_off: WordsAnswer | None = Field(description="What it lacks; null where it is on.")
    rule_version: int = Field(description="Raised whenever the rule changes its meaning.")
    as_of: str
    labels: list[SizeAnswer] = Field(description="Most wanted first where they have an order.")
    unlabelled: SizeAnswer | None = Field(description="Of whom it says nothing.")


class SegmentsAnswer(Schema, json_schema_extra={"examples": [SEGMENTS]}):
    """Every scheme in the current scoring run."""

    run: int = Field(description="Id of the scoring run.")
    as_of: str
    model_version: str = Field(description="Bundle that labelled the run.")
    currency: str
    schemes: list[SchemeAnswer]


class DefinitionAnswer(SchemeAnswer, json_schema_extra={"examples": [DEFINITION]}):
    """A scheme's rule in words, with the thresholds by which the run was labelled."""

    rule: WordsAnswer | None = Field(description="null where the scheme is off.")
    nobody: WordsAnswer = Field(description="Of whom the scheme says nothing, in words.")
    fitted_as_of: str = Field(description="Date of the customers that set the thresholds.")
    customers: int | None = Field(description="Everyone in the run; null where it is off.")
    money: float | None = Field(description="A year's, of everyone; null where it is off.")
    run: int
    model_version: str = Field(description="Bundle that holds the thresholds.")
    currency: str


class MembersParameters(PageParameters):
    """One page of a scheme's customers."""

    label: str | None = Field(None, description=LABEL, examples=["A"])
    run: int | None = Field(
        None,
        ge=1,
        le=MOST_RUN,
        description="A run that is kept, such as `from_run` of a movement: who had the label "
        "then. Else the current one.",
        examples=[FROM_RUN["run"]],
    )


class MemberAnswer(Schema, json_schema_extra={"examples": [MEMBER]}):
    """A customer under one scheme."""

    customer_id: str
    label: str = Field(description=LABEL)
    money: float = Field(description="A year's.")
    churn_probability: float | None = Field(description="null where not scored.")
    as_of: str
    rule_version: int


class MembersAnswer(Schema, json_schema_extra={"examples": [MEMBERS]}):
    """A page of customers in ascending order of id."""

    scheme: str
    run: int = Field(description="Id of the scoring run.")
    as_of: str
    rule_version: int
    currency: str
    customers: list[MemberAnswer]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class RunAnswer(Schema, json_schema_extra={"examples": [FROM_RUN]}):
    """One end of a movement."""

    run: int
    as_of: str
    model_version: str
    rule_version: int


class TotalAnswer(Schema, json_schema_extra={"examples": [TOTAL]}):
    """Customers and their money at one date."""

    label: str
    name: WordsAnswer
    customers: int
    money: float


class CellAnswer(Schema, json_schema_extra={"examples": [CELL]}):
    """Who went from one label to another, or stayed; only those cells that hold anyone."""

    before: str = Field(description="Code; `_entered` where not yet known at the first date.")
    after: str = Field(description="Code; `_left` where no longer known at the second.")
    customers: int
    money_before: float
    money_after: float


class AlertAnswer(CellAnswer, json_schema_extra={"examples": [ALERT]}):
    """A movement worth an alert."""

    kind: Literal["downward", "impossible"]
    steps: int = Field(description="Places down in the scheme's order of labels.")
    text: WordsAnswer


class MigrationAnswer(Schema, json_schema_extra={"examples": [MIGRATION]}):
    """All movement between two scoring runs; cells add up to the totals of both dates."""

    scheme: str
    from_run: RunAnswer
    to_run: RunAnswer
    currency: str
    summary: WordsAnswer
    known_at_both: int
    moved: int
    share_moved: float | None
    before: list[TotalAnswer] = Field(description="Sizes at the first date.")
    after: list[TotalAnswer] = Field(description="Sizes at the second date.")
    entered: TotalAnswer
    left: TotalAnswer
    cells: list[CellAnswer]
    alerts: list[AlertAnswer] = Field(description="Those of the most money first.")
    alert_rule: WordsAnswer
    warnings: list[WordsAnswer] = Field(
        description="Why some of it may not be the customers' doing: another rule or thresholds."
    )
