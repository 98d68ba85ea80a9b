"""Customers are counted at the dates of training as training itself would count them."""

import numpy as np
import pytest

from features.build import build_features
from features.history.before import History
from retinue.commands.configuring import config_of
from tests.conftest import Trained
from training.readiness import population
from training.readiness.population import count_population
from training.snapshots import build_snapshots
from training.splits import split_dates

CUSTOMERS = 600


def test_counts_are_those_of_the_snapshots_that_training_makes(simulated: Trained) -> None:
    config = config_of(simulated.project)
    split = split_dates(config, simulated.tables)
    snapshots = build_snapshots(simulated.tables, config.churn, split.dates)

    found = count_population(simulated.tables, config.churn, split, customers=CUSTOMERS)

    assert [date.as_of for date in found.dates] == [*split.dates]
    for date in found.dates:
        snapshot = snapshots.at([date.as_of])
        assert (date.eligible, date.churned) == (len(snapshot), snapshot.churned.sum())
        assert date.excluded == snapshot.excluded[f"{date.as_of:%Y-%m-%d}"]
    eligible = found.silent_days < config.churn.silent_days
    assert (~found.returned[eligible]).sum() == found.of("test")[1]


def test_passes_of_one_date_count_the_same(
    simulated: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(simulated.project)
    split = split_dates(config, simulated.tables)
    at_once = count_population(simulated.tables, config.churn, split, customers=CUSTOMERS)
    monkeypatch.setattr(population, "MOST_ROWS", 1)
    monkeypatch.setattr(population, "FIT_DATES_OF_MANY", 3)

    one_by_one = count_population(simulated.tables, config.churn, split, customers=CUSTOMERS)

    fit = [date.as_of for date in one_by_one.dates if date.role != "test"]
    assert len(fit) == 3 < len(split.fit)
    assert (fit[0], fit[-1]) == (split.fit[0], split.fit[-1])
    assert set(map(str, one_by_one.dates)) < set(map(str, at_once.dates))
    assert (one_by_one.silent_days == at_once.silent_days).all()


def test_some_features_alone_are_what_they_are_among_all(simulated: Trained) -> None:
    dates = [simulated.tables.day_after_last_order]
    history = History.before(simulated.tables, dates)
    every, some = build_features(history), build_features(history, population.NEEDED)

    assert every.customer_ids.tolist() == some.customer_ids.tolist()
    for name in population.NEEDED:
        assert np.array_equal(every.column(name), some.column(name), equal_nan=True)
    assert np.isnan(some.column("orders_in_total")).all()
