"""A simulated company with campaigns, and its customers as of the day before each of them."""

from dataclasses import dataclass

import pytest
from pyarrow import parquet

from features.build import build_features
from features.engines import connect
from features.history.before import History
from features.tables import Tables, open_tables
from retinue.project import Project
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fitted, Population
from tests.scoring.segments.populations import population_of
from training.segments.response import Answers
from training.segments.trials import Trials, TrialWindow, campaign_dates, trials_after
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

WANTED = (
    "days_since_last_order",
    "orders_last_365_days",
    "spend_last_365_days",
    "consents_to_email",
    "consents_to_phone",
)


@dataclass(frozen=True)
class Campaigns:
    """What tests look at.

    Attributes:
        tables: Of the simulated company.
        trials: Of each campaign date.
        customers: As of each campaign date.
        archetypes: How each customer truly answers.
    """

    tables: Tables
    trials: list[Trials]
    customers: list[Customers]
    archetypes: dict[str, str]

    @property
    def population(self) -> Population:
        """Everyone known at the last campaign date."""
        return population_of(self.customers[-1])

    def answers(self, fitted: Fitted) -> Answers:
        """All campaigns, with labels as of before each."""
        return Answers.joined(
            [
                Answers.of(trials, customers, fitted.label(customers))
                for trials, customers in zip(self.trials, self.customers, strict=True)
            ]
        )


@pytest.fixture(scope="session")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Campaigns:
    """3,000 customers over fourteen months; never written to."""
    folder = tmp_path_factory.mktemp("company") / "company"
    simulate(Plan(3000, days=430), folder)
    tables = open_tables(connect(), Project.read(folder).sources)
    dates = campaign_dates(tables)
    truth = parquet.read_table(folder / "truth.parquet")
    return Campaigns(
        tables,
        trials_after(tables, dates, TrialWindow()),
        [Customers(build_features(History.before(tables, [date]), WANTED)) for date in dates],
        dict(
            zip(
                truth["customer_id"].cast("string").to_pylist(),
                truth["archetype"].to_pylist(),
                strict=True,
            )
        ),
    )
