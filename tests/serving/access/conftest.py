"""An office that makes keys, with clocks that stand still."""

from pathlib import Path

import pytest

from tests.serving.access.hands import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)
