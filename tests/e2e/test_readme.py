"""Every command the README shows runs as shown."""

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Example
from tests.made_once import copy

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ (?:\.venv/bin/)?retinue (.+)$", README, flags=re.MULTILINE)
# Their own tests: one serves until stopped, the other needs a challenger.
ELSEWHERE = ("serve", "promote")


def test_the_readme_shows_commands() -> None:
    assert len(SHOWN) >= 3


@pytest.mark.parametrize("command", [c for c in SHOWN if c.split()[0] not in ELSEWHERE])
def test_a_command_of_the_readme_runs(command: str, example: Example, tmp_path: Path) -> None:
    # What it writes, be it into the project's own audit log, goes into a copy.
    made = copy(example.folder.parents[1], tmp_path / "made")
    Example(made).retinue(*shlex.split(command))


def test_every_file_the_readme_links_to_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    missing = [path for path in linked if not (ROOT / path).exists()]
    assert linked
    assert not missing
