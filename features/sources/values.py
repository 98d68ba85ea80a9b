"""The rules by which a value of a source becomes one of ours: times in UTC, ids as text."""

from typing import TYPE_CHECKING

import ibis

from features.contract import Table
from features.errors import TableError
from features.sources.source import literal, quoted

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

SQL_TYPES = {
    "text": "VARCHAR",
    "time": "TIMESTAMP",
    # Sums of decimals are exact, so no feature depends on the order in which rows are added up.
    "money": "DECIMAL(18, 4)",
    "number": "DECIMAL(18, 4)",
    "boolean": "BOOLEAN",
}
# Z, +08:00 or a name: behind a date and the space or T after it, only a zone holds any of these.
ZONE, AFTER_DATE = "[-+A-Za-z]", 12
EXACT_IN_A_DOUBLE = 2**53


def refuse_unknown_zone(connection: "Backend", table: Table, zone: str | None) -> None:
    """Refuse a time zone that nobody has heard of."""
    if zone is None:
        return
    known = connection.raw_sql(
        f"SELECT count(*) FROM pg_timezone_names() WHERE name = {literal(zone)}"  # noqa: S608 - a literal
    ).fetchone()
    if not known[0]:
        raise TableError(
            f'{table.name}: there is no time zone {zone!r}; write one such as "Asia/Shanghai" '
            f"for time_zone in [tables.{table.name}]"
        )


def value_sql(
    table: Table, name: str, kind: "dt.DataType", zone: str | None, cast: str = "CAST"
) -> str:
    """The SQL that makes a mapped column, of some type, one of the contract's.

    Args:
        table: The contract's table.
        name: The column.
        kind: The type that its source gives it.
        zone: Of times without one; None for UTC.
        cast: CAST, or TRY_CAST for null where a value does not fit.

    Raises:
        TableError: It is unknown, or a number stands where a time must.
    """
    column = table.column(name)
    if column is None:  # refused before; says so to the type checker
        raise TableError(f"{table.name}: unknown column {name}")
    if column.type == "id":
        return quoted(
            name
        )  # as it comes: grouping whole numbers is quicker than grouping their text
    if column.type != "time":
        return f"{cast}({quoted(name)} AS {SQL_TYPES[column.type]})"
    if kind.is_numeric():
        raise TableError(
            f"{table.name}: {name} is mapped to numbers, not times; say what they count: "
            f'{{ sql = "to_timestamp(column)" }} for seconds since 1970, epoch_ms(column) for '
            "milliseconds, strptime(CAST(column AS VARCHAR), '%Y%m%d') for 20240501"
        )
    return _time_sql(quoted(name), kind, zone, cast)


def _time_sql(name: str, kind: "dt.DataType", zone: str | None, cast: str) -> str:
    """UTC, whatever it was: with a zone it is converted, without one it is of `zone` or UTC."""
    local = f"{cast}({name} AS TIMESTAMP)"
    if zone is not None:
        local = f"CAST(timezone({literal(zone)}, {local}) AS TIMESTAMP)"
    aware = f"CAST({cast}({name} AS TIMESTAMP WITH TIME ZONE) AS TIMESTAMP)"
    if kind.is_timestamp() and kind.timezone is not None:
        return aware
    if not kind.is_string():
        return local
    # A plain cast would drop the zone; casting everything by its zone takes twice as long.
    zoned = f"regexp_matches(substr({name}, {AFTER_DATE}), '{ZONE}')"
    return f"CASE WHEN {zoned} THEN {aware} ELSE {local} END"


def id_as_text(values: "ir.Column") -> "ir.Column":
    """An id as text; whole numbers that were read as floats lose their `.0`.

    A column of whole numbers with a gap in it often arrives as floats, and 17850.0 must be the
    17850 of another table, whether the float is one of the file's or was written out as text.
    """
    text = values.cast("string")
    kind = values.type()
    if kind.is_floating():
        whole = (values % 1 == 0) & (values.abs() < EXACT_IN_A_DOUBLE)
        written = whole.ifelse(values.cast("int64").cast("string"), text)
        return values.isnan().ifelse(ibis.null("string"), written)
    if kind.is_decimal():
        return text.re_replace(r"\.0+$", "")
    if kind.is_string():
        # The ending is looked at first: a pattern is slow, and nearly no id is a float's.
        digits = text.re_search(r"^-?\d+\.0$").ifelse(text.substr(0, text.length() - 2), text)
        return text.endswith(".0").ifelse(digits, text)
    return text


def all_whole(values: "ir.Column") -> bool:
    """Whether a column of floats holds whole numbers alone; looks at every value."""
    whole = (values % 1 == 0) & (values.abs() < EXACT_IN_A_DOUBLE)
    try:
        return (whole | values.isnan()).all().to_pyarrow().as_py() is not False
    except Exception:
        return False  # reading the rows will say what is wrong with them
