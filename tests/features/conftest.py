"""What the tests of features share: a simulated company, and a folder for streams."""

from pathlib import Path

import pytest

from retinue.project import Project
from training.simulation.plan import Plan
from training.simulation.simulate import simulate


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """All seven tables, with late, returned, repeated and missing rows among them."""
    folder = tmp_path_factory.mktemp("company") / "shop"
    simulate(Plan(customers=120, days=300), folder)
    return Project.read(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where streams are written; every file has a name of its own."""
    return tmp_path_factory.mktemp("streams")
