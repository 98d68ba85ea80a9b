"""A client of the application over the simulated shop."""

import pytest
from starlette.testclient import TestClient

from retinue.commands.serve import online_settings
from scoring.scorer import Scorer
from serving.online import OnlineCustomers
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from tests.conftest import Trained


@pytest.fixture(scope="session")
def client(trained: Trained, scorer: Scorer) -> TestClient:
    """Asks the application without a network."""
    settings = online_settings(trained.project)
    online = OnlineCustomers(settings) if settings else None
    return TestClient(create_app(Parts(ServedModel(scorer), trained.store, online=online)))
