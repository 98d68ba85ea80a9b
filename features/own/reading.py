"""Read a table of one row per customer as it stands: every column as text and as number."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.contract import Table
from features.errors import TableError
from features.feature import Words
from features.own.schema import UNKNOWN
from features.sources.complaints import first_line
from features.sources.digest import contents_of
from features.sources.reading import read
from features.sources.source import Place, quoted
from features.sources.wanted import Request, Use, Wanted

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

TABLE = Table("own_features", (), occurred=None, free_columns=True)
VIEW = "own_features_source"
SECTION = "[own_features]"
MOST_NAMED = 5


@dataclass(frozen=True)
class OwnSource:
    """Where the table is and what its columns are for.

    Attributes:
        place: The file or database.
        customer_id: The column of ids.
        label: The column that says who churned.
        churned: What it says of them, as text.
        group: The column by which rows are held out together; None for the customer.
        as_of: ISO 8601 date that the table describes, or `unknown`.
        exclude: Columns that are no features.
        names: How reasons call columns.
        value: The column that says what a customer brings in a period; a feature like any other
            unless it is excluded. None where the table does not say.
    """

    place: Place
    customer_id: str
    label: str
    churned: str
    group: str | None = None
    as_of: str = UNKNOWN
    exclude: tuple[str, ...] = ()
    names: Mapping[str, Words] = field(default_factory=dict)
    value: str | None = None

    @property
    def apart(self) -> frozenset[str]:
        """Columns that are no features."""
        return frozenset(
            {self.customer_id, self.label, *self.exclude, *([self.group] if self.group else [])}
        )


@dataclass(frozen=True)
class ColumnRead:
    """One column.

    Attributes:
        texts: Shape (rows,): trimmed text, None for a blank.
        numbers: Shape (rows,): NaN for a blank and for what is no number.
        is_moment: Whether it holds dates or times.
    """

    texts: NDArray[np.object_]
    numbers: NDArray[np.float64]
    is_moment: bool


@dataclass(frozen=True)
class OwnTable:
    """A table in ascending order of customer id, so that the order of its lines decides nothing.

    Attributes:
        customer_ids: Shape (rows,), each once.
        columns: By name, in the table's order.
    """

    customer_ids: NDArray[np.object_]
    columns: Mapping[str, ColumnRead]

    def __len__(self) -> int:
        """Number of customers."""
        return len(self.customer_ids)

    def column(self, name: str) -> ColumnRead:
        """A column that the project file names.

        Raises:
            TableError: The table has no such column.
        """
        if name not in self.columns:
            raise TableError(
                f"own_features: there is no column {name!r}; found {list(self.columns)}; "
                f"correct {SECTION}"
            )
        return self.columns[name]


def read_own_table(connection: "Backend", source: OwnSource) -> OwnTable:
    """Read the whole table.

    Raises:
        TableError: It cannot be read, lacks a column that is named, or an id is blank or twice.
    """
    columns = _read_columns(connection, source.place)
    table = OwnTable(np.empty(0, dtype=object), columns)
    ids = table.column(source.customer_id).texts
    _refuse_ids(ids, source.customer_id)
    order = np.argsort(ids.astype(str), kind="stable")
    return OwnTable(
        ids[order],
        {
            name: ColumnRead(found.texts[order], found.numbers[order], found.is_moment)
            for name, found in columns.items()
        },
    )


def hash_of_own_data(connection: "Backend", source: OwnSource) -> str:
    """A digest of the table, once it was read, and of what its columns are for."""
    asked = {**asdict(source), "place": None}
    del asked["value"]  # what is worth how much changes no row that is learned from
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode())
    for content in contents_of(connection, TABLE, source.place, VIEW):
        digest.update(content)
    return digest.hexdigest()


def _read_columns(connection: "Backend", place: Place) -> dict[str, ColumnRead]:
    request = Request(connection, TABLE, VIEW, Wanted({}, others=Use.TEXT))
    try:
        rows = read(request, place)
    except TableError as error:  # readers know the sections of dated tables alone
        raise TableError(str(error).replace("[tables.own_features]", SECTION)) from error
    kinds = rows.schema()
    try:
        return {
            name: _column(connection, name, is_moment=kind.is_temporal())
            for name, kind in kinds.items()
        }
    except Exception as error:
        raise TableError(
            f"own_features: {place} cannot be read: {first_line(error)}; correct the file"
        ) from error


def _column(connection: "Backend", name: str, *, is_moment: bool) -> ColumnRead:
    """A column's values; text that reads as dates, and not as numbers, is dates."""
    text = f"nullif(trim(CAST({quoted(name)} AS VARCHAR)), '')"
    found = connection.raw_sql(
        f"SELECT {text} AS t, TRY_CAST({text} AS DOUBLE) AS n, "  # noqa: S608 - quoted names
        f"TRY_CAST({text} AS TIMESTAMP) IS NOT NULL AS m FROM {VIEW}"
    ).to_arrow_table()
    texts = np.array(found["t"].to_pylist(), dtype=object)
    numbers = np.array(found["n"].to_pylist(), dtype=np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    whole = np.array([bool(text and text.endswith(".0")) for text in texts], dtype=np.bool_)
    if whole.any() and not np.isnan(numbers[texts != None]).any():  # noqa: E711 - element by element
        # A column of whole numbers with a blank in it often arrives as floats.
        texts = np.array([text and text.removesuffix(".0") for text in texts], dtype=object)
    known = texts != None  # noqa: E711 - element by element
    moments = np.array(found["m"].to_pylist(), dtype=np.bool_)
    reads_as_dates = bool(known.any() and moments[known].all() and np.isnan(numbers[known]).all())
    return ColumnRead(texts, numbers, is_moment or reads_as_dates)


def _refuse_ids(ids: NDArray[np.object_], column: str) -> None:
    if not len(ids):
        raise TableError("own_features: the table has no row; bring one row per customer")
    blank = sum(text is None for text in ids)
    if blank:
        raise TableError(
            f"own_features: {blank:,} of {len(ids):,} rows have no {column}; give each customer "
            "an id, or leave these rows out"
        )
    distinct, times = np.unique(ids.astype(str), return_counts=True)
    twice = distinct[times > 1]
    if len(twice):
        raise TableError(
            f"own_features: {len(twice):,} ids in {column} stand in more than one row "
            f"({len(ids):,} rows, {len(distinct):,} customers); bring one row per customer: of "
            "several rows of one, some would be learned from and others judged"
        )
