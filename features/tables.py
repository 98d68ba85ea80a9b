"""Open a project's tables: map, count, and keep what features are made of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import ibis

from features.contract import CONTRACT, CUSTOMERS, FEEDBACK, ORDERS, SPINE, Table
from features.errors import TableError
from features.sample import EVERYONE, Sample, sampled
from features.sentiment.model import SentimentModel
from features.sentiment.tone import with_tone
from features.sources.complaints import first_line
from features.sources.files import is_text
from features.sources.mapping import map_source
from features.sources.misfits import value_error
from features.sources.on_spark import map_on_spark
from features.sources.source import Source
from features.themes import Theme, with_themes
from features.traits import NO_THEMES, Questions

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


@dataclass(frozen=True)
class TableReport:
    """What was read of one table.

    Attributes:
        rows: Rows in the source.
        without_customer: Rows left out because they name no customer.
        without_time: Rows left out because their moment, or when they became known, is null.
        first: The earliest moment among the rows kept; None for a table without moments.
        last: The latest.
        missing: Per mapped column, the number of rows in which it is null.
    """

    rows: int
    without_customer: int
    without_time: int
    first: datetime | None
    last: datetime | None
    missing: Mapping[str, int]


@dataclass(frozen=True)
class Tables:
    """A project's tables, opened.

    Attributes:
        rows: The rows of each table by its name: columns as mapped, ids as they came. Orders
            are kept line by line, with is_return, and amounts signed.
        reports: What was read of each table, by name.
        timeless: Attributes of customers that are declared never to change.
        texts_learned_until: Texts were read by a model that learned from others until then; at
            an earlier date it would know too much. None for the shipped model.
        text_model: Digest of the model that read the texts; None where there are none.
        questions: What is asked beside features; texts were searched for its themes.
        customer_share: Of all customers, the share that was read.
    """

    rows: Mapping[str, "ir.Table"]
    reports: Mapping[str, TableReport]
    timeless: tuple[str, ...] = ()
    texts_learned_until: datetime | None = None
    text_model: str | None = None
    questions: Questions = NO_THEMES
    customer_share: float = 1.0

    @property
    def orders(self) -> "ir.Table":
        """Order lines.

        Raises:
            TableError: The project has none.
        """
        if ORDERS.name not in self.rows:
            raise TableError("there is no [tables.orders] in the project file; add it")
        return self.rows[ORDERS.name]

    @property
    def spine(self) -> Mapping[str, str]:
        """The tables that make someone a customer, each with the column that dates its rows."""
        return {name: moment for name, moment in SPINE.items() if name in self.rows}

    @property
    def first(self) -> datetime:
        """The first moment at which anyone was a customer."""
        return min(self._ends("first"))

    @property
    def day_after_last_order(self) -> datetime:
        """The first midnight after the last row of the spine: the date that knows most."""
        last = max(self._ends("last"))
        return last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    @cached_property
    def most_customers(self) -> int:
        """How many ids the spine's tables hold, of the one that holds most; at least 1."""
        return max(1, *(_customers(self.rows[name]) for name in self.spine))

    @cached_property
    def orders_are_whole(self) -> bool:
        """Whether all lines of an order share one moment, and were known from it on."""
        lines = self.orders
        if "known_at" in lines.columns:
            return False
        if "order_id" not in lines.columns:
            return True
        by = [name for name in ("customer_id", "order_id", "without_id") if name in lines.columns]
        orders = lines.group_by([*by, "is_return"]).agg(
            split=lines.ordered_at.min() < lines.ordered_at.max()
        )
        return not orders.split.any().to_pyarrow().as_py()

    def _ends(self, end: str) -> list[datetime]:
        found = [getattr(self.reports[name], end) for name in self.spine]
        known = [moment for moment in found if moment is not None]
        if not known:
            columns = " and ".join(f"{name}.{moment}" for name, moment in self.spine.items())
            raise TableError(
                f"no row has both a customer and a moment; check the columns mapped to {columns}"
            )
        return known


def open_tables(
    connection: "Backend",
    sources: Mapping[str, Source],
    sentiment: SentimentModel | None = None,
    sample: Sample = EVERYONE,
    questions: Questions = NO_THEMES,
) -> Tables:
    """Map, check and count every source.

    Args:
        connection: From `features.engines`.
        sources: Table name to source; `orders` or `subscriptions` is required.
        sentiment: Reads the texts of feedback; the shipped model if None.
        sample: Whose rows to read.
        questions: What classes are made of beside features; texts of feedback are searched for its
            themes before they are dropped.

    Raises:
        TableError: A table is unknown, absent, empty, or does not hold what its mapping says.
    """
    known = [table.name for table in CONTRACT]
    unknown = sorted(set(sources) - set(known))
    if unknown:
        raise TableError(
            f"unknown tables {unknown} in the project file; a project may have {known}"
        )
    if not set(SPINE) & set(sources):
        raise TableError(
            f"there is neither {' nor '.join(f'[tables.{name}]' for name in SPINE)} "
            "in the project file; add one of them"
        )
    mapping = map_source if connection.name == "duckdb" else map_on_spark
    all_mapped = {
        table.name: mapping(connection, table, sources[table.name])
        for table in CONTRACT
        if table.name in sources
    }
    share = sample.share_of(lambda: _most_customers(connection, all_mapped, sources))
    rows: dict[str, ir.Table] = {}
    reports: dict[str, TableReport] = {}
    for table in CONTRACT:
        if table.name in sources:
            source = sources[table.name]
            mapped = sampled(all_mapped[table.name], share)
            mapped = _kept_apart(connection, table, mapped, source)
            reports[table.name] = _report(connection, table, mapped, source)
            rows[table.name] = _kept(table, mapped, reports[table.name])
    timeless = sources[CUSTOMERS.name].timeless if CUSTOMERS.name in sources else ()
    _refuse_repeated_customers(rows)
    learned_until = text_model = None
    if FEEDBACK.name in rows and "text" in rows[FEEDBACK.name].columns:
        model = sentiment or SentimentModel.shipped()
        learned_until, text_model = model.learned_until, model.digest
        rows[FEEDBACK.name] = _read(connection, rows[FEEDBACK.name], model, questions.themes)
    return Tables(rows, reports, tuple(timeless), learned_until, text_model, questions, share)


def _most_customers(
    connection: "Backend", mapped: "Mapping[str, ir.Table]", sources: Mapping[str, Source]
) -> int:
    """How many ids the spine's tables hold, of the one that holds most, before they are checked."""
    counts = [1]
    for table in CONTRACT:
        if table.name in SPINE and table.name in mapped:
            try:
                counts.append(_customers(mapped[table.name]))
            except Exception as error:
                raise _unreadable(connection, table, sources[table.name], error) from error
    return max(counts)


def _customers(rows: "ir.Table") -> int:
    found: int = rows.customer_id.nunique().to_pyarrow().as_py()
    return found


def _unreadable(
    connection: "Backend", table: Table, source: Source, error: Exception
) -> TableError:
    if connection.name == "duckdb":
        return value_error(connection, table, source, error)
    return TableError(
        f"{table.name}: {source.place} cannot be read on Spark: {first_line(error)}; "
        f"correct the rows, or the mapping in [tables.{table.name}]"
    )


def _kept_apart(
    connection: "Backend", table: Table, mapped: "ir.Table", source: Source
) -> "ir.Table":
    """The mapped rows, in memory where reading them again would mean parsing them again."""
    if connection.name != "duckdb":
        return mapped
    if not source.drop_duplicates and not any(map(is_text, source.places)):
        return mapped
    try:
        return connection.create_table(table.name, mapped, temp=True, overwrite=True)
    except Exception as error:
        raise value_error(connection, table, source, error) from error


def _report(connection: "Backend", table: Table, rows: "ir.Table", source: Source) -> TableReport:
    """Count in one scan, which also casts every value: one that does not fit is found here."""
    counts = {f"known_{name}": rows[name].count() for name in rows.columns}
    counts |= _moments(table, rows)
    try:
        found = rows.agg(rows=rows.count(), **counts).to_pyarrow().to_pylist()[0]
    except Exception as error:
        raise _unreadable(connection, table, source, error) from error
    if not found["rows"]:
        raise TableError(
            f"{table.name}: {source.place} has no rows; "
            f"point [tables.{table.name}] at the data"
            + ("" if table.name in SPINE else ", or remove the table from the project file")
        )
    missing = {name: found["rows"] - found[f"known_{name}"] for name in rows.columns}
    return TableReport(
        rows=found["rows"],
        without_customer=missing["customer_id"],
        without_time=found.get("without_time", 0),
        first=found.get("first"),
        last=found.get("last"),
        missing=missing,
    )


def _moments(table: Table, rows: "ir.Table") -> dict[str, "ir.Scalar"]:
    moments = [rows[name] for name in (table.occurred, "known_at") if name in rows.columns]
    if not moments:
        return {}
    named = rows.customer_id.notnull()
    complete = ibis.and_(*(moment.notnull() for moment in moments))
    counted = {"without_time": rows.count(where=named & ~complete)}
    if table.occurred:
        kept = named & complete
        counted |= {"first": moments[0].min(where=kept), "last": moments[0].max(where=kept)}
    return counted


def _kept(table: Table, rows: "ir.Table", report: TableReport) -> "ir.Table":
    for name in ("customer_id", table.occurred, "known_at"):
        if name and report.missing.get(name):
            rows = rows.filter(rows[name].notnull())
    nulls = [name for name, rows_without in report.missing.items() if rows_without]
    return kept_lines(rows, nulls) if table is ORDERS else rows


def _read(
    connection: "Backend", rows: "ir.Table", model: SentimentModel, themes: tuple[Theme, ...]
) -> "ir.Table":
    """Feedback with tone and themes of its texts; read once, and kept where it was read."""
    read = with_themes(with_tone(rows, model), themes).drop("text")
    if connection.name != "duckdb":
        return read
    return connection.create_table("feedback_read", read, temp=True, overwrite=True)


def kept_lines(rows: "ir.Table", with_nulls: Collection[str]) -> "ir.Table":
    """Order lines with amounts signed, each with what tells its order from others.

    Where an order's id is not mapped or null, a customer's lines of one moment are one order. A
    line is a return if it says so or if its amount is negative; its amount counts as negative.

    Args:
        rows: The mapped rows.
        with_nulls: Columns in which some row may be null.
    """
    is_return = rows.amount < 0
    if "is_return" in rows.columns:
        is_return = is_return | rows.is_return.fill_null(ibis.literal(False))
    is_return = is_return.fill_null(ibis.literal(False))
    signed = is_return.ifelse(-rows.amount.abs(), rows.amount)
    rows = rows.mutate(is_return=is_return, amount=signed)
    if "quantity" in rows.columns:
        rows = rows.rename(units="quantity")
    if "order_id" not in rows.columns:
        return rows.mutate(without_id=rows.ordered_at)
    if "order_id" in with_nulls:
        return rows.mutate(without_id=rows.order_id.isnull().ifelse(rows.ordered_at, ibis.null()))
    return rows


def _refuse_repeated_customers(tables: Mapping[str, "ir.Table"]) -> None:
    customers = tables.get(CUSTOMERS.name)
    if customers is None:
        return
    key = [name for name in ("customer_id", "known_at") if name in customers.columns]
    repeated = customers.group_by(key).agg(rows=customers.count())
    if (repeated.rows > 1).any().to_pyarrow().as_py():
        raise TableError(
            f"customers: some {' and '.join(key)} stands on more than one row; keep one row each"
        )
