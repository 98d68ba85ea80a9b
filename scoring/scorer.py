"""Score customers with a bundle: the one code path of batch, server and evaluation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat, starmap
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.own.encoding import others
from features.own.schema import GIVEN_VALUE
from scoring.bundle import Bundle
from scoring.churn import ChurnModel, Contributions, probability
from scoring.churn_definition import ELIGIBLE, ChurnDefinition
from scoring.reasons import Reason, reasons_of
from scoring.reference import Reference
from scoring.segments.customers import Customers
from scoring.segments.risk import Tier
from scoring.segments.scheme import Labels, Off
from scoring.value.model import RemainingValue, ValueModel

UNFAMILIAR = "unfamiliar"
# Where most of what the model goes by was never seen, its answer would be a guess.
MOST_UNLIKE = 0.5


@dataclass(frozen=True)
class Prediction:
    """What is said of one eligible customer; base plus all contributions equals the log-odds.

    Attributes:
        customer_id: The customer.
        churn_probability: In [0, 1], calibrated.
        churn_probability_low: The churn rate of customers of like score is at least this, as far
            as can be told from those the model was calibrated on (Venn-Abers).
        churn_probability_high: And at most this.
        log_odds: Of churn_probability.
        percentile: Share of the training population at lower risk, 0 to 100.
        risk_tier: critical, high, medium or low.
        segments: By scheme, the code of the customer's label; None where it says nothing.
        remaining_value: Money expected in the value model's horizon, or what a project's own table
            says that the customer brings in a period; None where not known, as are the next three.
        remaining_value_low: Nine customers in ten like this one bring more.
        remaining_value_high: One in ten brings more.
        value_at_risk: churn_probability times remaining_value.
        base_log_odds: The log-odds before anything is known of the customer.
        reasons: The largest contributions of groups of features, largest first.
        other_contributions: The sum of all contributions that are not among the reasons.
        missing_inputs: Features that are null here though usually known.
        out_of_range_inputs: Features outside all that the model was calibrated on.
        other_inputs: Features whose category the model has no code of its own for.
    """

    customer_id: str
    churn_probability: float
    churn_probability_low: float
    churn_probability_high: float
    log_odds: float
    percentile: int
    risk_tier: Tier
    segments: Mapping[str, str | None]
    remaining_value: float | None
    remaining_value_low: float | None
    remaining_value_high: float | None
    value_at_risk: float | None
    base_log_odds: float
    reasons: list[Reason]
    other_contributions: float
    missing_inputs: list[str]
    out_of_range_inputs: list[str]
    other_inputs: list[str]


@dataclass(frozen=True)
class Scores:
    """Scores of rows, all of them eligible; arrays of shape (rows,) in the rows' order."""

    model: ChurnModel
    rows: FeatureRows
    log_odds: NDArray[np.float64]
    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    percentile: NDArray[np.int64]

    @cached_property
    def contributions(self) -> Contributions:
        """Why; made when asked for, since whoever judges a model wants probabilities alone."""
        return self.model.contributions(self.rows)


@dataclass(frozen=True)
class Answers:
    """What is said of any customers: their class in every scheme, and a score where one can be.

    Attributes:
        customers: With their churn probability, NaN for those not scored.
        statuses: Shape (customers,): eligible, or why not scored.
        labels: By scheme.
        codes: By scheme, shape (customers,): the labels' codes, None where a scheme says nothing.
        scores: Of the eligible, in the customers' order.
        value: Of all customers; None without a value model.
    """

    customers: Customers
    statuses: NDArray[np.str_]
    labels: Mapping[str, Labels]
    codes: Mapping[str, NDArray[np.object_]]
    scores: Scores
    value: RemainingValue | None


class Scorer:
    """Answers from one bundle, safe to share between threads: nothing changes after loading."""

    def __init__(self, bundle: Bundle) -> None:
        """Parse the booster now, not on the first request."""
        self.bundle = bundle
        self._parts = bundle.parts
        _ = self._parts.churn.rounds

    def statuses(self, rows: FeatureRows) -> NDArray[np.str_]:
        """Per row, whether it can be scored: eligible, or why not."""
        return _statuses(rows, self.bundle.manifest.churn_definition, self._parts.reference)

    def score(self, rows: FeatureRows) -> Scores:
        """Score rows that are eligible.

        Raises:
            ValueError: Some row is not eligible; ask `statuses` first.
        """
        if (self.statuses(rows) != ELIGIBLE).any():
            raise ValueError("only eligible customers have a score; filter by statuses() first")
        return self._scores(rows)

    def answer(self, customers: Customers) -> Answers:
        """Classify customers, and score those who are eligible."""
        statuses = self.statuses(customers.rows)
        eligible = statuses == ELIGIBLE
        scores = self._scores(customers.rows.where(eligible))
        value = _value(self._parts.value, customers)
        customers = _scored(customers, eligible, scores.probability, value)
        segments = self._parts.segments
        labels = segments.label(customers)
        return Answers(customers, statuses, labels, segments.codes(labels), scores, value)

    def labels(self, customers: Customers, known: Prediction) -> Mapping[str, Labels]:
        """Classes of one customer with what decided them, where this model's prediction is known.

        Equal to those of `answer`, which would make the prediction again.
        """
        valued = GIVEN_VALUE in customers.traits or not isinstance(self._parts.value, Off)
        value = np.nan if known.remaining_value is None else known.remaining_value
        scored = replace(
            customers,
            churn_probability=np.array([known.churn_probability]),
            remaining_value=np.array([value]) if valued else None,
        )
        return self._parts.segments.label(scored)

    def predictions(self, answers: Answers, most_reasons: int = 5) -> list[Prediction]:
        """One answer per scored customer, with at most `most_reasons` reasons each."""
        scores, value = answers.scores, answers.value
        eligible = answers.statuses == ELIGIBLE
        segments = [
            dict(zip(answers.codes, row, strict=True))
            for row in zip(
                *(codes[eligible].tolist() for codes in answers.codes.values()), strict=True
            )
        ]
        remarks = self._remarks(scores, most_reasons)
        # Column by column: asked one by one, a million customers would take minutes longer.
        columns = (
            map(str, scores.rows.customer_ids.tolist()),
            scores.probability.tolist(),
            scores.low.tolist(),
            scores.high.tolist(),
            scores.log_odds.tolist(),
            scores.percentile.tolist(),
            (row["risk"] for row in segments),
            segments,
            _known(value.value if value else None, eligible),
            _known(value.low if value else None, eligible),
            _known(value.high if value else None, eligible),
            _known(answers.customers.value_at_risk, eligible),
            repeat(scores.contributions.base, len(segments)),
            *remarks,
        )
        return [*starmap(Prediction, zip(*columns, strict=True))]

    def _scores(self, rows: FeatureRows) -> Scores:
        log_odds = self._parts.churn.log_odds(rows)
        churn_probability = probability(log_odds)
        low, high = self._parts.churn.interval(log_odds)
        return Scores(
            model=self._parts.churn,
            rows=rows,
            log_odds=log_odds,
            probability=churn_probability,
            low=low,
            high=high,
            percentile=self._parts.reference.percentile(churn_probability),
        )

    def _remarks(self, scores: Scores, most_reasons: int) -> "_Remarks":
        values, reference = scores.rows.values, self._parts.reference
        told = reasons_of(
            values, scores.contributions.values, scores.rows.names, reference.typical, most_reasons
        )
        own = self._parts.own
        reasons, unnamed = told.reasons, _nothing(len(values))
        if own is not None:
            reasons = [[own.told(reason) for reason in row] for row in reasons]
            unnamed = others(values, own.features)
        outside = [
            [name for name in names if name not in other]
            for names, other in zip(reference.out_of_range(values), unnamed, strict=True)
        ]
        return _Remarks(reasons, told.others.tolist(), reference.missing(values), outside, unnamed)


def _nothing(count: int) -> list[list[str]]:
    return [[] for _ in range(count)]


class _Remarks(NamedTuple):
    """What is said of each scored customer's features, customer by customer."""

    reasons: list[list[Reason]]
    other_contributions: list[float]
    missing_inputs: list[list[str]]
    out_of_range_inputs: list[list[str]]
    other_inputs: list[list[str]]


def with_scores(
    customers: Customers,
    churn: ChurnModel,
    value: ValueModel | Off,
    reference: Reference,
    definition: ChurnDefinition,
) -> Customers:
    """Customers with churn probability and remaining value, NaN where one cannot be said."""
    eligible = _statuses(customers.rows, definition, reference) == ELIGIBLE
    log_odds = churn.log_odds(customers.rows.where(eligible))
    return _scored(customers, eligible, probability(log_odds), _value(value, customers))


def _statuses(
    rows: FeatureRows, definition: ChurnDefinition, reference: Reference
) -> NDArray[np.str_]:
    """As the churn definition has it; of who is eligible, the model may know none like them."""
    found = definition.statuses(rows)
    unlike = (found == ELIGIBLE) & (reference.unlike(rows) > MOST_UNLIKE)
    return np.where(unlike, UNFAMILIAR, found)


def _scored(
    customers: Customers,
    eligible: NDArray[np.bool_],
    churn_probability: NDArray[np.float64],
    value: RemainingValue | None,
) -> Customers:
    known = np.full(len(customers), np.nan)
    known[eligible] = churn_probability
    worth = None if value is None else value.value
    return replace(customers, churn_probability=known, remaining_value=worth)


def _value(model: ValueModel | Off, customers: Customers) -> RemainingValue | None:
    if GIVEN_VALUE in customers.traits:
        given = customers.traits[GIVEN_VALUE].astype(np.float64)
        not_said = np.full(len(given), np.nan)
        return RemainingValue(given, not_said, not_said)
    return None if isinstance(model, Off) else model.remaining_value(customers.rows)


def _known(values: NDArray[np.float64] | None, wanted: NDArray[np.bool_]) -> Iterable[float | None]:
    """Those wanted, None where not known."""
    if values is None:
        return repeat(None, int(wanted.sum()))
    found = values[wanted]
    return cast("list[float | None]", np.where(np.isnan(found), None, found).tolist())  # type: ignore[call-overload]
