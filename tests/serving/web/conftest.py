"""A client of the application over the simulated shop, and a clock that is not to be trusted."""

import time
from itertools import cycle

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


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day goes ten years ahead and ten years back, whenever it is asked."""
    jumps = cycle([time.time() + years * 365.25 * 86_400 for years in (10, -10)])
    monkeypatch.setattr(time, "time", lambda: next(jumps))
