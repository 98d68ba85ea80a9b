"""What the check of Dockerfile and compose.yaml finds, each fault planted in the ones we have."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import compose_rules, image_rules
from scripts.check_image import served
from scripts.dockerfile import Dockerfile

ROOT = Path(__file__).parents[2]
OURS = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def faults_of_image(text: str, root: Path = ROOT) -> list[str]:
    return image_rules.faults_of(Dockerfile.parse(text), root)


def faults_of_compose(text: str) -> list[str]:
    return compose_rules.faults_of(yaml.safe_load(text), Dockerfile.parse(OURS))


def test_ours_have_no_fault() -> None:
    assert faults_of_image(OURS) == []
    assert faults_of_compose(COMPOSE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("COPY scoring scoring\n", "", "scoring is needed and not copied"),
        ("README.md LICENSE ./", "README.md ./", "LICENSE is needed and not copied"),
        ("COPY requirements/build.txt ", "COPY ", "requirements/build.txt is needed"),
        ("COPY scoring scoring", "COPY scorin scoring", "scorin does not exist"),
        ("COPY scoring scoring", "COPY scoring scoring\nCOPY tests tests", "leaves tests out"),
        ("--from=build", "--from=builder", "no stage has that name"),
        ("USER 10001\n", "", "runs as root"),
        ("USER 10001\n", "USER root\n", "runs as root"),
        ("USER 10001\n", "USER 10002\n", "no RUN useradd makes it"),
        ("FROM python:3.12-slim", "FROM python:3.10-slim", "needs Python >=3.11"),
        ("FROM python:3.12-slim AS", "FROM python:3.13-slim AS", "may not run in the other"),
        ("FROM python:3.12-slim", "FROM debian:12", "no Python image that says its version"),
        ("HEALTHCHECK", "LABEL", "no HEALTHCHECK"),
        ("\nCMD [", "\nLABEL [", "no CMD"),
        ("libgomp1 ", "libc6 ", "lacks libgomp1"),
        ("/opt/retinue /opt/retinue", "/opt/retinue /srv/retinue", "only where it was made"),
        ("ENV PATH=/opt/retinue/bin:$PATH", "ENV A=1", "not on the PATH"),
    ],
)
def test_a_fault_of_the_dockerfile_is_told(old: str, new: str, fault: str) -> None:
    found = faults_of_image(replaced(OURS, old, new))
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    user: postgres\n", "", "database: runs as root"),
        ('user: "${RETINUE_UID:-10001}"', 'user: "${RETINUE_UID:-0}"', "runs as root"),
        ('"127.0.0.1:5432:5432"', '"5432:5432"', "reached from other machines"),
        ("/run/secrets/database_password", "hunter2", "holds a secret"),
        ("${RETINUE_DATABASE_PASSWORD:?put it into .env}", "hunter2", "holds a password"),
        ("postgres:17-alpine", "postgres:latest", "may be another tomorrow"),
        ("target: mlflow", "target: nowhere", "builds nowhere, and the Dockerfile has no stage"),
        ("condition: service_healthy", "condition: service_started", "until it is healthy"),
        ("\n      database:\n        condition", "\n      store:\n        condition",
         "which is no service"),
        ("stop_grace_period: 45s", "stop_grace_period: 30s", "answers are cut off"),
        ("      - artifacts:/artifacts", "      - elsewhere:/artifacts", "elsewhere is not decl"),
        ("      - database_password", "      - another_password", "another_password is not decl"),
        ('test: ["CMD", "pg_isready"', 'test: ["pg_isready"', "not with CMD"),
    ],
)  # fmt: skip
def test_a_fault_of_compose_yaml_is_told(old: str, new: str, fault: str) -> None:
    found = faults_of_compose(replaced(COMPOSE, old, new))
    assert any(fault in one for one in found), found


def test_a_service_without_a_healthcheck_is_told() -> None:
    compose: dict[str, Any] = yaml.safe_load(COMPOSE)
    del compose["services"]["mlflow"]["healthcheck"]
    found = compose_rules.faults_of(compose, Dockerfile.parse(OURS))
    assert found == ["mlflow: has no healthcheck"]


def test_a_program_that_the_wheel_does_not_install_is_told(tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    (tmp_path / "retinue").touch()
    image = Dockerfile.parse(replaced(OURS, 'CMD ["retinue"', 'CMD ["retinues"'))

    found = served(image, yaml.safe_load(COMPOSE), tmp_path, tmp_path)

    assert found == [
        "retinues serve --host 0.0.0.0 --port 8000: the installed wheel has no program retinues"
    ]


@pytest.mark.parametrize(
    ("serves", "fault"),
    [("exit 3", "not healthy by python -c"), ("exec sleep 60", "not healthy by python -c")],
)
def test_a_server_that_does_not_come_up_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serves: str, fault: str
) -> None:
    monkeypatch.setattr("scripts.check_image.UP_WITHIN_S", 1)
    refuses = 'case "$*" in *0.0.0.0*) echo "no API key exists" >&2; exit 1;; esac'
    (tmp_path / "retinue").write_text(f"#!/bin/sh\n{refuses}\n{serves}\n")
    (tmp_path / "retinue").chmod(0o755)
    (tmp_path / "python").symlink_to(sys.executable)

    found = served(Dockerfile.parse(OURS), yaml.safe_load(COMPOSE), tmp_path, tmp_path)

    assert len(found) == 2  # as the image starts it, and as compose.yaml does
    assert all(fault in one for one in found)


def test_a_server_that_lets_anyone_in_is_told(tmp_path: Path) -> None:
    (tmp_path / "retinue").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "retinue").chmod(0o755)
    (tmp_path / "python").symlink_to(sys.executable)

    found = served(Dockerfile.parse(OURS), yaml.safe_load(COMPOSE), tmp_path, tmp_path)

    assert all("does not refuse other machines" in one for one in found)


def test_what_dockerignore_leaves_out_is_not_there_to_copy(tmp_path: Path) -> None:
    for name in ("features", "scoring", "training", "serving", "retinue", "requirements"):
        (tmp_path / name).mkdir()
    for name in ("requirements/build.txt", "requirements/serving.txt", "requirements/demo.txt",
                 "pyproject.toml", "README.md", "LICENSE"):  # fmt: skip
        shutil.copy(ROOT / name, tmp_path / name)
    ignores = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    (tmp_path / ".dockerignore").write_text(ignores)
    assert faults_of_image(OURS, tmp_path) == []

    (tmp_path / ".dockerignore").write_text(replaced(ignores, "!scoring\n", ""))

    (found,) = faults_of_image(OURS, tmp_path)
    assert "leaves scoring out" in found


def test_a_dockerfile_is_read_with_its_flags_and_joined_lines() -> None:
    found = Dockerfile.parse(
        "# a comment\nFROM python:3.12 AS build\nRUN one \\\n    two\n"
        'FROM python:3.12\nHEALTHCHECK --interval=10s \\\n  CMD ["python", "-c", "1"]\n'
        "COPY --from=build --chown=1 a b c/\n"
    )

    assert [stage.name for stage in found.stages] == ["build", ""]
    assert found.stages[0].all("RUN")[0].words == ("one", "two")
    assert found.health == ("python", "-c", "1")
    (copied,) = found.image.all("COPY")
    assert (copied.flags, copied.words) == ({"from": "build", "chown": "1"}, ("a", "b", "c/"))


def test_a_dockerfile_must_begin_with_from() -> None:
    with pytest.raises(ValueError, match="begins with RUN"):
        Dockerfile.parse("RUN one")
