"""One row of features per customer and as-of date."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from numpy.typing import NDArray

from features.asked import asked_of, with_asked
from features.catalog import CATALOG, NAMES
from features.contract import SPINE
from features.feature import Feature, Rows
from features.history.cut import KEYS, aggregated

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from features.history.before import History

ROWS_AT_ONCE = 8192
MOST_ROOM = 262_144  # rows by which the matrix grows: it doubles up to that


@dataclass(frozen=True)
class FeatureRows:
    """Features of customers at as-of dates, ordered by as-of date and customer.

    Attributes:
        customer_ids: Shape (rows,).
        as_of: Shape (rows,), datetime64 in UTC.
        values: Shape (rows, features) float64, NaN for null.
        asked: What the churn definition asks beside features (features/asked.py), by column, shape
            (rows,), NaN for null; no model reads it.
        names: Of the features, in the values' order; the catalog's unless said otherwise.
    """

    customer_ids: NDArray[np.object_]
    as_of: NDArray[np.datetime64]
    values: NDArray[np.float64]
    asked: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    names: tuple[str, ...] = NAMES

    @classmethod
    def of_nobody(cls, values: NDArray[np.float64], names: tuple[str, ...]) -> "FeatureRows":
        """Rows that say neither whose they are nor of when.

        Args:
            values: Shape (rows, features) float64, NaN for null.
            names: Of the features.
        """
        nobody = np.full(len(values), "", dtype=object)
        never = np.full(len(values), "NaT", dtype="datetime64[us]")
        return cls(nobody, never, values, names=names)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.customer_ids)

    def column(self, name: str) -> NDArray[np.float64]:
        """One feature's values, by name."""
        return self.values[:, self.names.index(name)]

    def where(self, chosen: NDArray[np.bool_]) -> "FeatureRows":
        """The rows at which `chosen`, of shape (rows,), is true."""
        return self._cut(chosen)

    def where_at(self, places: NDArray[np.int64]) -> "FeatureRows":
        """The rows at some places, in that order."""
        return self._cut(places)

    def slice(self, start: int, stop: int) -> "FeatureRows":
        """The rows from `start` up to `stop`."""
        return self._cut(slice(start, stop))

    def at(self, as_of: datetime) -> "FeatureRows":
        """The rows of one as-of date."""
        return self.where(self.as_of == np.datetime64(as_of))

    def _cut(self, kept: Any) -> "FeatureRows":
        return replace(
            self,
            customer_ids=self.customer_ids[kept],
            as_of=self.as_of[kept],
            values=self.values[kept],
            asked={name: values[kept] for name, values in self.asked.items()},
        )


def feature_table(history: "History", wanted: Collection[str] = NAMES) -> "ir.Table":
    """The catalog as one table: customer_id, as_of, then a float64 column per feature.

    One row per customer and as-of date by which the customer had ordered or subscribed. Where the
    project has no table for a feature it is null; where the customer has no row in a table that
    the project has, it is what the catalog says. Of rows that no `wanted` feature is made from
    nothing is read, and what is made from them is null.
    """
    read = {feature.rows for feature in CATALOG if feature.name in wanted} | set(SPINE)
    parts = {
        rows: _aggregated(history, rows, wanted)
        for rows in dict.fromkeys(feature.rows for feature in CATALOG)
        if rows in read and getattr(history, rows) is not None
    }
    table = _spine(parts)
    for rows, part in parts.items():
        if part is not table:
            # One chain of joins: a projection after each would list every column again.
            table = table.left_join(part, [*KEYS], rname=f"{rows}_{{name}}")
    return table.select(
        *KEYS, **{feature.name: _column(table, parts, feature, history) for feature in CATALOG}
    )


def build_features(history: "History", wanted: Collection[str] = NAMES) -> FeatureRows:
    """Compute features of every customer at every as-of date of the history.

    Args:
        history: What was known.
        wanted: Names of features; the others are NaN.
    """
    table = _answerable(history, wanted)
    if table.get_backend().name == "duckdb":
        return feature_rows(table.to_pyarrow_batches(chunk_size=ROWS_AT_ONCE))
    return feature_rows(table.to_pyarrow().to_reader(ROWS_AT_ONCE))


def found_features(history: "History", wanted: Collection[str] = NAMES) -> "pa.Table":
    """The engine's answer: as_of, customer_id, wanted features it can have, and what is asked."""
    return _answerable(history, wanted).to_pyarrow()


def feature_rows(found: "pa.RecordBatchReader") -> FeatureRows:
    """An engine's answer, features that it leaves out being null.

    Of a wide table that comes in small batches only the matrix is ever held as a whole.
    """
    names = found.schema.names
    places = [(NAMES.index(name), column) for column, name in enumerate(names) if name in NAMES]
    absent = [place for place, name in enumerate(NAMES) if name not in names]
    values, filled = np.empty((0, len(NAMES))), 0
    beside: dict[str, list[NDArray[Any]]] = {name: [] for name in names if name not in NAMES}
    for batch in found:
        if filled + len(batch) > len(values):
            room = max(len(batch), min(filled, MOST_ROOM))
            values.resize((filled + room, len(NAMES)), refcheck=False)
        rows = values[filled : filled + len(batch)]
        rows[:, absent] = np.nan
        for place, column in places:
            rows[:, place] = batch.column(column).to_numpy(zero_copy_only=False)
        for name, parts in beside.items():
            parts.append(batch.column(name).to_numpy(zero_copy_only=False))
        filled += len(batch)
    values.resize((filled, len(NAMES)), refcheck=False)
    known = {name: _joined(parts, found.schema.field(name)) for name, parts in beside.items()}
    return FeatureRows(
        customer_ids=known["customer_id"],
        as_of=known["as_of"].astype("datetime64[us]"),
        values=values,
        asked=asked_of(known),
    )


def _answerable(history: "History", wanted: Collection[str]) -> "ir.Table":
    """The wanted features that the project's tables can have, in order, and what is asked."""
    table = feature_table(history, wanted)
    made = [
        feature.name
        for feature in CATALOG
        if feature.name in wanted and getattr(history, feature.rows) is not None
    ]
    table = with_asked(table.select(*KEYS, *made), history)
    return table.order_by(["as_of", "customer_id"])


def _joined(parts: list[NDArray[Any]], field: "pa.Field") -> NDArray[Any]:
    if parts:
        return np.concatenate(parts)
    nothing: NDArray[Any] = np.empty(0, field.type.to_pandas_dtype())
    return nothing


def _aggregated(history: "History", rows: Rows, wanted: Collection[str]) -> "ir.Table":
    """The wanted features of one kind of rows, by customer and as-of date."""
    known = getattr(history, rows)
    columns = {
        feature.name: feature.function(known).cast("float64")
        for feature in CATALOG
        if feature.rows == rows and feature.name in wanted
    }
    found = aggregated(known.table, history.as_of_dates, **columns)
    # Ids were grouped as they came: whole numbers are quicker to group than their text.
    return found.mutate(customer_id=found.customer_id.cast("string"))


def _spine(parts: Mapping[Rows, "ir.Table"]) -> "ir.Table":
    """Customers by as-of date: those of the orders, of the subscriptions, or of both."""
    first, *more = [parts[rows] for rows in SPINE if rows in parts]
    if not more:
        return first
    return first.select(*KEYS).union(more[0].select(*KEYS), distinct=True)


def _column(
    table: "ir.Table", parts: Mapping[Rows, "ir.Table"], feature: Feature, history: "History"
) -> "ir.FloatingColumn":
    if feature.rows not in parts or feature.name not in parts[feature.rows].columns:
        return ibis.null("float64")
    if not history.knows(feature):
        return ibis.null("float64")
    found = table[feature.name]
    return found.fill_null(0.0) if feature.is_zero_without_rows else found
