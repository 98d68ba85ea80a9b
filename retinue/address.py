"""Addresses in the project file: no password stands in them, and `${NAME}` is filled in."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from features.sources.postgres_address import PostgresAddress
from retinue.errors import ProjectError

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
POSTGRES = ("postgresql://", "postgres://")
OF_A_DRIVER = "postgresql+psycopg://"  # as SQLAlchemy writes it


def filled_in(where: str, key: str, written: str, environment: Mapping[str, str]) -> str:
    """An address or path with each `${NAME}` filled in; within an address its value is escaped.

    Args:
        where: The section, as error messages say it.
        key: In it.
        written: Its value.
        environment: What each `${NAME}` is taken from.

    Raises:
        ProjectError: A password stands in it, or a `${NAME}` is not in the environment.
    """
    _refuse_password(where, key, written)
    whole = PLACEHOLDER.fullmatch(written) or not written.startswith(POSTGRES)

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in environment:
            raise ProjectError(
                f"{where}: {key} asks for ${{{name}}}; set {name} in the environment"
            )
        return environment[name] if whole else quote(environment[name], safe="")

    return PLACEHOLDER.sub(value, written)


def postgres_address(
    where: str, key: str, written: str, environment: Mapping[str, str]
) -> PostgresAddress:
    """The PostgreSQL database that a key names; what it names is not shown where it is none.

    Raises:
        ProjectError: It is no address of one, or see `filled_in`.
        TableError: Its port is no number.
    """
    found = _plain(filled_in(where, key, _plain(written), environment))
    if not found.startswith(POSTGRES):
        raise ProjectError(
            f"{where}: {key} is no address of a PostgreSQL database; write it as "
            f"{POSTGRES[0]}user@host/database, or leave {key} out"
        )
    return PostgresAddress(found)


def _plain(address: str) -> str:
    return address.replace(OF_A_DRIVER, POSTGRES[0], 1)


def _refuse_password(where: str, key: str, written: str) -> None:
    if not written.startswith(POSTGRES):
        return
    # Not by urlsplit, which takes a password with a slash in it for something else.
    _, _, first = written.partition("://")[2].rpartition("@")[0].partition(":")
    passwords = [first, *parse_qs(urlsplit(written).query).get("password", [])]
    if any(password and not PLACEHOLDER.fullmatch(password) for password in passwords):
        raise ProjectError(
            f"{where}: {key} holds a password; write ${{NAME}} in its place and put it into the "
            "environment, or leave it out and use PGPASSWORD or ~/.pgpass"
        )
