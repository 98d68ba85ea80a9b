"""Customers can be erased from runs, and whoever asks for that may ask again."""

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the count, nobody in runs that stand there, and the table of answers."""
    op.add_column("runs", Column("erased", Integer, nullable=False, server_default="0"))
    identity = String().with_variant(String(collation="C"), "postgresql")
    op.create_table(
        "answered",
        Column("caller", identity, primary_key=True),
        Column("key", identity, primary_key=True),
        Column("asked", LargeBinary, nullable=False),
        Column("answer", LargeBinary, nullable=False),
        Column("answered_at", String, nullable=False),
        sqlite_with_rowid=False,
    )
