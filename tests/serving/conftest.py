"""The server's parts, over the simulated shop."""

import pytest

from scoring.scorer import Scorer
from tests.conftest import Trained


@pytest.fixture(scope="session")
def scorer(trained: Trained) -> Scorer:
    """Of the champion."""
    return Scorer(trained.bundle)
