"""What must hold of a Dockerfile, as far as can be told without building it."""

import fnmatch
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.dockerfile import Dockerfile, Instruction, Stage

ROOT_USERS = {"", "root", "0"}
IGNORES = ".dockerignore"
OPENMP = "libgomp1"


def faults_of(found: Dockerfile, root: Path) -> list[str]:
    """What is wrong, each in a line; empty where nothing is.

    Args:
        found: The Dockerfile.
        root: The folder that it is built from.
    """
    return [
        *_sources(found, root),
        *_wheel(found, root),
        *_python(found, root),
        *_user(found.image),
        *_commands(found),
        *_environment(found),
    ]


def _copied(stage: Stage) -> Iterator[tuple[Instruction, str]]:
    """What is copied from the folder, source by source."""
    for one in stage.all("COPY"):
        if "from" not in one.flags:
            for source in one.words[:-1]:
                yield one, source.rstrip("/")


def _sources(found: Dockerfile, root: Path) -> Iterator[str]:
    ignores = _ignores(root)
    stages = {stage.name for stage in found.stages if stage.name}
    for stage in found.stages:
        for one, source in _copied(stage):
            if not (root / source).exists():
                yield f"COPY {one.text}: {source} does not exist"
            elif _is_ignored(source, ignores):
                yield f"COPY {one.text}: {IGNORES} leaves {source} out"
        for one in stage.all("COPY"):
            if (origin := one.flags.get("from")) and origin not in stages:
                yield f"COPY --from={origin}: no stage has that name"


def _wheel(found: Dockerfile, root: Path) -> Iterator[str]:
    """The stage that builds the wheel has all that goes into it, and every list it installs."""
    for stage in found.stages:
        told = " ".join(one.text for one in stage.all("RUN"))
        copied = {source for _, source in _copied(stage)}
        needed = set(re.findall(r"-r (\S+)", told))
        if "pip wheel" in told:
            needed |= {"pyproject.toml", *_of_wheel(_project(root))}
        for path in sorted(needed):
            if not any(path == one or path.startswith(f"{one}/") for one in copied):
                yield f"stage {stage.name or stage.base}: {path} is needed and not copied"


def _of_wheel(project: dict[str, Any]) -> set[str]:
    """Packages and pages that the wheel is made of."""
    about = project["project"]
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return {*packages, about["readme"], *about["license-files"]}


def _project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def _python(found: Dockerfile, root: Path) -> Iterator[str]:
    needed = str(_project(root)["project"]["requires-python"])
    least = tuple(map(int, needed.removeprefix(">=").split(".")))
    bases = {stage.base for stage in found.stages}
    for base in sorted(bases):
        version = re.match(r"python:(\d+)\.(\d+)", base)
        if version is None:
            yield f"FROM {base}: no Python image that says its version"
        elif tuple(map(int, version.groups())) < least:
            yield f"FROM {base}: Retinue needs Python {needed}"
    if len(bases) > 1:
        yield f"stages start from {sorted(bases)}: what one installs may not run in the other"


def _user(image: Stage) -> Iterator[str]:
    user = image.last("USER")
    if user is None or user.text.partition(":")[0] in ROOT_USERS:
        yield "the image runs as root; end with USER and a number"
        return
    made = any("useradd" in one.text and user.text in one.words for one in image.all("RUN"))
    if not made:
        yield f"USER {user.text}: no RUN useradd makes it"


def _commands(found: Dockerfile) -> Iterator[str]:
    if found.image.last("CMD") is None:
        yield "the image has no CMD"
    if found.health is None:
        yield "the image has no HEALTHCHECK"


def _environment(found: Dockerfile) -> Iterator[str]:
    """What was installed stands where it was made, is found, and has its library."""
    image = found.image
    if not any(OPENMP in one.words for one in image.all("RUN")):
        yield f"the image lacks {OPENMP}, which LightGBM needs"
    path = " ".join(one.text for one in image.all("ENV"))
    for one in image.all("COPY"):
        source, target = one.words[0], one.words[-1]
        if "from" in one.flags and source != target:
            yield f"COPY {one.text}: an environment works only where it was made"
        if "from" in one.flags and f"{target}/bin" not in path:
            yield f"COPY {one.text}: {target}/bin is not on the PATH"


def _ignores(root: Path) -> list[str]:
    file = root / IGNORES
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _is_ignored(source: str, patterns: list[str]) -> bool:
    """As Docker reads them: the last that fits decides, for a path or for what holds it."""
    ignored = False
    parts = source.split("/")
    paths = ["/".join(parts[: i + 1]) for i in range(len(parts))]
    for pattern in patterns:
        wanted = pattern.lstrip("!").strip("/")
        if any(fnmatch.fnmatch(path, wanted) for path in paths):
            ignored = not pattern.startswith("!")
    return ignored
