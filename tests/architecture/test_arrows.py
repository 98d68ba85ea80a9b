"""The house stays as drawn: packages, arrows and what the server must not load."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import features

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Folders with Python in them that are not packages of the product.
AROUND = {"tests", "benchmarks", "examples", "scripts", "notebooks"}
NOT_IN_THE_SERVER = {
    "mlflow",
    "training",
    "matplotlib",
    "shap",
    "sklearn.cluster",
    "pyspark",
    "alembic",  # a store is brought up to date by who writes it
    "psycopg",  # most stores are files
}


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],  # noqa: S607 - git, wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def packages() -> set[str]:
    top = {path.relative_to(ROOT).parts[0] for path in tracked("*.py")}
    return top - AROUND


def test_every_top_level_package_is_under_the_rules_and_in_the_wheel() -> None:
    assert packages() == set(PYPROJECT["tool"]["importlinter"]["root_packages"])
    assert packages() == set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert packages() == {name.strip() for layer in layers for name in layer.split("|")}


def test_the_arrows_hold() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_features_package_is_ours_and_not_the_public_one() -> None:
    assert Path(str(features.__file__)).parent == ROOT / "features"


def test_the_server_starts_without_what_only_training_needs() -> None:
    program = (
        "import sys, retinue.commands.serve, serving.web.app; "
        f"print(sorted({NOT_IN_THE_SERVER!r} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_mlflow_is_named_in_imports_of_two_modules_alone() -> None:
    importing = {
        path.relative_to(ROOT).as_posix()
        for package in packages()
        for path in tracked(f"{package}/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.split(".")[0] == "mlflow"
    }
    assert importing == {"training/tracking.py", "training/mlflow_model.py"}


def test_importing_a_package_does_nothing_but_define() -> None:
    """Every __init__.py holds a docstring and no more."""
    for package in packages():
        for path in tracked(f"{package}/*__init__.py"):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert [type(node) for node in body] == [ast.Expr], path


def test_no_index_address_is_in_the_lock_files() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path
        assert "--hash=sha256:" in text, path


def test_the_locks_agree_on_every_version() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        # Without the markers, which say where a pin applies and are simplified lock by lock.
        return {line.split(" ")[0] for line in lines if "==" in line and line[0] not in " #"}

    assert pins("serving.txt") <= pins("demo.txt") <= pins("dev.txt")
