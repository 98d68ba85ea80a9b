"""Customers of the simulated shop, described at the date that the store was scored at."""

import pytest

from features.build import FeatureRows, build_features
from features.history.before import History
from scoring.churn_definition import ELIGIBLE
from scoring.scorer import Scorer
from tests.conftest import Trained


@pytest.fixture(scope="session")
def scorer(trained: Trained) -> Scorer:
    """Of the champion."""
    return Scorer(trained.bundle)


@pytest.fixture(scope="session")
def everyone(trained: Trained) -> FeatureRows:
    """Every customer with an order, the day after the last order."""
    tables = trained.tables
    return build_features(History.before(tables, [tables.day_after_last_order]))


@pytest.fixture(scope="session")
def eligible(scorer: Scorer, everyone: FeatureRows) -> FeatureRows:
    """Those of them whom the model scores."""
    return everyone.where(scorer.statuses(everyone) == ELIGIBLE)
