"""Rows of the project's tables as a request brings them: one model per table of the contract."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

import pyarrow as pa
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    WithJsonSchema,
    create_model,
)

from features.contract import (
    CONTRACT,
    CUSTOMERS,
    EVENTS,
    FEEDBACK,
    ORDERS,
    SUBSCRIPTIONS,
    TICKETS,
    TREATMENTS,
    Column,
    Table,
)
from features.online import ARROW_TYPES
from serving.web.row_examples import NEW_CUSTOMER, ROWS
from serving.web.schemas import Schema, whole_text

FOUR_DIGITS = Decimal("0.0001")
LARGEST = Decimal(10) ** 14
NUMBER_SCHEMA = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": -1e14, "exclusiveMaximum": 1e14},
        {"type": "string", "pattern": r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"},
    ]
}


def _moment(value: object) -> object:
    """Only texts: a number might count seconds or milliseconds."""
    if not isinstance(value, str):
        # Pydantic makes an answer of a ValueError, not of a TypeError.
        raise ValueError("send a moment as text, such as 2024-03-01T10:15:00Z")  # noqa: TRY004
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError as error:
        raise ValueError("in UTC the moment is of no year from 1 to 9999") from error


def _four_digits(number: Decimal) -> Decimal:
    """As the tables are read: halves go away from zero."""
    if abs(number) >= LARGEST:
        raise ValueError("a number has at most 14 digits before the point")
    return number.quantize(FOUR_DIGITS, ROUND_HALF_UP)


Text = Annotated[StrictStr, AfterValidator(whole_text)]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_in_utc)]
Number = Annotated[
    Decimal,
    Field(allow_inf_nan=False),
    AfterValidator(_four_digits),
    WithJsonSchema(NUMBER_SCHEMA),
]
TYPES: Mapping[str, Any] = {
    "id": Text,
    "text": Text,
    "time": Moment,
    "money": Number,
    "number": Number,
    "boolean": StrictBool,
}


def _field(column: Column, row: Mapping[str, Any]) -> Any:
    kind = TYPES[column.type]
    example = [row[column.name]]
    if column.required:
        return (kind, Field(examples=example))
    return (kind | None, Field(default=None, examples=example))


def _row_model(table: Table) -> type[Schema]:
    row = ROWS[table.name]
    columns = {one.name: _field(one, row) for one in table.columns if one.type != "id"}
    ids = [column for column in table.columns if column.type == "id"]
    columns |= {one.name: _field(one, row) for one in ids if one.name != "customer_id"}
    made: type[Schema] = create_model(
        f"{table.name.title()}Row",
        __base__=Schema,
        __doc__=f"A row of the table {table.name}, under the names of the contract; moments "
        "without a zone are UTC.",
        __cls_kwargs__={"json_schema_extra": {"examples": [row]}},
        **columns,
    )
    return made


class Attributes(_row_model(CUSTOMERS)):  # type: ignore[misc] # made of the contract
    """The customer's row of the table customers; attributes of the project's own are texts."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        json_schema_extra={"examples": [ROWS["customers"] | {"owner": "Li Na"}]},
    )
    __pydantic_extra__: dict[str, Text | None]


OrdersRow = _row_model(ORDERS)
EventsRow = _row_model(EVENTS)
FeedbackRow = _row_model(FEEDBACK)
TicketsRow = _row_model(TICKETS)
SubscriptionsRow = _row_model(SUBSCRIPTIONS)
TreatmentsRow = _row_model(TREATMENTS)


class CustomerRows(Schema, json_schema_extra={"examples": [NEW_CUSTOMER]}):
    """A customer with all rows that the project's tables would hold of them."""

    customer_id: Text
    attributes: Attributes | None = None
    orders: tuple[OrdersRow, ...] = ()  # type: ignore[valid-type] # as are these: made above
    events: tuple[EventsRow, ...] = ()  # type: ignore[valid-type]
    feedback: tuple[FeedbackRow, ...] = ()  # type: ignore[valid-type]
    tickets: tuple[TicketsRow, ...] = ()  # type: ignore[valid-type]
    subscriptions: tuple[SubscriptionsRow, ...] = ()  # type: ignore[valid-type]
    treatments: tuple[TreatmentsRow, ...] = ()  # type: ignore[valid-type]


def tables_of(
    customers: Sequence[CustomerRows], mapped: Mapping[str, Sequence[str]]
) -> tuple[dict[str, pa.Table], list[str]]:
    """The rows as the project's tables, and what was sent that the project does not map.

    Args:
        customers: With their rows.
        mapped: Columns by table.

    Returns:
        Tables, and `table.column` of each column left aside.
    """
    tables, ignored = {}, []
    for table in CONTRACT:
        rows = [
            {**row.model_dump(exclude_none=True), "customer_id": one.customer_id}
            for one in customers
            for row in _rows_of(one, table)
        ]
        known = mapped.get(table.name, ())
        sent = dict.fromkeys(name for row in rows for name in row)
        sent.pop("customer_id", None)
        ignored += [f"{table.name}.{name}" for name in sent if name not in known]
        if rows and known:
            tables[table.name] = pa.table(
                {
                    name: _column(table, name, rows)
                    for name in known
                    if name in sent or name == "customer_id"
                }
            )
    return tables, ignored


def moments_of(tables: Mapping[str, pa.Table]) -> dict[str, pa.ChunkedArray]:
    """When the rows of each table happened; UTC without a zone."""
    return {
        table.name: tables[table.name][table.occurred]
        for table in CONTRACT
        if table.name in tables and table.occurred in tables[table.name].column_names
    }


def _rows_of(one: CustomerRows, table: Table) -> Sequence[Schema]:
    if table is CUSTOMERS:
        return [] if one.attributes is None else [one.attributes]
    found: Sequence[Schema] = getattr(one, table.name)
    return found


def _column(table: Table, name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    column = table.column(name)
    kind = ARROW_TYPES["text" if column is None else column.type]
    return pa.array([row.get(name) for row in rows], kind)
