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
        later: Columns with a moment that may come after the row's own: at an as-of date before
            it, it is not known yet.
        any_of: Columns of which at least one must be mapped.
        free_columns: Whether further columns may be mapped, as text, under names of their own.
    """

    name: str
    columns: tuple[Column, ...]
    occurred: str | None
    later: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
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

CUSTOMERS = Table(
    "customers",
    (
        CUSTOMER_ID,
        Column("joined_at", "time"),
        Column("birth_year", "number"),
        Column("gender", "text"),
        Column("country", "text"),
        Column("region", "text"),
        Column("city", "text"),
        Column("settlement", "text"),  # urban, suburban or rural
        Column("income_band", "text"),
        Column("acquisition_channel", "text"),
        Column("consent_email", "boolean"),
        Column("consent_phone", "boolean"),
        KNOWN_AT,
    ),
    occurred=None,
    later=("joined_at",),
    free_columns=True,
)
ORDERS = Table(
    "orders",
    (
        CUSTOMER_ID,
        Column("ordered_at", "time", required=True),
        Column("amount", "money", required=True),
        Column("order_id", "id"),
        Column("product_id", "id"),
        Column("category", "text"),
        Column("quantity", "number"),
        Column("discount", "money"),  # taken off the price; `amount` is what was paid
        Column("is_return", "boolean"),
        Column("channel", "text"),
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
        Column("channel", "text"),
        Column("duration_s", "number"),
        KNOWN_AT,
    ),
    occurred="occurred_at",
)
FEEDBACK = Table(
    "feedback",
    (
        CUSTOMER_ID,
        Column("given_at", "time", required=True),
        Column("score", "number"),
        Column("text", "text"),
        Column("scale", "text"),  # csat_1_5, nps_0_10 or stars_1_5
        Column("channel", "text"),
        Column("language", "text"),
        KNOWN_AT,
    ),
    occurred="given_at",
    any_of=("score", "text"),
)
TICKETS = Table(
    "tickets",
    (
        CUSTOMER_ID,
        Column("opened_at", "time", required=True),
        Column("resolved_at", "time"),
        Column("category", "text"),
        KNOWN_AT,
    ),
    occurred="opened_at",
    later=("resolved_at",),
)
SUBSCRIPTIONS = Table(
    "subscriptions",
    (
        CUSTOMER_ID,
        Column("started_at", "time", required=True),
        Column("ended_at", "time"),
        Column("plan", "text"),
        Column("amount_per_month", "money"),
        KNOWN_AT,
    ),
    occurred="started_at",
    later=("ended_at",),
)
TREATMENTS = Table(
    "treatments",
    (
        CUSTOMER_ID,
        Column("campaign_id", "id", required=True),
        Column("treated_at", "time", required=True),
        Column("arm", "text", required=True),
        Column("cost", "money"),
        Column("converted_at", "time"),
        KNOWN_AT,
    ),
    occurred="treated_at",
    later=("converted_at",),
)

# The tables that make someone a customer, each with the column that dates its rows.
SPINE: dict[Literal["orders", "subscriptions"], str] = {
    "orders": "ordered_at",
    "subscriptions": "started_at",
}
CONTRACT = (CUSTOMERS, ORDERS, EVENTS, FEEDBACK, TICKETS, SUBSCRIPTIONS, TREATMENTS)
