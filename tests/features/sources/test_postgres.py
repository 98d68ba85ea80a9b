"""A table in PostgreSQL, read from a real server."""

import sys
from datetime import datetime
from pathlib import Path

import pytest

from features.contract import ORDERS
from features.engines import connect
from features.errors import TableError
from features.sources.digest import hash_of_data
from features.sources.mapping import map_source
from features.sources.source import Lookup, PostgreSQL, Relation, Source, SqlExpression
from features.tables import open_tables
from tests.postgres import Postgres

COLUMNS: dict[str, str | SqlExpression] = {
    "customer_id": "who",
    "ordered_at": "at",
    "amount": "money",
}
NOON = datetime(2024, 5, 1, 12)


@pytest.fixture
def shop(postgres: Postgres) -> Postgres:
    """The server with two orders in `shop.orders`."""
    postgres.run(
        "DROP SCHEMA IF EXISTS shop CASCADE",
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.orders (who bigint, at timestamptz, money numeric, pieces numeric(9, 2),"
        ' "Order Key" uuid, paid money, unread bytea)',
        "INSERT INTO shop.orders VALUES"
        " (7, '2024-05-01 20:00+08', 0.1, 2.50, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 3.75),"
        " (NULL, '2024-05-02', NULL, NULL, NULL, NULL)",
    )
    return postgres


def table(server: Postgres, name: str = "shop.orders", **columns: str | SqlExpression) -> Source:
    return Source(PostgreSQL(server.uri, Relation(name)), {**COLUMNS, **columns})


def query(server: Postgres, sql: str) -> Source:
    return Source(PostgreSQL(server.uri, Relation(query=sql)), COLUMNS)


def rows(source: Source) -> list[dict[str, object]]:
    found: list[dict[str, object]] = map_source(connect(), ORDERS, source).to_pyarrow().to_pylist()
    return found


def test_types_arrive_as_the_contract_wants_them(shop: Postgres) -> None:
    source = table(
        shop, order_id="Order Key", quantity="pieces", discount=SqlExpression("paid * pieces")
    )

    first, second = rows(source)

    assert {name: str(value) for name, value in first.items()} == {
        "customer_id": "7",
        "ordered_at": str(NOON),
        "amount": "0.1000",
        "order_id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "quantity": "2.5000",
        "discount": "9.3750",
    }
    assert [name for name, value in second.items() if value is not None] == ["ordered_at"]


def test_a_time_without_a_zone_is_of_the_tables_time_zone(shop: Postgres) -> None:
    place = PostgreSQL(
        shop.uri,
        Relation(query="SELECT 1 AS who, timestamp '2024-05-01 20:00' AS at, 1 AS money"),
    )
    [row] = rows(Source(place, COLUMNS, time_zone="Asia/Shanghai"))
    assert row["ordered_at"] == NOON


@pytest.mark.parametrize(
    "kind", ["text", "char(9)", "varchar", "numeric(20, 0)", "numeric", "int8"]
)
def test_an_id_is_its_digits_whatever_its_type(kind: str, postgres: Postgres) -> None:
    sql = f"SELECT CAST('17850' AS {kind}) AS who, now() AS at, 1 AS money"
    assert str(rows(query(postgres, sql))[0]["customer_id"]) == "17850"


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
def test_a_moment_that_never_comes_is_null(kind: str, postgres: Postgres) -> None:
    sql = f"SELECT 1 AS who, CAST('infinity' AS {kind}) AS at, 1 AS money"
    assert rows(query(postgres, sql))[0]["ordered_at"] is None


def test_a_query_may_end_in_a_semicolon_or_a_comment(shop: Postgres) -> None:
    assert len(rows(query(shop, "SELECT * FROM shop.orders WHERE who = 7 -- the seventh"))) == 1
    assert len(rows(query(shop, "SELECT * FROM shop.orders;"))) == 2


def test_a_query_cannot_change_data(shop: Postgres) -> None:
    with pytest.raises(TableError, match="syntax error"):
        rows(query(shop, "DELETE FROM shop.orders RETURNING who, at, money"))


def test_a_lookup_may_be_in_the_database_too(shop: Postgres, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("who,at\n7,2024-05-01\n8,2024-05-01\n", "utf-8")
    lookup = Lookup(PostgreSQL(shop.uri, Relation("shop.orders")), "who")
    source = Source(tmp_path / "o.csv", {**COLUMNS, "amount": "money"}, lookup)
    assert [str(row["amount"]) for row in rows(source)] == ["0.1000", "None"]


@pytest.mark.parametrize(
    ("name", "columns", "said"),
    [
        (
            "shop.nope",
            {},
            r'db.* \(table shop.nope\) cannot be read: relation "shop.nope" does not',
        ),
        (
            "shop.orders",
            {"amount": "cost"},
            r"no column 'cost' \(mapped to amount\).*found \['who'",
        ),
    ],
)
def test_a_table_or_column_that_is_not_there_is_named(
    name: str, columns: dict[str, str | SqlExpression], said: str, shop: Postgres
) -> None:
    with pytest.raises(TableError, match=said.replace("db.*", "orders: postgresql://.*")):
        rows(table(shop, name, **columns))


def locked(server: Postgres, password: str) -> PostgreSQL:
    return PostgreSQL(
        f"postgresql://locked:{password}@/postgres?host={server.folder}", Relation("shop.orders")
    )


def test_a_password_opens_and_is_never_shown(shop: Postgres) -> None:
    shop.run("GRANT USAGE ON SCHEMA shop TO locked", "GRANT SELECT ON shop.orders TO locked")
    right, wrong = locked(shop, "key%2F%40%3A1"), locked(shop, "hunter%402")

    assert len(rows(Source(right, COLUMNS))) == 2
    with pytest.raises(TableError, match="password authentication failed for user") as refused:
        rows(Source(wrong, COLUMNS))

    for shown in (str(refused.value), repr(right), str(right), repr(refused.value.__context__)):
        assert not any(secret in shown for secret in (*right.secrets, *wrong.secrets, "hunter"))
    assert "\n" not in str(refused.value)


def test_a_password_by_the_environment_opens(
    shop: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run("GRANT USAGE ON SCHEMA shop TO locked", "GRANT SELECT ON shop.orders TO locked")
    monkeypatch.setenv("PGPASSWORD", "key/@:1")
    place = PostgreSQL(f"postgresql://locked@/postgres?host={shop.folder}", Relation("shop.orders"))
    assert len(rows(Source(place, COLUMNS))) == 2


def test_a_password_that_spoils_the_address_is_not_shown() -> None:
    with pytest.raises(TableError, match="its port is no number; in a password write / as") as said:
        PostgreSQL("postgresql://me:sec/ret@localhost/db", Relation("t"))
    assert "sec" not in str(said.value).replace("second", "")
    assert said.value.__cause__ is None


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    place = PostgreSQL(f"postgresql://me@/db?host={tmp_path}", Relation("t"))
    with pytest.raises(TableError, match=r"postgresql://me@/db \(table t\) cannot be read") as said:
        rows(Source(place, COLUMNS))
    assert "\n" not in str(said.value)


def test_a_connection_lost_half_way_leaves_no_part_of_the_table(shop: Postgres) -> None:
    dying = (
        "SELECT g AS who, now() AS at, CASE WHEN g = 300000 AND "
        "pg_terminate_backend(pg_backend_pid()) THEN 1 ELSE 2 END AS money "
        "FROM generate_series(1, 600000) AS g"
    )
    connection = connect()

    with pytest.raises(TableError, match=r"\(its query\) cannot be read: .*connection") as said:
        map_source(connection, ORDERS, query(shop, dying))

    assert "\n" not in str(said.value)
    assert "orders_source" not in connection.list_tables()


def test_without_its_driver_the_error_says_what_to_install(
    shop: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with pytest.raises(TableError, match="install Retinue with its extra `postgres`"):
        rows(table(shop))


def test_the_hash_of_data_changes_with_a_row(shop: Postgres) -> None:
    sources = {"orders": table(shop)}

    def hashed() -> str:
        connection = connect()
        open_tables(connection, sources)
        return hash_of_data(sources, connection)

    before = hashed()
    shop.run("UPDATE shop.orders SET unread = 'other'")  # not mapped, so not read
    again = hashed()
    shop.run("UPDATE shop.orders SET money = 0.2 WHERE who = 7")

    assert again == before
    assert hashed() != before
