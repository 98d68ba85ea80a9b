"""Bring a store to the form that this version writes, keeping its runs; for writers alone."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from serving.schema import CURRENT, VERSIONS, form, refuse_other

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(connection: Connection, where: object) -> None:
    """Make the tables that the store lacks, and alter those that it has.

    Args:
        connection: Of the writer, in whose transaction it happens.
        where: The store, as error messages say it.

    Raises:
        StoreError: The store is of a later version.
    """
    found = _version_of(connection)
    if found == CURRENT:
        return
    if found is not None and found not in VERSIONS:
        refuse_other(found, where)
    # Imported here, since most runs find the store as it should be.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(form.name):
        return None
    return connection.execute(select(form.c.version_num)).scalar_one_or_none()
