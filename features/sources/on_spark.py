"""Map a source's columns to a table of the contract on Spark: rows stay where Spark has them."""

from typing import TYPE_CHECKING

from features.contract import Column, Table
from features.errors import TableError
from features.sources.complaints import first_line
from features.sources.files import TEXT, files_of
from features.sources.source import Files, Place, Source, SparkTable, SqlExpression, quoted
from features.sources.values import SQL_TYPES, id_as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.pyspark import Backend

ZONED = "timestamp('UTC')"
TYPES = {"VARCHAR": "string", "BOOLEAN": "boolean", "DECIMAL(18, 4)": "decimal(18, 4)"}


def map_on_spark(connection: "Backend", table: Table, source: Source) -> "ir.Table":
    """The source's rows with the contract's columns, by the rules of docs/tables.md.

    Expressions are DuckDB's SQL, put into Spark's. Values that do not fit are found when rows are
    read at last.

    Raises:
        TableError: The place is not one that Spark reads here, a column is missing, or an
            expression cannot be put into Spark's SQL.
    """
    if source.time_zone not in (None, "UTC"):
        raise TableError(
            f"{table.name}: time_zone is not read on Spark; write the times with a zone, or map "
            f"the column by an expression in [tables.{table.name}.columns]"
        )
    try:
        raw, *others = (_read(connection, table, place) for place in source.places)
        if source.lookup:
            (other,) = others
            key = source.lookup.key
            other = other.mutate(**{key: id_as_text(other[key])})
            added = [name for name in other.columns if name not in raw.columns]
            raw = raw.mutate(**{key: id_as_text(raw[key])})
            raw = raw.left_join(other.select(key, *added), key).select(*raw.columns, *added)
        view = f"{table.name}_raw"
        connection.create_view(view, raw, overwrite=True)
        selected = ", ".join(_selected(name, mapped) for name, mapped in source.columns.items())
        rows = connection.sql(f"SELECT {selected} FROM {view}", dialect="duckdb")  # noqa: S608 - the expressions are the project owner's own
    except TableError:
        raise
    except Exception as error:
        raise TableError(
            f"{table.name}: cannot be read on Spark: {first_line(error)}; "
            f"check source and columns in [tables.{table.name}]"
        ) from error
    values = {name: _value(table, name, rows[name]) for name in rows.columns}
    rows = rows.select(**values)
    return rows.distinct() if source.drop_duplicates else rows


def _read(connection: "Backend", table: Table, place: Place) -> "ir.Table":
    match place:
        case SparkTable():
            return connection.table(place.table.split(".")[-1], database=place.database)
        case Files():
            paths = [str(path) for path in files_of(table, place)]
            reader = connection._session.read
            if place.path.name.lower().endswith(TEXT):
                separator = "\t" if ".tsv" in place.path.name.lower() else ","
                found = reader.csv(
                    paths, header=True, sep=separator, encoding=place.encoding, multiLine=True
                )
            else:
                found = reader.parquet(*paths)
            name = f"{table.name}_{abs(hash(str(place)))}"
            found.createOrReplaceTempView(name)
            return connection.table(name)
    raise TableError(
        f"{table.name}: {place} cannot be read on Spark; give it as Parquet, CSV or a Spark table, "
        "or leave --engine spark out"
    )


def _selected(name: str, mapped: str | SqlExpression) -> str:
    sql = f"({mapped.sql}\n)" if isinstance(mapped, SqlExpression) else quoted(mapped)
    return f"{sql} AS {quoted(name)}"


def _value(table: Table, name: str, found: "ir.Column") -> "ir.Column":
    column = table.column(name) or Column(name, "text")
    kind = found.type()
    if column.type == "id":
        is_text = kind.is_floating() or kind.is_decimal() or kind.is_string()
        return id_as_text(found) if is_text else found
    if column.type == "time":
        # A text's own zone counts; without one it is UTC, as the session's zone is.
        return (found.cast(ZONED) if kind.is_string() else found).cast("timestamp")
    return found.cast(TYPES[SQL_TYPES[column.type]])
