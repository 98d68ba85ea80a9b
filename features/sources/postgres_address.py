"""Where a PostgreSQL database is; a password in it is never shown."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from features.errors import TableError


@dataclass(frozen=True)
class PostgresAddress:
    """The address of a PostgreSQL database.

    Attributes:
        uri: The connection string; it may hold a password, and so is never shown.
    """

    uri: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no connection string, without showing it."""
        try:
            _ = urlsplit(self.uri).port
        except ValueError:
            raise TableError(
                "a PostgreSQL connection string is not valid: its port is no number; in a password "
                "write / as %2F, @ as %40 and : as %3A, or give it as a ${NAME} of its own"
            ) from None

    def __str__(self) -> str:
        """The address without password or options."""
        parts = urlsplit(self.uri)
        user = f"{parts.username}@" if parts.username else ""
        port = f":{parts.port}" if parts.port else ""
        return f"postgresql://{user}{parts.hostname or ''}{port}{parts.path}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling of the password in the connection string."""
        parts = urlsplit(self.uri)
        found = [parts.password or "", *parse_qs(parts.query).get("password", [])]
        return tuple({spelling for one in found if one for spelling in (one, unquote(one))})
