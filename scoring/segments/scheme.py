"""What every way of classifying customers has in common: labels with names, a fit, a rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from features.feature import Words
from scoring.churn_definition import ChurnDefinition

if TYPE_CHECKING:
    from scoring.segments.customers import Customers

UNLABELLED = -1
Fact = float | str | None


class Settings(BaseModel):
    """A scheme's section of the project file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Label:
    """One class of a scheme.

    Attributes:
        code: For machines, and stable: `cannot_lose`.
        name: For people.
    """

    code: str
    name: Words


@dataclass(frozen=True)
class Labels:
    """The label of each customer and what decided it.

    Attributes:
        positions: Shape (customers,), int64: place in the fitted scheme's `labels`; `UNLABELLED`
            where the scheme says nothing of a customer.
        facts: By name, shape (customers,): float64 with NaN for unknown, or objects with None.
    """

    positions: NDArray[np.int64]
    facts: Mapping[str, NDArray[Any]]

    def facts_of(self, i: int) -> dict[str, Fact]:
        """What decided one customer's label; unknown facts are None."""
        return {name: fact_of(values[i]) for name, values in self.facts.items()}


class Fitted(Protocol):
    """A scheme with its thresholds settled: a frozen dataclass of JSON values."""

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, most wanted first where they have an order."""

    def label(self, customers: "Customers") -> Labels:
        """Label any customers; one alone gets what it gets among others."""

    def rule(self) -> Words:
        """The rule with its thresholds, in sentences."""

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        """The facts that decided one customer's label, in a sentence."""


@dataclass(frozen=True)
class Off:
    """A scheme that cannot speak of a population.

    Attributes:
        why: What it lacks, and where that would come from.
    """

    why: Words


@dataclass(frozen=True)
class Population:
    """Whom a scheme is fitted on, and what the project says of them.

    Attributes:
        customers: Everyone known at one as-of date.
        churn: The project's churn definition.
        currency: Code of the currency that money is in.
        seed: Of everything drawn at random.
    """

    customers: "Customers"
    churn: ChurnDefinition
    currency: str
    seed: int


Fit = Callable[[Population, Any], Fitted | Off]


@dataclass(frozen=True)
class Scheme:
    """One way of classifying customers.

    Attributes:
        name: For machines: `rfm`.
        title: For people.
        version: Raised whenever the rule changes its meaning.
        settings: The class of its section in the project file, `[segments.<name>]`.
        fitted: The class of its fitted form.
        fit: Settles the thresholds on a population, or says why the scheme is off; None where
            only training can (see `Segmentation.fit`).
        unlabelled: Of whom the scheme says nothing.
        order: Codes of labels from the most to the least wanted, equals together; a label that
            is not named has no place in it. Empty where no label is better than another.
        impossible: Pairs of codes: nobody can move from the first to the second, and who seems
            to shows a fault in the data.
    """

    name: str
    title: Words
    version: int
    settings: type[Settings]
    fitted: type[Fitted]
    fit: Fit | None
    unlabelled: Words
    order: tuple[tuple[str, ...], ...] = ()
    impossible: tuple[tuple[str, str], ...] = ()


def fact_of(value: Any) -> Fact:
    """An array's element as a JSON value; NaN is None."""
    if value is None or isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)
