"""The simulated shop, opened and not trained."""

from pathlib import Path

import pytest

from features.engines import connect
from features.tables import open_tables
from retinue.project import Project
from tests.conftest import Trained


@pytest.fixture(scope="session")
def simulated(simulated_folder: Path) -> Trained:
    """Never written to."""
    project = Project.read(simulated_folder)
    return Trained(project, open_tables(connect(), project.sources))
