"""A customer's own rows, sent with the question, give the row of the batch bit for bit."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from features.build import FeatureRows, build_features
from features.catalog import NAMES
from features.engines import connect
from features.errors import TableError
from features.history.before import History
from features.online import OnlineFeatures, OnlinePlan
from features.sources.source import Files
from features.tables import open_tables
from retinue.project import Project

AS_OF = datetime(2024, 3, 1)
ORDERS = {"orders": ("customer_id", "ordered_at", "amount")}


def raw_tables(project: Project) -> dict[str, pa.Table]:
    tables = {}
    for name, source in project.sources.items():
        assert isinstance(source.place, Files)
        tables[name] = parquet.read_table(source.place.path).select(list(source.columns))
    return tables


def online_of(project: Project) -> OnlineFeatures:
    columns = {name: tuple(source.columns) for name, source in project.sources.items()}
    return OnlineFeatures(OnlinePlan.of(columns, project.sources["customers"].timeless))


def of_customer(tables: Mapping[str, pa.Table], customer_id: str) -> dict[str, pa.Table]:
    return {
        name: table.filter(pc.equal(pc.cast(table["customer_id"], pa.string()), customer_id))
        for name, table in tables.items()
    }


def row(found: FeatureRows, name: str) -> float:
    return float(found.values[0, NAMES.index(name)])


def orders(**columns: list[object]) -> dict[str, pa.Table]:
    return {"orders": pa.table({"customer_id": ["a"], "ordered_at": [AS_OF], **columns})}


def test_every_customer_alone_gets_the_row_of_the_batch(company: Project) -> None:
    tables = open_tables(connect(), company.sources)
    raw, online = raw_tables(company), online_of(company)
    for as_of in (tables.day_after_last_order, tables.day_after_last_order - timedelta(hours=777)):
        batch = build_features(History.before(tables, [as_of]))
        for place in range(0, len(batch), 7):
            alone = online.rows(of_customer(raw, batch.customer_ids[place]), as_of)
            assert alone.customer_ids.tolist() == [batch.customer_ids[place]]
            np.testing.assert_array_equal(alone.values, batch.values[place : place + 1])


def test_several_customers_at_once_are_told_apart(company: Project) -> None:
    tables, raw = open_tables(connect(), company.sources), raw_tables(company)
    as_of = tables.day_after_last_order
    batch = build_features(History.before(tables, [as_of]))

    together = online_of(company).rows(raw, as_of)

    assert together.customer_ids.tolist() == batch.customer_ids.tolist()
    np.testing.assert_array_equal(together.values, batch.values)


def test_what_is_known_only_later_is_not_counted() -> None:
    online = OnlineFeatures(
        OnlinePlan.of({"orders": ("customer_id", "ordered_at", "amount", "known_at")})
    )
    day = timedelta(days=1)
    sent = pa.table(
        {
            "customer_id": ["a"] * 4,
            "ordered_at": [AS_OF - day, AS_OF - day, AS_OF - day, AS_OF],
            "amount": [1, 2, 4, 8],
            "known_at": pa.array([None, AS_OF, AS_OF + day, None], pa.timestamp("us")),
        }
    )
    found = online.rows({"orders": sent}, AS_OF)
    assert row(found, "spend_in_total") == 3  # what says nothing of it was known at once


def test_who_has_no_row_has_no_answer() -> None:
    assert len(OnlineFeatures(OnlinePlan.of(ORDERS)).rows({}, AS_OF)) == 0


def test_a_table_or_column_that_the_project_does_not_map_is_refused() -> None:
    online = OnlineFeatures(OnlinePlan.of(ORDERS))
    with pytest.raises(TableError, match=r"no tables \['events'\]; send rows of \['orders'\]"):
        online.rows({"events": pa.table({"customer_id": ["a"]})}, AS_OF)
    with pytest.raises(TableError, match=r"orders: the project does not map \['price'\]; send col"):
        online.rows(orders(price=[1.0]), AS_OF)


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(TableError, match=r"orders: a value does not fit amount: .*; send decimal"):
        OnlineFeatures(OnlinePlan.of(ORDERS)).rows(orders(amount=["much"]), AS_OF)
