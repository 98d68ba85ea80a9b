"""A client of the application over the simulated shop."""

import pytest
from starlette.testclient import TestClient

from scoring.scorer import Scorer
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from tests.conftest import Trained


@pytest.fixture(scope="session")
def client(trained: Trained, scorer: Scorer) -> TestClient:
    """Asks the application without a network."""
    return TestClient(create_app(Parts(ServedModel(scorer), trained.store)))
