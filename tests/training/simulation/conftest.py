"""One simulated company for every test that only looks at it."""

import pytest

from tests.training.simulation.looks import Company
from tests.training.simulation.looks import company as simulated


@pytest.fixture(scope="session")
def company() -> Company:
    """As the truths have it."""
    return simulated()
