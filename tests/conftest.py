"""What several test folders share: a simulated project, untrained and trained."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from features.engines import connect
from features.tables import Tables, open_tables
from retinue.commands import score, train
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.segments.describe import questions_of
from scoring.shelf import Shelf
from serving.store import Store
from tests.simulation import simulate


@dataclass(frozen=True)
class Trained:
    """A project that was trained and scored."""

    project: Project
    tables: Tables

    @property
    def bundle(self) -> Bundle:
        """The champion."""
        return Shelf(self.project.bundles).champion()

    @property
    def store(self) -> Store:
        """The store that holds one scoring run."""
        return Store(self.project.store)


@pytest.fixture(scope="session")
def simulated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated tables and project file; never written to."""
    return simulate(tmp_path_factory.mktemp("simulated"))


@pytest.fixture(scope="session")
def trained(simulated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A trained and scored copy; never written to (see `own`)."""
    folder = tmp_path_factory.mktemp("trained") / "project"
    shutil.copytree(simulated_folder, folder)
    project = Project.read(folder)
    train.run(project, as_json=True)
    score.run(project, None, as_json=True)
    questions = questions_of(project.segments)
    return Trained(project, open_tables(connect(), project.sources, questions=questions))


@pytest.fixture
def own(trained: Trained, tmp_path: Path) -> Trained:
    """A copy of the trained project that a test may break."""
    folder = tmp_path / "project"
    shutil.copytree(trained.project.folder, folder)
    return Trained(Project.read(folder), trained.tables)


@pytest.fixture
def untrained(simulated_folder: Path, tmp_path: Path) -> Project:
    """A copy of the project with nothing trained, that a test may break."""
    folder = tmp_path / "project"
    shutil.copytree(simulated_folder, folder)
    return Project.read(folder)
