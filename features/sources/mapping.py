"""Map a source's columns to a table of the contract, by name or SQL expression."""

import re
from typing import TYPE_CHECKING

from features.contract import CUSTOMERS, Table
from features.errors import TableError
from features.sources.complaints import csv_complaint, first_line
from features.sources.reading import read
from features.sources.source import Lookup, Source, SqlExpression, quoted
from features.sources.values import all_whole, id_as_text, refuse_unknown_zone, value_sql
from features.sources.wanted import Request, wanted

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

NAME = re.compile(r"[a-z][a-z0-9_]*")


def map_source(connection: "Backend", table: Table, source: Source) -> "ir.Table":
    """The source's rows with the contract's columns; a file's are unread until someone asks.

    Columns that the mapping leaves out are absent from the result. Times are UTC: a time with a
    zone is converted, one without is taken to be of the source's `time_zone`, or UTC. Ids are of
    whatever type the source has, except floats, which become text. docs/tables.md has each rule.

    Raises:
        TableError: A place cannot be read, a column is missing, or an expression is not valid SQL.
    """
    _refuse_unknown_columns(table, source)
    refuse_unknown_zone(connection, table, source.time_zone)
    try:
        named = _read_as_mapped(connection, table, source)
        kinds = named.schema()
        values = [
            f"{value_sql(table, name, kind, source.time_zone)} AS {quoted(name)}"
            for name, kind in kinds.items()
        ]
        rows = connection.sql(f"SELECT {', '.join(values)} FROM {named_view(table)}")  # noqa: S608 - quoted names
    except TableError:
        raise
    except Exception as error:
        raise TableError(
            f"{table.name}: the mapping in [tables.{table.name}] is not valid SQL: "
            f"{first_line(error)}; correct the expression"
        ) from error
    ids = [name for name, kind in kinds.items() if _may_be_a_float(table, name, kind)]
    rows = rows.mutate(**{name: _id(rows[name]) for name in ids})
    return rows.distinct() if source.drop_duplicates else rows


def _id(values: "ir.Column") -> "ir.Column":
    """An id without a float's point; as whole numbers where it can be, which group quicker."""
    if values.type().is_floating() and all_whole(values):
        return values.try_cast("int64")  # not a number is null
    return id_as_text(values)


def named_view(table: Table) -> str:
    """The view of a source's mapped columns before their values are made ours."""
    return f"{table.name}_named"


def _read_as_mapped(connection: "Backend", table: Table, source: Source) -> "ir.Table":
    """The mapped columns under the contract's names, their values as the source has them."""
    asked = wanted(table, source)
    views = (f"{table.name}_source", f"{table.name}_lookup")
    raw, *others = (
        read(Request(connection, table, view, asked), place)
        for view, place in zip(views, source.places, strict=False)
    )
    if source.lookup:
        raw = _join(table, raw, others[0], source.lookup)
    selected = [_select(table, name, mapped, raw) for name, mapped in source.columns.items()]
    view = f"{table.name}_raw"
    connection.create_view(view, raw, overwrite=True)
    named = connection.sql(f"SELECT {', '.join(selected)} FROM {view}")  # noqa: S608 - the expressions are the project owner's own
    connection.create_view(named_view(table), named, overwrite=True)
    return connection.table(named_view(table))


def _may_be_a_float(table: Table, name: str, kind: "dt.DataType") -> bool:
    column = table.column(name)
    is_id = column is not None and column.type == "id"
    return is_id and bool(kind.is_floating() or kind.is_decimal() or kind.is_string())


def _refuse_unknown_columns(table: Table, source: Source) -> None:
    known = [column.name for column in table.columns]
    unknown = sorted(
        name for name in source.columns if table.column(name) is None or not NAME.fullmatch(name)
    )
    if unknown:
        free = ", and attributes named in small letters, digits and _" if table.free_columns else ""
        raise TableError(
            f"{table.name}: unknown columns {unknown} in [tables.{table.name}.columns]; "
            f"a mapping may name {known}{free}"
        )
    missing = sorted(set(table.required) - set(source.columns))
    if missing:
        raise TableError(
            f"{table.name}: columns {missing} are not mapped; "
            f"add them to [tables.{table.name}.columns] in the project file"
        )
    strange = sorted(set(source.timeless) - set(source.columns if table is CUSTOMERS else ()))
    if strange:
        raise TableError(
            f"{table.name}: timeless names {strange}, which [tables.{table.name}.columns] does not "
            "map as an attribute of customers; correct one of them"
        )
    if table.any_of and not set(table.any_of) & set(source.columns):
        raise TableError(
            f"{table.name}: none of {list(table.any_of)} is mapped; "
            f"add at least one to [tables.{table.name}.columns] in the project file"
        )


def _join(table: Table, raw: "ir.Table", other: "ir.Table", lookup: Lookup) -> "ir.Table":
    for side, place in ((raw, "the source"), (other, lookup.place)):
        if lookup.key not in side.columns:
            raise TableError(
                f"{table.name}: the lookup key {lookup.key!r} is not in {place}; "
                f"found {list(side.columns)}"
            )
    # Compared as text: one place may hold numbers where the other holds their digits.
    raw = raw.mutate(**{lookup.key: id_as_text(raw[lookup.key])})
    other = other.mutate(**{lookup.key: id_as_text(other[lookup.key])})
    keys = other[lookup.key]
    try:
        repeated = (keys.count() > keys.nunique()).to_pyarrow().as_py()
    except Exception as error:
        raise TableError(
            csv_complaint(error, table.name)
            or f"{table.name}: {lookup.place} cannot be read: {first_line(error)}; correct the file"
        ) from error
    if repeated:
        raise TableError(
            f"{table.name}: {lookup.place} holds more than one row for some {lookup.key!r}, "
            "which would multiply rows; make the lookup unique by that key"
        )
    # Where both have a column, the source's own is kept.
    added = [name for name in other.columns if name not in raw.columns]
    return raw.left_join(other.select(lookup.key, *added), lookup.key).select(*raw.columns, *added)


def _select(table: Table, name: str, mapped: str | SqlExpression, raw: "ir.Table") -> str:
    if isinstance(mapped, SqlExpression):
        return f"({mapped.sql}\n) AS {quoted(name)}"  # the line break ends a closing comment
    if mapped not in raw.columns:
        raise TableError(
            f"{table.name}: there is no column {mapped!r} (mapped to {name}) in the source; "
            f"found {list(raw.columns)}; correct [tables.{table.name}.columns]"
        )
    return f"{quoted(mapped)} AS {quoted(name)}"
