"""What commands write into the audit log."""

import getpass
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from serving.access.audit import Audit
from serving.access.database import AccessDatabase

if TYPE_CHECKING:
    from retinue.project import Project


def operator() -> str:
    """Who runs the command, as the audit log names them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have a number alone
        return f"cli:{os.getuid()}"


def record_export(project: "Project", command: str, kind: str) -> None:
    """Put on record that a list of customers is about to be written to a file.

    Args:
        project: Whose customers.
        command: That writes it.
        kind: Of file; its name may tell of customers, and is not recorded.

    Raises:
        StoreError: It cannot be recorded, so nothing is to be exported.
    """
    record(project, "cli.exports", {"command": command, "format": kind})


def record(project: "Project", action: str, details: dict[str, str | int]) -> None:
    """Put on record what a command is about to do.

    Raises:
        StoreError: It cannot be recorded, so it is not to be done.
    """
    log = Audit(AccessDatabase(project.access))
    log.append(operator(), action, details, datetime.now(UTC))
