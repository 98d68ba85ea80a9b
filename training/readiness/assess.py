"""The readiness of a project: findings about its tables, and whether there is enough to train."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.errors import AsOfDateError
from features.readiness.codes import FAR_OFF_DATES, FUTURE_DATES, NO_PURCHASES
from features.readiness.facts import Facts
from features.readiness.find import find_in_tables
from features.readiness.finding import Finding, gravest_first
from scoring.churn_definition import Event, SubscriptionEnd
from training.config import TrainingConfig
from training.errors import TrainingError
from training.readiness.dates import (
    find_outcomes,
    labels_not_known,
    no_orders,
    nothing_to_label,
    too_little_history,
)
from training.readiness.enough import find_in_population
from training.readiness.population import Population, count_population
from training.span import span_of
from training.splits import TimeSplit, split_dates

if TYPE_CHECKING:
    from features.tables import Tables

Tell = Callable[[str], None]
MAKE_CUSTOMERS_FEW = (NO_PURCHASES, FAR_OFF_DATES, FUTURE_DATES)


@dataclass(frozen=True)
class Readiness:
    """What `retinue check` reports.

    Attributes:
        config: What training would be asked to do.
        facts: What was counted of the tables.
        findings: Gravest first; those about tables before those about training.
        split: The dates that training would use; None where there are none.
        population: Customers at those dates; None where they were not counted.
    """

    config: TrainingConfig
    facts: Facts
    findings: tuple[Finding, ...]
    split: TimeSplit | None
    population: Population | None

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What must be mended before anyone trains."""
        return tuple(finding for finding in self.findings if finding.severity == "stops")

    @property
    def is_ready(self) -> bool:
        """Whether one can train."""
        return not self.stops


def assess(
    config: TrainingConfig,
    tables: "Tables",
    facts: Facts,
    tell: Tell = lambda _: None,
) -> Readiness:
    """Judge, without fitting anything, what a training would have to work with.

    Args:
        config: The training configuration.
        tables: The project's tables, on DuckDB.
        facts: What was counted of them.
        tell: Called with a sentence as each step begins.
    """
    about_tables = find_in_tables(facts)
    split, findings = _split(config, tables)
    population = None
    if split is not None:
        findings += find_outcomes(config, split, facts)
    if split is not None and not findings:  # up to 2099 there would be thousands of wrong dates
        tell("counting customers at the dates of training")
        population, findings = _population(config, tables, facts, split)
    if population is not None:
        codes = [finding.code for finding in about_tables if finding.table == "orders"]
        causes = [code.name for code in MAKE_CUSTOMERS_FEW if code in codes]
        findings += find_in_population(config.churn, population, causes)
    everything = gravest_first([*about_tables, *findings])  # causes before effects
    return Readiness(config, facts, everything, split, population)


def _split(config: TrainingConfig, tables: "Tables") -> tuple[TimeSplit | None, list[Finding]]:
    by_orders = not isinstance(config.churn, SubscriptionEnd | Event)
    if by_orders and "orders" not in tables.rows:
        return None, [no_orders()]
    try:
        span_of(tables, config.churn)
    except TrainingError as error:
        return None, [nothing_to_label(error)]
    try:
        return split_dates(config, tables), []
    except TrainingError as error:
        return None, [too_little_history(config, tables, error)]


def _population(
    config: TrainingConfig,
    tables: "Tables",
    facts: Facts,
    split: TimeSplit,
) -> tuple[Population | None, list[Finding]]:
    try:
        found = count_population(tables, config.churn, split, customers=facts.spine_customers)
    except TrainingError as error:
        return None, [labels_not_known(error)]
    except AsOfDateError as error:
        return None, [too_little_history(config, tables, error)]
    return found, []
