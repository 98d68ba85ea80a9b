"""The tables a user brings: their columns, what is required, and which column dates a row."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["id", "text", "time", "money", "number", "boolean"]


@dataclass(frozen=True)
class Column:
    """One column of the contract."""

    name: str
    type: ColumnType
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    Attributes:
        name: The table's name in `[tables.<name>]` of the project file.
        columns: The columns that a mapping may name.
        occurred: The column that says when a row happened; None if rows have no moment.
        free_columns: Whether further columns may be mapped, as text, under names of their own.
    """

    name: str
    columns: tuple[Column, ...]
    occurred: str | None
    free_columns: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which the table cannot be used."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column | None:
        """The column of that name; a free text column where the table allows those."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None and self.free_columns:
            return Column(name, "text")
        return found


CUSTOMER_ID = Column("customer_id", "id", required=True)
KNOWN_AT = Column("known_at", "time")

ORDERS = Table(
    "orders",
    (
        CUSTOMER_ID,
        Column("ordered_at", "time", required=True),
        Column("amount", "money", required=True),
        Column("order_id", "id"),
        Column("quantity", "number"),
        Column("is_return", "boolean"),
        KNOWN_AT,
    ),
    occurred="ordered_at",
)
EVENTS = Table(
    "events",
    (
        CUSTOMER_ID,
        Column("occurred_at", "time", required=True),
        Column("kind", "text", required=True),
        KNOWN_AT,
    ),
    occurred="occurred_at",
)
TREATMENTS = Table(
    "treatments",
    (
        CUSTOMER_ID,
        Column("campaign_id", "id", required=True),
        Column("treated_at", "time", required=True),
        Column("arm", "text", required=True),
        KNOWN_AT,
    ),
    occurred="treated_at",
)
CUSTOMERS = Table("customers", (CUSTOMER_ID,), occurred=None, free_columns=True)

CONTRACT = (ORDERS, CUSTOMERS, EVENTS, TREATMENTS)
