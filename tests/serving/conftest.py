"""The server's parts, over the simulated shop, and an empty store in each kind of database."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from features.sources.postgres_address import PostgresAddress
from scoring.scorer import Scorer
from serving.store import Store
from tests.conftest import Trained
from tests.postgres import Postgres

Place = Path | PostgresAddress
NUMBERS = count()


@pytest.fixture(scope="session")
def scorer(trained: Trained) -> Scorer:
    """Of the champion."""
    return Scorer(trained.bundle)


@pytest.fixture
def schema(postgres: Postgres) -> Iterator[PostgresAddress]:
    """An empty schema of a real PostgreSQL server; who is connected at the end is cut off."""
    name = f"store{next(NUMBERS)}"
    postgres.run(f"CREATE SCHEMA {name}")
    yield PostgresAddress(f"{postgres.uri}&options={quote(f'-csearch_path={name}')}")
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'retinue'",
        f"DROP SCHEMA {name} CASCADE",
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where there is no store yet."""
    if request.param == "sqlite":
        return tmp_path / "output" / "store.db"
    found: PostgresAddress = request.getfixturevalue("schema")
    return found


@pytest.fixture
def store(place: Place) -> Store:
    """Not written to yet."""
    return Store(place)
