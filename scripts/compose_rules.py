"""What must hold of compose.yaml, as far as can be told without starting it."""

import re
from collections.abc import Iterator
from typing import Any

from scripts.dockerfile import Dockerfile
from serving.limits import Limits

SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|API_?KEY", re.IGNORECASE)
FILLED_IN = re.compile(r"\$\{\w+[^}]*\}|/run/secrets/\w+")
PASSWORD_IN_URL = re.compile(r"://[^:/@\s]*:([^@\s]+)@")
ROOT_USERS = {"", "root", "0"}
LOOPBACK = "127.0.0.1:"

Service = dict[str, Any]


def faults_of(found: dict[str, Any], image: Dockerfile) -> list[str]:
    """What is wrong, each in a line; empty where nothing is.

    Args:
        found: compose.yaml as read.
        image: The Dockerfile of what it builds.
    """
    services: dict[str, Service] = found.get("services", {})
    return [
        f"{name}: {fault}"
        for name, service in services.items()
        for fault in (
            *_user(service, image),
            *_health(service, image),
            *_ports(service),
            *_secrets(service),
            *_image(service),
            *_patience(service),
            *_needs(service, services),
            *_declared(service, found),
            *_target(service, image),
        )
    ]


def is_image(service: Service) -> bool:
    """Whether it is built as the Dockerfile's last stage, and has what that says."""
    return isinstance(service.get("build"), str)


def _user(service: Service, image: Dockerfile) -> Iterator[str]:
    user = str(service.get("user", ""))
    default = re.fullmatch(r"\$\{\w+:-(\w+)\}", user)
    named = default[1] if default else user
    inherits = is_image(service) and image.image.last("USER") is not None and "user" not in service
    if not inherits and named.partition(":")[0] in ROOT_USERS:
        yield "runs as root; say user"


def _health(service: Service, image: Dockerfile) -> Iterator[str]:
    test = service.get("healthcheck", {}).get("test")
    if not test and not (is_image(service) and image.health):
        yield "has no healthcheck"
    if test and test[0] not in {"CMD", "CMD-SHELL"}:
        yield f"healthcheck begins with {test[0]}, not with CMD"


def _ports(service: Service) -> Iterator[str]:
    for port in service.get("ports", []):
        if not str(port).startswith(LOOPBACK):
            yield f"port {port} can be reached from other machines; begin it with {LOOPBACK}"


def _secrets(service: Service) -> Iterator[str]:
    for name, value in service.get("environment", {}).items():
        text = str(value)
        if SECRET.search(name) and not FILLED_IN.fullmatch(text):
            yield f"{name} holds a secret; take it from the environment or a secrets file"
        password = PASSWORD_IN_URL.search(text)
        if password and not FILLED_IN.match(password[1]):
            yield f"{name} holds a password; take it from the environment"


def _image(service: Service) -> Iterator[str]:
    name = str(service.get("image", ""))
    if "build" not in service and (":" not in name or name.endswith(":latest")):
        yield f"image {name or '(none)'} may be another tomorrow; name a version"


def _patience(service: Service) -> Iterator[str]:
    """A server that is told to stop drains and finishes what is in flight."""
    limits = Limits()
    least = limits.drain_seconds + limits.batch_seconds
    grace = re.fullmatch(r"(\d+)s", str(service.get("stop_grace_period", "10s")))
    if is_image(service) and (grace is None or int(grace[1]) <= least):
        yield f"stop_grace_period must be above {least:g}s, or answers are cut off"


def _needs(service: Service, services: dict[str, Service]) -> Iterator[str]:
    for name, how in service.get("depends_on", {}).items():
        if name not in services:
            yield f"depends on {name}, which is no service"
        elif how.get("condition") != "service_healthy":
            yield f"depends on {name}, and does not wait until it is healthy"


def _declared(service: Service, found: dict[str, Any]) -> Iterator[str]:
    for volume in service.get("volumes", []):
        name = str(volume).rpartition("}")[2].partition(":")[0] or "."
        named = not re.match(r"[./~$]", str(volume))
        if named and name not in (found.get("volumes") or {}):
            yield f"volume {name} is not declared"
    for secret in service.get("secrets", []):
        if secret not in (found.get("secrets") or {}):
            yield f"secret {secret} is not declared"


def _target(service: Service, image: Dockerfile) -> Iterator[str]:
    """A service that is built of a stage names one that there is."""
    build = service.get("build")
    target = build.get("target") if isinstance(build, dict) else None
    if target and target not in {stage.name for stage in image.stages}:
        yield f"builds {target}, and the Dockerfile has no stage of that name"
