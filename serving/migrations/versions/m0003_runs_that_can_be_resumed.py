"""A run says what it is of, so that one that broke off can be gone on with."""

from alembic import op
from sqlalchemy import Column, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, empty for runs that stand there: these are whole."""
    op.add_column("runs", Column("made_of", String))
