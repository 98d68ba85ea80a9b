"""A company in which leaving is planted, opened."""

from pathlib import Path

import pytest

from features.engines import connect
from features.tables import Tables, open_tables
from retinue.project import Project
from training.simulation.plan import Plan
from training.simulation.simulate import simulate


@pytest.fixture(scope="package")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder: Path = tmp_path_factory.mktemp("planted") / "company"
    simulate(Plan(customers=2000), folder)
    orders = {"orders": Project.read(folder).sources["orders"]}
    return open_tables(connect(), orders)
