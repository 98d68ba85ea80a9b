"""The example project in a folder of its own, trained and scored once by the command line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.made_once import made_once

ROOT = Path(__file__).parents[2]
RETINUE = Path(sys.executable).parent / "retinue"


@dataclass(frozen=True)
class Example:
    """The example project, as the demo leaves it."""

    folder: Path

    def retinue(self, *arguments: str) -> str:
        """What a command prints to stdout; it must succeed."""
        command = [str(RETINUE), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What a command prints with --json."""
        return json.loads(self.retinue(*arguments, "--json"))


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The Complete Journey, whole: data, champion and one scoring run; made once for all."""

    def make(made: Path) -> None:
        folder = made / "examples" / "complete_journey"  # its project file says ../../mlruns
        folder.mkdir(parents=True)
        for name in ("retinue.toml", "get_data.py"):
            shutil.copy(ROOT / "examples" / "complete_journey" / name, folder)
        subprocess.run([sys.executable, folder / "get_data.py"], check=True, capture_output=True)
        example = Example(folder)
        example.retinue("train")
        example.retinue("score")

    for made in made_once(tmp_path_factory, "journey", make):
        yield Example(made / "examples" / "complete_journey")
