"""What is said of customers: read off the run by the model that answers, or asked of the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scoring.churn_definition import ELIGIBLE
from scoring.scorer import Answers, Prediction, Scorer
from scoring.segments.customers import Customers
from serving.errors import StoreError
from serving.records import CustomerRecord, Run, customers_of, prediction_of


@dataclass(frozen=True)
class Left:
    """A customer whom the model leaves aside.

    Attributes:
        customer_id: The customer.
        status: Why, as in CustomerRecord.
    """

    customer_id: str
    status: str


Said = Prediction | Left


class Stored(Protocol):
    """What a run says of a customer, be there more of it or not."""

    @property
    def customer_id(self) -> str:
        """The customer."""

    @property
    def status(self) -> str:
        """As in CustomerRecord."""

    @property
    def prediction(self) -> dict[str, Any] | None:
        """As in CustomerRecord."""


def said_by_run(
    scorer: Scorer, run: Run, records: Sequence[Stored], most_reasons: int
) -> list[Said] | None:
    """What the run holds; None where another model made it, or it does not hold all of it."""
    if run.bundle_id != scorer.bundle.manifest.bundle_id:
        return None
    said: list[Said] = []
    for record in records:
        if record.prediction is None:
            said.append(Left(record.customer_id, record.status))
        elif prediction := prediction_of(record.prediction, most_reasons):
            said.append(prediction)
        else:
            return None
    return said


def said_by_model(scorer: Scorer, answers: Answers, most_reasons: int) -> list[Said]:
    """What the model says now, in the order of the answers."""
    scored = iter(scorer.predictions(answers, most_reasons))
    ids = answers.customers.rows.customer_ids
    return [
        next(scored) if status == ELIGIBLE else Left(str(customer_id), str(status))
        for customer_id, status in zip(ids, answers.statuses, strict=True)
    ]


def answers_of(scorer: Scorer, run: Run, records: list[CustomerRecord]) -> Answers:
    """Ask the model of records of the run.

    Raises:
        StoreError: The run's features are of another catalog than the model's.
    """
    if run.catalog_hash != scorer.bundle.manifest.catalog_hash:
        raise StoreError(
            "the current scoring run holds features of another catalog than the served model; "
            "run `retinue score` again"
        )
    # By the model that answers: the run may be of one with another churn definition.
    return scorer.answer(described(scorer, run, records))


def described(scorer: Scorer, run: Run, records: list[CustomerRecord]) -> Customers:
    """Records of the run as the scorer takes them."""
    return customers_of(records, run.as_of, scorer.bundle.manifest.feature_names)
