"""Notebooks import and show: run to the end, with pictures, of nobody's machine, and no logic."""

import ast
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST_FUNCTION = 15  # lines, of a plot
PNG = "image/png"
MOST_BYTES, MOST_BYTES_OF_A_PICTURE = 400_000, 60_000
OF_SOME_MACHINE = re.compile(r"/(home|root|Users|tmp|work|opt|usr)/|site-packages|\.venv|\bat 0x")

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == kind]


def code(path: Path) -> ast.Module:
    lines = [line for cell in cells(path, "code") for line in [*cell["source"], "\n"]]
    return ast.parse("".join(line for line in lines if not line.startswith("%")))


def outputs(path: Path) -> list[dict[str, Any]]:
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def test_there_are_four() -> None:
    assert [path.stem.partition("_")[0] for path in PATHS] == ["1", "2", "3", "4"]


@every_notebook
def test_it_was_run_to_the_end_and_is_not_heavy(path: Path) -> None:
    order = [cell["execution_count"] for cell in cells(path, "code")]
    assert order == list(range(1, len(order) + 1))
    assert not [one for one in outputs(path) if one["output_type"] == "error"]
    assert path.stat().st_size < MOST_BYTES


@every_notebook
def test_it_holds_pictures_that_are_not_heavy(path: Path) -> None:
    pictures = [
        one["data"]["image/png"] for one in outputs(path) if "image/png" in one.get("data", {})
    ]
    sizes = [len(base64.b64decode(picture)) for picture in pictures]
    assert len(sizes) >= 2
    assert max(sizes) < MOST_BYTES_OF_A_PICTURE


@every_notebook
def test_no_output_tells_whose_machine_it_was(path: Path) -> None:
    told = [
        json.dumps(one.get("text") or {**one.get("data", {}), "image/png": ""})
        for one in outputs(path)
    ]
    assert not [text for text in told if OF_SOME_MACHINE.search(text)]
    assert set(json.loads(path.read_text())["metadata"]["language_info"]) == {"name"}


@every_notebook
def test_it_holds_no_logic_of_its_own(path: Path) -> None:
    nodes = list(ast.walk(code(path)))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.Lambda)]
    long = [one for one in functions if (one.end_lineno or 0) - one.lineno >= LONGEST_FUNCTION]
    private = [
        node.attr for node in nodes if isinstance(node, ast.Attribute) and node.attr[0] == "_"
    ]
    assert not long
    assert not private
    assert not [node for node in nodes if isinstance(node, ast.ClassDef)]


@every_notebook
def test_its_links_lead_somewhere(path: Path) -> None:
    text = "".join("".join(cell["source"]) for cell in cells(path, "markdown"))
    links = re.findall(r"\]\(([^)#]+)", text)
    assert links
    assert all((path.parent / link).exists() for link in links)
