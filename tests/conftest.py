"""What several test folders share: a simulated project, untrained and trained."""

import gc
import os
import sys
from collections.abc import Iterator
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
from tests.made_once import copy, made_once
from tests.postgres import Postgres, running
from tests.simulation import simulate

# Workers fill the cores already; threads that wait for each other would only take turns. It is
# read when a library first computes, and handed on to the processes that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# By custom Python looks for garbage after every 700 new objects, among the millions of what was
# imported; expressions and pictures make many, and a fifth of the time went there.
gc.freeze()
gc.set_threshold(50_000, 20, 100)

# The dearest files, dearest first: a worker takes a file at a time, and at the end the others wait
# for the one that took a dear one last. `--durations=50` shows what belongs here.
DEAREST = (
    "features/test_spark.py",
    "e2e/test_complete_journey.py",
    "retinue/test_cli.py",
    "training/test_train.py",
    "retinue/test_segments.py",
    "e2e/test_simulated.py",
    "retinue/test_promotion.py",
    "serving/web/test_workers.py",
    "training/clustering/test_fit.py",
    "features/history/test_dates.py",
    "features/history/test_leaks.py",
    "training/test_definitions.py",
    "e2e/test_readme.py",
    "scoring/segments/test_describe.py",
    "training/segments/report/test_report.py",
    "features/history/test_planted_leaks.py",
)


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
    def file(self) -> Path:
        """The store's file."""
        return self.project.output / "store.db"

    @property
    def store(self) -> Store:
        """The store that holds one scoring run."""
        return Store(self.project.store)


@pytest.fixture(autouse=True)
def same_path() -> Iterator[None]:
    """MLflow puts the code of each model that it loads first, and processes that start inherit it.

    They would import that, and write what they compile beside it, into what all tests share.
    """
    before = [*sys.path]
    yield
    sys.path[:] = before


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the dearest files first; the order within a file stays."""
    folder = Path(__file__).parent
    place = {folder / name: place for place, name in enumerate(DEAREST)}
    items.sort(key=lambda item: place.get(item.path, len(DEAREST)))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when it is first asked for."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def simulated_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The simulated tables and project file; never written to."""
    yield from made_once(tmp_path_factory, "simulated", simulate)


@pytest.fixture(scope="session")
def trained_folder(
    simulated_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A trained and scored copy, made by one worker for all; never written to (see `own`)."""

    def make(folder: Path) -> None:
        project = Project.read(copy(simulated_folder, folder / "project"))
        train.run(project, as_json=True)
        score.run(project, None, as_json=True)

    for made in made_once(tmp_path_factory, "trained", make):
        yield made / "project"


@pytest.fixture(scope="session")
def trained(trained_folder: Path) -> Trained:
    """The trained and scored project; never written to (see `own`)."""
    project = Project.read(trained_folder)
    questions = questions_of(project.segments)
    return Trained(project, open_tables(connect(), project.sources, questions=questions))


@pytest.fixture
def own(trained: Trained, tmp_path: Path) -> Trained:
    """A copy of the trained project that a test may break."""
    folder = copy(trained.project.folder, tmp_path / "project")
    return Trained(Project.read(folder), trained.tables)


@pytest.fixture
def untrained(simulated_folder: Path, tmp_path: Path) -> Project:
    """A copy of the project with nothing trained, that a test may break."""
    return Project.read(copy(simulated_folder, tmp_path / "project"))
