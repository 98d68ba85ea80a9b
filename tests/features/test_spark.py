"""Spark computes what DuckDB computes: the same rows, to 1e-9, on every feature."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from features.build import FeatureRows, build_features, feature_table
from features.catalog import NAMES
from features.engines import connect, connect_spark
from features.errors import TableError
from features.history.before import History
from features.sources.source import DuckDBFile, Files, Relation, Source, SparkTable, SqlExpression
from features.tables import open_tables
from features.themes import Theme
from features.traits import Questions, build_traits
from retinue.project import Project
from scoring.answer_table import answer_table
from scoring.scorer import Scorer
from scoring.segments.describe import build_customers, questions_of
from scoring.segments.wide import customers_of_wide, wide_table
from tests.conftest import Trained
from tests.retinue.test_cli import retinue

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend as Spark

pytestmark = [
    pytest.mark.skipif(
        shutil.which("java") is None and "RETINUE_SKIP_NOTHING" not in os.environ,
        reason="Spark needs Java 17 or newer",
    ),
    # Ibis takes rows from PySpark 4.3 by way of pandas, which it uses as before pandas 3; delete
    # when PySpark supports pandas 3.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


@pytest.fixture(scope="session")
def spark() -> Iterator["Spark"]:
    """A Spark of this process, small and quick."""
    settings = pytest.MonkeyPatch()
    settings.setenv(
        "PYSPARK_SUBMIT_ARGS",
        "--master local[2] --conf spark.sql.shuffle.partitions=2 --conf spark.ui.enabled=false "
        "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 "
        # Most of a short life goes into compiling: by Java, and by Spark, of each query.
        "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' "
        "--conf spark.sql.codegen.wholeStage=false pyspark-shell",
    )
    connection = connect_spark()
    yield connection
    connection._session.stop()
    settings.undo()


def assert_equal(ours: FeatureRows, theirs: FeatureRows) -> None:
    assert theirs.customer_ids.tolist() == ours.customer_ids.tolist()
    assert (theirs.as_of == ours.as_of).all()
    for name, own, other in zip(NAMES, ours.values.T, theirs.values.T, strict=True):
        np.testing.assert_allclose(other, own, rtol=1e-9, atol=1e-9, err_msg=name)


def test_every_feature_of_a_whole_company_is_the_same(spark: "Spark", company: Project) -> None:
    on_duckdb = open_tables(connect(), company.sources)
    on_spark = open_tables(spark, company.sources)
    end = on_duckdb.day_after_last_order
    dates = [end - timedelta(days=40, hours=5), end]

    ours = build_features(History.before(on_duckdb, dates))

    assert np.isfinite(ours.values).any(axis=0).all()  # no feature goes untested
    assert on_spark.reports == on_duckdb.reports
    assert_equal(ours, build_features(History.before(on_spark, dates)))


def test_every_trait_of_a_whole_company_is_the_same(spark: "Spark", company: Project) -> None:
    asked = Questions(
        themes=(
            Theme("emotional", ("love", "喜欢", "c++", "a[b"), ("Toys",)),
            Theme("functional", ("quality", "质量", "tea")),
        )
    )
    as_of = datetime(2023, 9, 1)

    ours, theirs = (
        build_traits(
            History.before(open_tables(engine, company.sources, questions=asked), [as_of]),
            asked,
        )
        for engine in (connect(), spark)
    )

    assert theirs.customer_ids.to_pylist() == ours.customer_ids.to_pylist()
    assert theirs.present.tolist() == ours.present.tolist()
    assert (list(theirs.values), theirs.counts) == (list(ours.values), ours.counts)
    assert {"theme_emotional", "last_tone", "region", "shares"} <= set(ours.values)
    for name, values in ours.values.items():
        np.testing.assert_array_equal(theirs.values[name], values, err_msg=name)


def test_ties_zones_nulls_and_float_ids_are_read_the_same(spark: "Spark", tmp_path: Path) -> None:
    moment = datetime(2024, 5, 1, 23, 30)
    rows = pa.table(
        {
            "who": pa.array([7.0, 7.0, 8.0, None, 9.0]),
            "order": pa.array([1, 1, None, 4, 5]),
            "at": pa.array([f"{moment.isoformat()}+08:00"] * 4 + ["2024-05-02 00:00:00"]),
            "paid": pa.array([1.1, 2.2, -3.3, 1.0, None]),
        }
    )
    parquet.write_table(rows, tmp_path / "rows.parquet")
    mapping: dict[str, str | SqlExpression] = {
        "customer_id": "who",
        "order_id": "order",
        "ordered_at": "at",
        "amount": SqlExpression("CASE WHEN paid > 2 THEN paid * 2 ELSE paid END"),
    }
    source = Source(tmp_path / "rows.parquet", mapping)
    dates = [datetime(2024, 5, 2, 15, 30), datetime(2024, 5, 9)]

    ours, theirs = (
        build_features(History.before(open_tables(engine, {"orders": source}), dates))
        for engine in (connect(), spark)
    )

    assert ours.customer_ids.tolist() == ["7", "8", "9", "7", "8", "9"]
    assert_equal(ours, theirs)


def test_rows_go_to_parquet_where_spark_is(
    spark: "Spark", company: Project, tmp_path: Path
) -> None:
    tables = open_tables(spark, company.sources)
    date = tables.day_after_last_order

    spark.to_parquet_dir(feature_table(History.before(tables, [date])), tmp_path / "out")

    written = parquet.read_table(tmp_path / "out").sort_by("customer_id")
    expected = build_features(History.before(open_tables(connect(), company.sources), [date]))
    assert written["customer_id"].to_pylist() == expected.customer_ids.tolist()
    np.testing.assert_allclose(
        np.column_stack([written[name].to_numpy() for name in NAMES]), expected.values, rtol=1e-9
    )


@pytest.mark.parametrize("named", ["company", "trained"])
def test_everyone_is_described_the_same(
    spark: "Spark", named: str, request: pytest.FixtureRequest
) -> None:
    # The second has people who never ordered, the first has all seven tables.
    found = request.getfixturevalue(named)
    project = found if isinstance(found, Project) else found.project
    questions = questions_of(project.segments)
    on_duckdb = open_tables(connect(), project.sources, questions=questions)
    on_spark = open_tables(spark, project.sources, questions=questions)
    date = on_duckdb.day_after_last_order - timedelta(days=30)

    ours = build_customers(History.before(on_duckdb, [date]), questions)

    nobody = np.isnan(ours.rows.values).all(axis=1)
    assert nobody.any() == (named == "trained")
    for tables in (on_duckdb, on_spark):
        wide = wide_table(History.before(tables, [date]), questions)
        theirs = customers_of_wide(wide.order_by("customer_id").to_pyarrow())
        assert_equal(ours.rows, theirs.rows)
        assert set(theirs.traits) == set(ours.traits)
        for name, own in ours.traits.items():
            other = theirs.traits[name]
            if own.dtype == object:
                assert other.tolist() == own.tolist(), name
            else:
                np.testing.assert_allclose(other, own, rtol=1e-9, err_msg=name)


@pytest.mark.usefixtures("spark")  # the command finds it started
def test_scores_on_spark_are_those_of_the_store(own: Trained, tmp_path: Path) -> None:
    out = tmp_path / "scores"
    command = ("score", "--engine", "spark", "--out", out, "--project", own.project.path)

    done, again = retinue(*command), retinue(*command)

    assert done.returncode == 0, done.stderr
    assert again.returncode == 1
    assert "is there already" in again.stderr
    found = {one["customer_id"]: one for one in parquet.read_table(out).to_pylist()}
    scorer = Scorer(own.bundle)
    customers = build_customers(
        History.before(own.tables, [own.tables.day_after_last_order]), own.tables.questions
    )
    expected = answer_table(scorer, customers).to_pylist()
    assert len(found) == len(expected) == sum(own.store.current_run().counts.values())
    for one in expected:
        other = found[one["customer_id"]]
        for name, value in one.items():
            if isinstance(value, float):
                assert other[name] == pytest.approx(value, rel=1e-9), name
            elif name == "reasons" and value:
                assert [told["text"] for told in other[name]] == [told["text"] for told in value]
            else:
                assert other[name] == value, name
    listed = own.store.customers([one["customer_id"] for one in expected])[1]
    for record, one in zip(listed, expected, strict=True):
        assert (record.status, record.churn_probability) == (
            one["status"],
            one["churn_probability"],
        )


def test_a_table_of_sparks_own_is_a_source(spark: "Spark", company: Project) -> None:
    orders = company.sources["orders"]
    assert isinstance(orders.place, Files)
    spark._session.read.parquet(str(orders.place.path)).createOrReplaceTempView("shop_orders")

    found = open_tables(spark, {"orders": replace(orders, place=SparkTable("shop_orders"))})

    assert found.reports == open_tables(connect(), {"orders": orders}).reports


def test_what_spark_cannot_read_is_refused(spark: "Spark", tmp_path: Path) -> None:
    place = DuckDBFile(tmp_path / "shop.duckdb", Relation("orders"))
    columns = {"customer_id": "a", "ordered_at": "b", "amount": "c"}
    with pytest.raises(TableError, match="cannot be read on Spark; give it as Parquet, CSV or a"):
        open_tables(spark, {"orders": Source(place, columns)})


def test_a_spark_table_is_refused_by_duckdb() -> None:
    columns = {"customer_id": "a", "ordered_at": "b", "amount": "c"}
    with pytest.raises(TableError, match="is read by Spark alone; add --engine spark"):
        open_tables(connect(), {"orders": Source(SparkTable("shop.orders"), columns)})


@pytest.mark.usefixtures("spark")  # the command finds it started
def test_the_command_writes_a_folder_of_parquet(company: Project, tmp_path: Path) -> None:
    out = tmp_path / "features"
    command = ("features", "--engine", "spark", "--out", out, "--project", company.path)

    done, again = retinue(*command), retinue(*command)

    assert done.returncode == 0, done.stderr
    assert set(NAMES) < set(parquet.read_schema(next(out.glob("*.parquet"))).names)
    assert again.returncode == 1
    assert "is there already; Spark writes a folder: name another with --out" in again.stderr
