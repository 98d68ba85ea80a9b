"""`retinue audit`: show the audit log, and find what was done to it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.markup import escape
from rich.table import Table

from retinue.console import out, say
from retinue.errors import AuditError
from retinue.project import Project
from serving.access.audit import Audit
from serving.access.audit_check import Checked, check
from serving.access.database import AccessDatabase


def list_entries(project: Project, most: int, actions: Sequence[str], *, as_json: bool) -> None:
    """The latest entries, newest first."""
    entries = Audit(AccessDatabase(project.access)).latest(most, actions)
    if as_json:
        shown = [{**asdict(one), "details": json.loads(one.details)} for one in entries]
        out.print_json(json.dumps(shown))
        return
    table = Table("entry", "when", "who", "action", "details", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for one in entries:
        details = ", ".join(f"{name}: {value}" for name, value in json.loads(one.details).items())
        when = one.at[:19].replace("T", " ")
        table.add_row(str(one.sequence), when, *map(escape, (one.who, one.action, details)))
    out.print(table)


def verify(project: Project, kept: str | None, *, as_json: bool) -> None:
    """Check the log, and exit 1 if it is not as it was written.

    Raises:
        AuditError: What was kept is no entry's number and hash.
    """
    found = check(Audit(AccessDatabase(project.access)), _parsed(kept))
    if as_json:
        out.print_json(json.dumps(asdict(found)))
    else:
        _say(found)
    if found.findings:
        sys.exit(1)


def _say(found: Checked) -> None:
    for finding in found.findings:
        say(f"{finding.told}.")
    if found.findings:
        say(f"{len(found.findings):,} of {found.entries:,} entries are not as they were written.")
    elif found.entries:
        say(f"{found.entries:,} entries, all as they were written. Keep elsewhere:")
        say(f"{found.sequence}:{found.hash}")
    else:
        say("The audit log is empty.")


def _parsed(kept: str | None) -> tuple[int, str] | None:
    if kept is None:
        return None
    number, _, digest = kept.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise AuditError(
            f"--kept {kept!r} is not NUMBER:HASH; give the last line that `retinue audit verify` "
            "printed then"
        )
    return int(number), digest.lower()
