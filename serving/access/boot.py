"""What must be safe before a server starts."""

import stat
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from serving.access.database import AccessDatabase
from serving.access.errors import UnsafeSettingError
from serving.access.gate import Gate
from serving.access.keys import Keys
from serving.access.records import Rate


@dataclass(frozen=True)
class Guarding:
    """How a server is guarded; can be sent to each of its workers.

    Attributes:
        file: Of keys and audit log.
        rate: Of keys without one of their own.
        any_key: Whether a key was ever made when the server started.
        local: Whether the server can be reached from its own machine alone.
    """

    file: Path
    rate: Rate
    any_key: bool
    local: bool

    @classmethod
    def of(cls, file: Path, rate: Rate, host: str) -> "Guarding":
        """Of a server that is to listen on a host.

        Raises:
            StoreError: The keys cannot be read.
        """
        return cls(file, rate, bool(Keys(AccessDatabase(file)).all()), is_loopback(host))

    def gate(self) -> Gate:
        """A worker's gate."""
        database = AccessDatabase(self.file)
        open_ = self.local and not self.any_key
        return Gate(database, self.rate, open_until_first_key=open_)


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether what listens there can be reached from this machine alone.

    Names other than localhost are not looked up: whoever answers for them may change the answer.
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_settings(host: str, *, any_key: bool, access: Path, store: Path | None) -> list[str]:
    """Refuse what is unsafe, and return in words what is doubtful.

    Args:
        host: Where the server is to listen.
        any_key: Whether a key was ever made; a revoked one counts, so that a server whose keys
            were all revoked answers nobody instead of everybody.
        access: File of keys and audit log.
        store: File of the customers; None where they are in a database.

    Raises:
        UnsafeSettingError: Others than this machine could ask without a key, or other users of
            this machine could make themselves one.
    """
    warnings = []
    if not any_key:
        if not is_loopback(host):
            raise UnsafeSettingError(
                f"--host {host} can be reached from other machines, and no API key exists, so "
                "anyone could read every customer; make one first with `retinue keys create "
                "--name crm --owner you --scope predict`, or leave out --host"
            )
        warnings.append(
            "no API key exists, so anyone on this machine may ask anything; `retinue keys "
            "create` makes one, and from then on every question needs one"
        )
    elif not is_loopback(host):
        warnings.append(
            f"{host} is served without TLS: let a proxy that ends TLS stand before it, since "
            "keys and customers cross the network in the clear otherwise"
        )
    if _permits(access, stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeSettingError(
            f"{access}: other users of this machine may write it, and so make themselves a key; "
            f"run `chmod 600 {access}`"
        )
    for file, holds in ((access, "who has keys and what they did"), (store, "every customer")):
        if file and _permits(file, stat.S_IROTH):
            warnings.append(
                f"{file}: every user of this machine may read {holds}; run `chmod o= {file}`"
            )
    return warnings


def _permits(file: Path, bits: int) -> bool:
    return file.exists() and bool(file.stat().st_mode & bits)
