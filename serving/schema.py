"""Which form the store's tables have. A reader of another form says so, and guesses at nothing."""

from sqlalchemy import Column, MetaData, String, Table, select

from serving.errors import StoreError

# Oldest first; serving/migrations/versions/ says how each is reached from the one before. The first
# two digits are the generation: within one a form only adds to the one before, so that servers
# which are not upgraded yet go on reading. A form that takes something away begins another.
VERSIONS = ("0001", "0002", "0003", "0004")
CURRENT = VERSIONS[-1]
GENERATION = 2  # digits

# Alembic's own table; a reader needs no more of Alembic than this.
form = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
found_version = select(form.c.version_num).scalar_subquery()


def is_readable(found: str | None) -> bool:
    """Whether tables of a form can be read: of this version's, or of one that only adds to it."""
    if found is None or found == CURRENT:
        return found is not None
    return found > CURRENT and found[:GENERATION] == CURRENT[:GENERATION]


def refuse_other(found: str | None, where: object) -> None:
    """Refuse to write to tables of another form than this version's, or to read what it cannot.

    Args:
        found: What the store says of itself; None where it says nothing.
        where: The store, as error messages say it.

    Raises:
        StoreError: It is older or newer; the message says what to do.
    """
    if found == CURRENT:
        return
    if found is None or found in VERSIONS:
        raise StoreError(
            f"{where}: written by an earlier version of Retinue (form {found or 'unknown'}, and "
            f"this one reads {CURRENT}); run `retinue score`, which keeps what is there and adds "
            "what it lacks"
        )
    raise StoreError(
        f"{where}: written by a later version of Retinue (form {found}, and this one reads "
        f"{CURRENT}); upgrade Retinue, or name another [output] folder or [store] url"
    )
