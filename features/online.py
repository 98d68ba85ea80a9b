"""What is known of a customer whose rows arrive with the question: the same catalog, as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

import ibis
import pyarrow as pa

from features.asked import with_asked
from features.build import FeatureRows, feature_rows, feature_table
from features.contract import CONTRACT, Table
from features.engines import connect
from features.errors import TableError
from features.history.before import History
from features.history.cut import CARRIED
from features.sentiment.model import SentimentModel
from features.sentiment.tone import tones
from features.tables import kept_lines
from features.themes import with_themes
from features.traits import NO_THEMES, Questions, Traits, trait_table, traits_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

ARROW_TYPES = {
    "id": pa.string(),
    "text": pa.string(),
    "time": pa.timestamp("us"),
    "money": pa.decimal128(18, 4),
    "number": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
}
AS_OF = pa.field("as_of", pa.timestamp("us"))


class _Given:
    """The rows of the question at hand: a prepared query reads whatever stands here."""

    def __init__(self, schema: pa.Schema) -> None:
        self.table = schema.empty_table()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows, in Arrow's own way of handing them over."""
        return self.table.__arrow_c_stream__(requested_schema)


@dataclass(frozen=True)
class OnlinePlan:
    """What is asked of rows that arrive with a question, as SQL; made once, it can be sent around.

    The columns are those that the project maps, so that a customer's rows give here what they
    give in a batch: a feature without its column is null in both.

    Attributes:
        schemas: Of the rows that may be sent, by table.
        features: The query for features.
        traits: The query for traits; None where the project has no table that could tell.
    """

    schemas: Mapping[str, pa.Schema]
    features: str
    traits: str | None

    @classmethod
    def of(
        cls,
        columns: Mapping[str, tuple[str, ...]],
        timeless: tuple[str, ...] = (),
        questions: Questions = NO_THEMES,
    ) -> Self:
        """Compile the catalog and the traits for a project's tables.

        Args:
            columns: The mapped columns by table.
            timeless: Attributes of customers that never change.
            questions: What classes and the churn definition ask beside features.
        """
        schemas = {
            table.name: _schema(table, columns[table.name])
            for table in CONTRACT
            if table.name in columns
        }
        rows = {name: _rows(name, schema, questions) for name, schema in schemas.items()}
        history = History.of(rows, CARRIED, timeless=timeless, asked=questions.asked)
        features = with_asked(feature_table(history), history)
        traits = trait_table(history, questions)
        return cls(
            schemas,
            ibis.to_sql(features.order_by("customer_id"), dialect="duckdb"),
            None
            if traits is None
            else ibis.to_sql(traits.order_by("customer_id"), dialect="duckdb"),
        )


class OnlineFeatures:
    """Answers for raw rows of one or a few customers; one per thread."""

    def __init__(self, plan: OnlinePlan, sentiment: SentimentModel | None = None) -> None:
        """Prepare a plan's queries.

        Args:
            plan: For the project's tables.
            sentiment: Reads the texts of feedback; the shipped model if None.
        """
        self._plan = plan
        self._sentiment = sentiment or SentimentModel.shipped()
        self._database = connect().con
        self._database.execute("SET threads = 1")  # so few rows are not worth sharing out
        self._given = {name: _Given(_dated(name, one)) for name, one in plan.schemas.items()}
        for name, given in self._given.items():
            self._database.register(f"online_{name}", given)
        # Planning takes as long as computing, and need not know the rows.
        self._database.execute(f"PREPARE features AS {plan.features}")
        if plan.traits:
            self._database.execute(f"PREPARE traits AS {plan.traits}")

    def rows(self, tables: Mapping[str, pa.Table], as_of: datetime) -> FeatureRows:
        """Feature rows at one as-of date, ordered by customer; those without a row have none.

        Args:
            tables: Rows by table, under the contract's column names; columns that the project
                maps and a table lacks are null. Times are UTC without a zone.
            as_of: UTC without a zone.

        Raises:
            TableError: The project has no such table or column, or a value does not fit.
        """
        self._take(tables, as_of)
        return feature_rows(self._found("features").to_reader())

    def described(self, tables: Mapping[str, pa.Table], as_of: datetime) -> tuple[pa.Table, Traits]:
        """As `features.build.found_features` and `features.traits.build_traits` describe a batch.

        Args:
            tables: As for `rows`.
            as_of: UTC without a zone.

        Raises:
            TableError: As `rows`.
        """
        self._take(tables, as_of)
        traits = traits_of(self._found("traits")) if self._plan.traits else Traits.of_nobody()
        return self._found("features"), traits

    def _found(self, query: str) -> pa.Table:
        return self._database.execute(f"EXECUTE {query}").to_arrow_table()

    def _take(self, tables: Mapping[str, pa.Table], as_of: datetime) -> None:
        self._refuse_unknown(tables)
        for name, schema in self._plan.schemas.items():
            given = tables.get(name)
            table = schema.empty_table() if given is None else _fitted(name, given, schema)
            moments = pa.repeat(pa.scalar(as_of, AS_OF.type), len(table))
            self._given[name].table = self._read(table).append_column(AS_OF, moments)

    def _refuse_unknown(self, tables: Mapping[str, pa.Table]) -> None:
        unknown = sorted(set(tables) - set(self._plan.schemas))
        if unknown:
            raise TableError(
                f"the project has no tables {unknown}; send rows of {sorted(self._plan.schemas)}"
            )

    def _read(self, table: pa.Table) -> pa.Table:
        if "text" not in table.column_names:
            return table
        return table.append_column("tone", tones(self._sentiment, table["text"]))


def _schema(table: Table, columns: tuple[str, ...]) -> pa.Schema:
    fields = []
    for name in columns:
        column = table.column(name)
        if column is None:
            raise TableError(f"{table.name}: unknown column {name}")
        fields.append((name, ARROW_TYPES[column.type]))
    return pa.schema(fields)


def _rows(name: str, schema: pa.Schema, questions: Questions) -> "ir.Table":
    rows = ibis.table(ibis.Schema.from_pyarrow(_dated(name, schema)), name=f"online_{name}")
    if "known_at" in schema.names:
        # A row that the caller sends without saying when it became known is known.
        moment = next(table.occurred for table in CONTRACT if table.name == name)
        rows = rows.mutate(known_at=rows.known_at.coalesce(rows[moment or "as_of"]))
    if name == "feedback":
        return with_themes(rows, questions.themes)
    return kept_lines(rows, {"order_id"}) if name == "orders" else rows


def _dated(name: str, schema: pa.Schema) -> pa.Schema:
    if "text" in schema.names and name == "feedback":
        schema = schema.append(pa.field("tone", pa.int8()))
    return schema.append(AS_OF)


def _fitted(name: str, given: pa.Table, schema: pa.Schema) -> pa.Table:
    unknown = sorted(set(given.column_names) - set(schema.names))
    if unknown:
        raise TableError(
            f"{name}: the project does not map {unknown}; send columns of {schema.names}"
        )
    columns = {}
    for field in schema:
        if field.name not in given.column_names:
            columns[field.name] = pa.nulls(len(given), field.type)
            continue
        try:
            columns[field.name] = _cast(given[field.name], field.type)
        except pa.ArrowInvalid as error:
            raise TableError(
                f"{name}: a value does not fit {field.name}: {error}; send {field.type}"
            ) from error
    return pa.table(columns, schema=schema)


def _cast(values: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal(wanted) and pa.types.is_integer(values.type):
        # Arrow asks for room for any whole number of the type, not for those that are there.
        values = values.cast(pa.decimal128(38, wanted.scale))
    return values.cast(wanted)
