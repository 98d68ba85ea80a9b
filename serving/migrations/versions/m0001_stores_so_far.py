"""The tables as they were when their forms were first numbered.

A store of an earlier version has some of them, and some of their columns. It keeps its rows, which
know nothing of what is added.
"""

from alembic import op
from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
)

revision = "0001"
down_revision = None

NO_JSON = "X'7B7D'"  # {}: what a column of JSON says of rows that were written without it
LEFT_BEHIND = ("at_risk_by_probability", "at_risk_by_value")
SCHEMES = (
    "rfm",
    "abc",
    "lifecycle",
    "purchasing_power",
    "usage_frequency",
    "spending_habit",
    "satisfaction",
    "feedback",
    "needs",
    "geography",
    "region",
    "demography",
    "psychography",
    "social",
    "value",
    "risk",
    "cluster",
)
ID = String().with_variant(String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make what is lacking."""
    connection, metadata = op.get_bind(), _tables()
    metadata.create_all(connection)
    known = inspect(connection)
    for table in metadata.sorted_tables:
        there = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                rest = "" if column.nullable else f" NOT NULL DEFAULT {NO_JSON}"
                op.execute(f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind}{rest}')
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    for left_behind in LEFT_BEHIND:
        op.execute(f"DROP INDEX IF EXISTS {left_behind}")


def _tables() -> MetaData:
    metadata = MetaData()
    Table(
        "runs",
        metadata,
        Column("run_id", Integer, primary_key=True),
        Column("as_of", String, nullable=False),
        Column("bundle_id", String, nullable=False),
        Column("catalog_hash", String, nullable=False),
        Column("data_until", String, nullable=False),
        Column("finished_at", String, nullable=False),
        Column("counts", LargeBinary, nullable=False),
        Column("attributes", LargeBinary, nullable=False),
    )
    customers = Table(
        "customers",
        metadata,
        *_of_a_run("customer_id"),
        Column("status", String, nullable=False),
        Column("churn_probability", Float),
        Column("value_at_risk", Float),
        Column("risk_tier", String),
        Column("features", LargeBinary),
        Column("profile", LargeBinary, nullable=False),
        Column("traits", LargeBinary, nullable=False),
        Column("prediction", LargeBinary),
        sqlite_with_rowid=False,
    )
    run, one, tier = customers.c.run_id, customers.c.customer_id, customers.c.risk_tier
    probability, value = customers.c.churn_probability, customers.c.value_at_risk
    Index("listed_by_probability", run, probability.desc(), one, value, tier)
    Index("listed_by_value", run, value.desc(), one, probability, tier)
    Table(
        "labels",
        metadata,
        *_of_a_run("customer_id"),
        Column("money", Float, nullable=False),
        *(Column(name, String) for name in SCHEMES),
        Column("attributes", JSON),
        sqlite_with_rowid=False,
    )
    Table(
        "schemes",
        metadata,
        *_of_a_run("name"),
        Column("place", Integer, nullable=False),
        Column("record", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    Table(
        "cursor_secret",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("secret", LargeBinary, nullable=False),
    )
    return metadata


def _of_a_run(name: str) -> tuple[Column[int], Column[str]]:
    """The two columns of a primary key."""
    run = ForeignKey("runs.run_id", ondelete="CASCADE")
    return Column("run_id", run, primary_key=True), Column(name, ID, primary_key=True)
