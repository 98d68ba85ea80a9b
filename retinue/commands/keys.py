"""`retinue keys`: make, rotate, revoke and list the API keys of the server."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.markup import escape
from rich.table import Table

from retinue.commands.auditing import operator
from retinue.console import err, out, say
from retinue.project import Project
from serving.access.database import AccessDatabase
from serving.access.keys import Keys, Wanted
from serving.access.records import Key, Rate
from serving.access.ring import LEARNED_WITHIN_S, REVOKED_WITHIN_S
from serving.access.scopes import scopes_of


@dataclass(frozen=True)
class Making:
    """What was asked of a new key; `days` None for one that does not expire."""

    name: str
    owner: str
    scopes: Sequence[str]
    days: int | None
    per_second: float | None = None
    burst: int | None = None


def create(project: Project, making: Making, *, as_json: bool) -> None:
    """Make a key.

    Raises:
        KeyRequestError: It cannot be made as asked.
    """
    now = datetime.now(UTC)
    rate = None
    if making.per_second:
        rate = Rate(making.per_second, making.burst or max(1, round(2 * making.per_second)))
    wanted = Wanted(
        making.name, making.owner, scopes_of(making.scopes), _expiry(now, making.days), rate
    )
    key, token = _keys(project).create(wanted, operator(), now)
    _hand_over(key, token, now, as_json=as_json)


def rotate(
    project: Project, key_id: str, overlap_hours: float, days: int | None, *, as_json: bool
) -> None:
    """Give a key a new secret.

    Raises:
        KeyRequestError: There is no such key, or it is revoked.
    """
    now = datetime.now(UTC)
    overlap = timedelta(hours=overlap_hours)
    key, token = _keys(project).rotate(key_id, overlap, _expiry(now, days), operator(), now)
    _hand_over(key, token, now, as_json=as_json)
    if not as_json:
        err.print(f"The old token opens until {now + overlap:%Y-%m-%d %H:%M} UTC.")


def revoke(project: Project, key_id: str, *, as_json: bool) -> None:
    """Let a key open nothing any more.

    Raises:
        KeyRequestError: There is no such key, or it is revoked already.
    """
    now = datetime.now(UTC)
    key = _keys(project).revoke(key_id, operator(), now)
    if as_json:
        out.print_json(json.dumps(_shown(key, now)))
    else:
        say(
            f"Key {key.key_id} is revoked; servers that are running follow within "
            f"{REVOKED_WITHIN_S:g} seconds."
        )


def list_all(project: Project, *, as_json: bool) -> None:
    """Every key, oldest first."""
    now = datetime.now(UTC)
    shown = [_shown(key, now) for key in _keys(project).all()]
    if as_json:
        out.print_json(json.dumps(shown))
        return
    if not shown:
        say("No key was ever made; `retinue keys create` makes one.")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("id", "status", "name", "owner", "scopes", "made", "expires", "rate"):
        table.add_column(head, no_wrap=head in ("id", "status"), overflow="fold")
    for key in shown:
        table.add_row(
            key["key_id"],
            key["status"],
            escape(key["name"]),
            escape(key["owner"]),
            " ".join(key["scopes"]),
            key["created_at"][:10],
            (key["expires_at"] or "never")[:10],
            f"{key['rate']['per_second']:g}/s" if key["rate"] else "",
        )
    out.print(table)


def _keys(project: Project) -> Keys:
    return Keys(AccessDatabase(project.access))


def _expiry(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now + timedelta(days=days)


def _hand_over(key: Key, token: str, now: datetime, *, as_json: bool) -> None:
    if as_json:
        out.print_json(json.dumps({"token": token, **_shown(key, now)}))
        return
    say(token)
    err.print(
        f"Key {key.key_id} for {key.name}. This is the only time that the token is shown; give it "
        "to its owner by a way that keeps it secret. A server that runs knows it within "
        f"{LEARNED_WITHIN_S:g} second.",
        markup=False,
        soft_wrap=True,
    )


def _shown(key: Key, now: datetime) -> dict[str, Any]:
    valid = key.valid_secrets(now)
    newest = key.secrets[0].valid_until if key.secrets else None
    status = "revoked" if key.revoked_at else "active" if valid else "expired"
    return {
        "key_id": key.key_id,
        "status": status,
        "name": key.name,
        "owner": key.owner,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "expires_at": newest and newest.isoformat(timespec="seconds"),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(timespec="seconds"),
        "valid_secrets": len(valid),
        "rate": key.rate and {"per_second": key.rate.per_second, "burst": key.rate.burst},
    }
