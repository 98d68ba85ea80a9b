"""See whether Dockerfile and compose.yaml would work, as far as can be told without Docker.

Both are read and held to rules; then what the image does is done here: the wheel is installed with
the serving lock into an empty environment, CMD serves a trained project from it on this machine,
HEALTHCHECK asks it, and so does a client.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

from scripts import compose_rules, image_rules
from scripts.dockerfile import Dockerfile
from scripts.installed_wheel import ROOT, build, install, run

PORT = "8000"  # of the image
EVERYWHERE, HERE = "0.0.0.0", "127.0.0.1"  # noqa: S104 - what the image listens on
UP_WITHIN_S = 60
OURS = "from retinue.cli import main; main()"


def main() -> None:
    """Read, install, serve, ask."""
    dockerfile = Dockerfile.parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    faults = [
        *image_rules.faults_of(dockerfile, ROOT),
        *compose_rules.faults_of(compose, dockerfile),
    ]
    with tempfile.TemporaryDirectory(prefix="retinue-image-") as folder:
        if not faults:
            programs = install(build(Path(folder)), Path(folder) / "environment")
            faults = served(dockerfile, compose, programs, trained(Path(folder) / "project"))
    if faults:
        sys.exit("\n".join(faults))
    print("Dockerfile and compose.yaml: read, and what they start serves from an empty environment")


def trained(folder: Path) -> Path:
    """A small project with a champion and a run, made by this environment."""
    for words in (("simulate", "--customers", "400", "--out"), ("train", "--project"),
                  ("score", "--project")):  # fmt: skip
        run(sys.executable, "-c", OURS, *words, folder)
    return folder


def served(
    dockerfile: Dockerfile, compose: dict[str, Any], programs: Path, project: Path
) -> list[str]:
    """What is wrong with what the image and compose.yaml start, as `faults_of`."""
    started = dockerfile.image.last("CMD")
    image = [started.words if started else (), dockerfile.health or ()]
    asked = [words for service in compose["services"].values() if compose_rules.is_image(service)
             for words in (service.get("command"), service.get("healthcheck", {}).get("test"))
             if words]  # fmt: skip
    commands = [[*words][words[0] == "CMD" :] for words in asked]
    lacking = [
        f"{' '.join(words)}: the installed wheel has no program {words[0]}"
        for words in (*image, *commands)
        if words and not (programs / words[0]).exists()
    ]
    if lacking:
        return lacking
    faults = []
    for command, health in (image, commands):
        faults += _tried(command, health, programs, project)
    return faults


def _tried(
    command: Sequence[str], health: Sequence[str], programs: Path, project: Path
) -> list[str]:
    """Start a server as told, but on a free port of this machine, and ask it."""
    port = _free_port()
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)  # the wheel is to be found, not the checkout

    def here(words: Sequence[str]) -> list[str]:
        moved = [word.replace(EVERYWHERE, HERE).replace(PORT, port) for word in words]
        return [str(programs / moved[0]), *moved[1:]]

    if EVERYWHERE in command and "no API key exists" not in _refusal(command, programs, project):
        return [f"{' '.join(command)}: without any API key it does not refuse other machines"]
    with _running(here(command), project, environment) as process:
        if not _healthy(process, here(health), project, environment):
            return [f"{' '.join(command)}: not healthy by {' '.join(health)}"]
        return _asked(f"http://{HERE}:{port}")


def _healthy(
    server: subprocess.Popen[bytes],
    health: Sequence[str],
    project: Path,
    environment: dict[str, str],
) -> bool:
    give_up = time.monotonic() + UP_WITHIN_S
    while server.poll() is None and time.monotonic() < give_up:
        asked = subprocess.run(  # noqa: S603 - the image's own command
            health, cwd=project, env=environment, check=False, capture_output=True
        )
        if not asked.returncode:
            return True
        time.sleep(0.5)
    return False


def _refusal(command: Sequence[str], programs: Path, project: Path) -> str:
    return run(programs / command[0], *command[1:], "--project", project, expect=1)


@contextmanager
def _running(
    command: Sequence[str], project: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - the image's own command
        command, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _asked(url: str) -> list[str]:
    """One prediction, with a reason, of a customer who has one."""
    with urlopen(f"{url}/v1/at-risk?limit=1", timeout=30) as answer:  # noqa: S310 - our server
        (riskiest,) = json.load(answer)["customers"]
    question = Request(  # noqa: S310 - likewise
        f"{url}/v1/predict",
        json.dumps({"customer_ids": [riskiest["customer_id"]]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(question, timeout=30) as answer:  # noqa: S310 - likewise
        (said,) = json.load(answer)["predictions"]
    if said["churn_probability"] != riskiest["churn_probability"] or not said["reasons"]:
        return [f"the server's prediction is not that of its list, or has no reason: {said}"]
    return []


def _free_port() -> str:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return str(one.getsockname()[1])


if __name__ == "__main__":
    main()
