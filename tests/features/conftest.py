"""A folder that the examples of one module share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where streams are written; every file has a name of its own."""
    return tmp_path_factory.mktemp("streams")
