"""What is kept, counted and refused when tables are opened."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.build import build_features
from features.catalog import NAMES
from features.engines import connect
from features.errors import TableError
from features.history.before import History
from features.sample import Sample
from features.sources.digest import hash_of_data
from features.sources.source import Source, SqlExpression
from features.tables import TableReport, Tables, open_tables
from retinue.project import Project

FIRST = datetime(2024, 5, 1, 12)
LAST = datetime(2024, 5, 3)
AFTER = LAST + timedelta(days=1)


def source(
    folder: Path, name: str, schema: dict[str, pa.DataType], *rows: tuple[object, ...]
) -> Source:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    table = pa.table(
        {
            column: pa.array(values, type=kind)
            for (column, kind), values in zip(schema.items(), columns, strict=True)
        }
    )
    path = folder / f"{name}.parquet"
    parquet.write_table(table, path)
    return Source(path, {column: column for column in schema})


ORDERS = {
    "customer_id": pa.string(),
    "ordered_at": pa.timestamp("us"),
    "amount": pa.float64(),
}


def opened(**sources: Source) -> Tables:
    return open_tables(connect(), sources)


def test_rows_without_customer_or_moment_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = source(
        tmp_path, "orders", ORDERS, ("a", FIRST, 1.0), (None, FIRST, 1.0), ("b", None, 1.0),
        ("c", LAST, 2.0), (None, None, 2.0),
    )  # fmt: skip

    tables = opened(orders=rows)

    assert tables.reports["orders"] == TableReport(
        rows=5,
        without_customer=2,
        without_time=1,
        first=FIRST,
        last=LAST,
        missing={"customer_id": 2, "ordered_at": 2, "amount": 0},
    )
    assert tables.orders.count().to_pyarrow().as_py() == 2


def test_lines_without_an_order_id_are_one_order_per_customer_and_moment(tmp_path: Path) -> None:
    rows = source(
        tmp_path, "orders", ORDERS, ("a", FIRST, 1.0), ("a", FIRST, 2.0), ("a", LAST, 4.0)
    )

    (row,) = build_features(History.before(opened(orders=rows), [AFTER])).values

    assert (row[NAMES.index("orders_in_total")], row[NAMES.index("lines_per_order")]) == (2, 1.5)


def test_a_return_counts_as_negative_however_it_is_written(tmp_path: Path) -> None:
    schema = {**ORDERS, "is_return": pa.bool_()}
    rows = source(
        tmp_path, "orders", schema, ("a", FIRST, 5.0, True), ("b", FIRST, -5.0, False),
        ("c", FIRST, -5.0, None), ("d", FIRST, -5.0, True), ("e", FIRST, 5.0, None),
    )  # fmt: skip

    kept = opened(orders=rows).orders.order_by("customer_id").to_pyarrow().to_pylist()

    assert [float(row["amount"]) for row in kept] == [-5.0, -5.0, -5.0, -5.0, 5.0]
    assert [row["is_return"] for row in kept] == [True, True, True, True, False]


def test_sums_of_money_are_exact(tmp_path: Path) -> None:
    rows = source(tmp_path, "orders", ORDERS, *[("a", FIRST, 0.1)] * 10)

    assert str(opened(orders=rows).orders.amount.sum().to_pyarrow().as_py()) == "1.0000"


def test_the_day_after_the_last_order_is_the_first_midnight_that_knows_it(tmp_path: Path) -> None:
    at_noon = opened(orders=source(tmp_path, "orders", ORDERS, ("a", FIRST, 1.0)))
    at_midnight = opened(orders=source(tmp_path, "orders", ORDERS, ("a", LAST, 1.0)))

    assert at_noon.day_after_last_order == datetime(2024, 5, 2)
    assert at_midnight.day_after_last_order == LAST + timedelta(days=1)


@pytest.mark.parametrize(
    ("table", "schema", "cure"),
    [
        ("orders", ORDERS, r"point \[tables.orders\] at the data$"),
        ("customers", {"customer_id": pa.string()}, "or remove the table from the project file"),
    ],
)
def test_an_empty_table_is_refused_with_its_cure(
    table: str, schema: dict[str, pa.DataType], cure: str, tmp_path: Path
) -> None:
    sources = {
        "orders": source(tmp_path, "full", ORDERS, ("a", FIRST, 1.0)),
        table: source(tmp_path, table, schema),
    }
    with pytest.raises(TableError, match=rf"{table}: .*{table}.parquet has no rows; .*{cure}"):
        open_tables(connect(), sources)


def test_a_project_without_orders_is_refused(tmp_path: Path) -> None:
    customers = source(tmp_path, "customers", {"customer_id": pa.string()}, ("a",))
    with pytest.raises(TableError, match=r"neither \[tables.orders\] nor .*add one"):
        opened(customers=customers)


def test_an_unknown_table_is_named_beside_the_known(tmp_path: Path) -> None:
    rows = source(tmp_path, "orders", ORDERS, ("a", FIRST, 1.0))
    with pytest.raises(TableError, match=r"unknown tables \['sales'\].*'customers', 'orders'"):
        opened(orders=rows, sales=rows)


def test_a_customer_on_two_rows_is_refused(tmp_path: Path) -> None:
    rows = source(tmp_path, "orders", ORDERS, ("a", FIRST, 1.0))
    twice = source(tmp_path, "customers", {"customer_id": pa.string()}, ("a",), ("a",))
    with pytest.raises(TableError, match="more than one row; keep one row each"):
        opened(orders=rows, customers=twice)


def test_the_hash_of_data_changes_with_a_byte_and_with_the_mapping(tmp_path: Path) -> None:
    before = source(tmp_path, "orders", ORDERS, ("a", FIRST, 1.0))
    hashed = hash_of_data({"orders": before}, connect())
    remapped = Source(before.place, {**before.columns, "order_id": "customer_id"})

    assert hash_of_data({"orders": before}, connect()) == hashed
    assert hash_of_data({"orders": remapped}, connect()) != hashed
    assert (
        hash_of_data({"orders": source(tmp_path, "orders", ORDERS, ("a", FIRST, 2.0))}, connect())
        != hashed
    )


def test_lines_whose_order_id_is_null_are_orders_of_their_own_moments(tmp_path: Path) -> None:
    schema = {**ORDERS, "order_id": pa.string()}
    lines = [("a", FIRST, 1.0, None), ("a", LAST, 2.0, None), ("a", LAST, 4.0, "7")]
    rows = source(tmp_path, "orders", schema, *lines)

    (row,) = build_features(History.before(opened(orders=rows), [AFTER])).values

    assert row[NAMES.index("orders_in_total")] == 3


def test_rows_not_known_since_any_moment_are_left_out_and_counted(tmp_path: Path) -> None:
    schema = {**ORDERS, "known_at": pa.timestamp("us")}
    rows = source(tmp_path, "orders", schema, ("a", FIRST, 1.0, None), ("a", FIRST, 1.0, FIRST))

    tables = opened(orders=rows)

    assert tables.reports["orders"].without_time == 1
    assert tables.orders.count().to_pyarrow().as_py() == 1


def test_the_session_reads_times_as_utc_wherever_it_runs() -> None:
    zone = connect().raw_sql("SELECT current_setting('TimeZone')").fetchone()
    assert zone == ("UTC",)


def test_the_session_prints_nothing_of_its_own() -> None:
    shown = connect().raw_sql("SELECT current_setting('enable_progress_bar')").fetchone()
    assert shown == (False,)


def test_a_sample_of_customers_is_the_same_in_every_table_and_at_any_time(
    company: Project,
) -> None:
    whole = open_tables(connect(), company.sources)
    sample = open_tables(connect(), company.sources, sample=Sample(0.3))
    larger = open_tables(connect(), company.sources, sample=Sample(0.5))

    everyone, some, more = (_ids(tables, "customers") for tables in (whole, sample, larger))
    assert 0.15 * len(everyone) < len(some) < 0.45 * len(everyone)
    assert some < more < everyone
    for name in whole.rows:
        assert _ids(sample, name) == _ids(whole, name) & some


def test_where_there_are_more_customers_than_wanted_a_share_of_about_so_many_is_read(
    company: Project,
) -> None:
    everyone = len(_ids(open_tables(connect(), company.sources), "orders"))
    some = open_tables(connect(), company.sources, sample=Sample(most=everyone // 2))
    all_ = open_tables(connect(), company.sources, sample=Sample(most=everyone))

    assert some.customer_share == (everyone // 2) / everyone
    assert 0.35 * everyone < len(_ids(some, "orders")) < 0.65 * everyone
    assert all_.customer_share == 1
    assert len(_ids(all_, "orders")) == everyone


def test_a_spine_that_cannot_be_counted_is_told_by_its_table(tmp_path: Path) -> None:
    orders = source(tmp_path, "orders", ORDERS, ("a", FIRST, 1.0))
    as_number = SqlExpression("CAST(customer_id AS INTEGER)")
    orders = replace(orders, columns={**orders.columns, "customer_id": as_number})

    with pytest.raises(TableError, match=r"^orders: .*'a'"):
        open_tables(connect(), {"orders": orders}, sample=Sample(most=1))


def _ids(tables: Tables, name: str) -> set[object]:
    return set(tables.rows[name].customer_id.to_pyarrow().to_pylist())
