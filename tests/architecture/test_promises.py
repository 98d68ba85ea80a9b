"""Every promise of docs/promises.md has a test of its name."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
PROMISES = dict(re.findall(r"^\| ([a-z ]+) \|.*\| `test_([a-z_]+)_\*` \|$", PAGE, re.MULTILINE))


def names() -> list[str]:
    """Every test's, without `test_`."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [
        name
        for file in files
        for name in re.findall(r"^def test_(\w+)\(", file.read_text("utf-8"), re.MULTILINE)
    ]


def test_every_promise_has_tests_of_its_name() -> None:
    assert len(PROMISES) == 19
    found = names()
    for promise, prefix in PROMISES.items():
        assert prefix == promise.replace(" ", "_")
        assert any(name.startswith(f"{prefix}_") for name in found), promise
