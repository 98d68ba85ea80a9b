"""A table or query of a DuckDB file."""

from pathlib import Path

import duckdb
import pytest

from features.contract import ORDERS
from features.engines import connect
from features.errors import TableError
from features.sources.digest import hash_of_data
from features.sources.mapping import map_source
from features.sources.source import DuckDBFile, Lookup, Relation, Source, SqlExpression
from features.tables import open_tables

COLUMNS: dict[str, str | SqlExpression] = {
    "customer_id": "who",
    "ordered_at": "at",
    "amount": SqlExpression("price * pieces"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A file with the tables `sales` and `old.sales`."""
    with duckdb.connect(str(tmp_path / "it's a shop.duckdb")) as file:
        file.execute(
            "CREATE TABLE sales AS FROM (VALUES (7, TIMESTAMP '2024-05-01 12:00', 2.5, 4, 'x')) "
            't(who, "at", price, pieces, unread)'
        )
        file.execute("CREATE SCHEMA old; CREATE TABLE old.sales AS FROM sales, range(3)")
    return tmp_path / "it's a shop.duckdb"


def opened(path: Path, relation: Relation, lookup: Lookup | None = None) -> list[str]:
    rows = map_source(connect(), ORDERS, Source(DuckDBFile(path, relation), COLUMNS, lookup))
    return [str(amount) for amount in rows.to_pyarrow()["amount"].to_pylist()]


@pytest.mark.parametrize(
    ("relation", "rows"),
    [
        (Relation("sales"), 1),
        (Relation("old.sales"), 3),
        (Relation(query="SELECT * FROM old.sales LIMIT 2;"), 2),
    ],
)
def test_a_table_or_query_is_read(relation: Relation, rows: int, shop: Path) -> None:
    assert opened(shop, relation) == ["10.0000"] * rows


def test_a_lookup_may_be_in_the_same_file(shop: Path) -> None:
    assert (
        opened(shop, Relation("old.sales"), Lookup(DuckDBFile(shop, Relation("sales")), "who"))
        == ["10.0000"] * 3
    )


def test_the_file_may_be_written_to_after_it_was_read(shop: Path) -> None:
    connection = connect()
    map_source(connection, ORDERS, Source(DuckDBFile(shop, Relation("sales")), COLUMNS))

    with duckdb.connect(str(shop)) as file:
        file.execute("INSERT INTO sales FROM sales")

    assert connection.table("orders_source").count().to_pyarrow().as_py() == 1


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        (Relation("nope"), r"shop.duckdb \(table nope\) cannot be read: .*nope does not exist"),
        (Relation(query="SELECT"), r"shop.duckdb \(its query\) cannot be read: "),
    ],
)
def test_what_is_not_there_is_named(relation: Relation, said: str, shop: Path) -> None:
    with pytest.raises(TableError, match=said) as refused:
        opened(shop, relation)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"there is no file .*gone.duckdb; correct the path"):
        opened(tmp_path / "gone.duckdb", Relation("sales"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "s.duckdb").write_text("who,at,money\n" * 500, "utf-8")
    with pytest.raises(TableError, match=r"s.duckdb \(table sales\) cannot be read: ") as refused:
        opened(tmp_path / "s.duckdb", Relation("sales"))
    assert "\n" not in str(refused.value)


def test_the_hash_of_data_is_of_the_rows_whatever_their_order(shop: Path) -> None:
    def hashed(query: str) -> str:
        connection = connect()
        sources = {"orders": Source(DuckDBFile(shop, Relation(query=query)), COLUMNS)}
        open_tables(connection, sources)
        return hash_of_data(sources, connection)

    rows = (
        'SELECT who, "at" + to_days(i) AS "at", price, pieces FROM sales, range(9) t(i) ORDER BY i'
    )
    assert hashed(rows) == hashed(rows + " DESC")
    assert hashed(rows) != hashed(rows + " LIMIT 8")
