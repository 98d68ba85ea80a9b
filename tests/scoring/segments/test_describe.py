"""Customers of a history: everyone known, in order, cut at the date, alone as in the batch."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from features.build import build_features
from features.history.before import History
from features.online import OnlineFeatures, OnlinePlan
from features.sources.source import Source
from features.tables import Tables, open_tables
from features.themes import Theme
from features.traits import Questions
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers, customers_online
from tests.features.streams import (
    CONNECTION,
    CUSTOMERS,
    DAY,
    TABLES,
    TYPES,
    Row,
    Stream,
    T,
    anchor,
    as_known,
    random_stream,
    without_known_at,
    written,
)

THEMES = (Theme("emotional", ("great", "茶"), ("tea",)), Theme("functional", ("bad",)))
QUESTIONS = Questions(themes=THEMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("streams")


def sources_of(stream: Stream, folder: Path) -> dict[str, Source]:
    return {
        name: written(TABLES[name], rows, folder, TYPES["text"]) for name, rows in stream.items()
    }


def of_sources(sources: dict[str, Source]) -> Tables:
    return open_tables(CONNECTION, sources, questions=QUESTIONS)


def opened(stream: Stream, folder: Path) -> Tables:
    return of_sources(sources_of(stream, folder))


def described(stream: Stream, folder: Path) -> Customers:
    return build_customers(History.before(opened(stream, folder), [T]), QUESTIONS)


def kept(raw: pa.Table) -> pa.Table:
    """Without the rows that a batch counts and leaves out; one sent online is known."""
    return raw.filter(pc.is_valid(raw["known_at"]))


def row(table: str, customer_id: str, **changed: object) -> Row:
    return anchor(TABLES[table], T - 9 * DAY) | {"customer_id": customer_id} | changed


def assert_same(one: Customers, other: Customers) -> None:
    assert one.rows.customer_ids.tolist() == other.rows.customer_ids.tolist()
    np.testing.assert_array_equal(one.rows.values, other.rows.values)
    assert list(one.traits) == list(other.traits)
    for name, values in one.traits.items():
        np.testing.assert_array_equal(values, other.traits[name], err_msg=name)


@pytest.mark.parametrize("table", [name for name in TABLES if name != "orders"])
def test_whoever_stands_in_any_table_is_a_customer(table: str, folder: Path) -> None:
    stream = {"orders": [row("orders", "5")], table: [row(table, "10"), row(table, "07")]}

    assert described(stream, folder).rows.customer_ids.tolist() == ["07", "10", "5"]


def test_prospects_have_traits_and_no_features(folder: Path) -> None:
    stream = {
        "orders": [row("orders", "b")],
        "subscriptions": [row("subscriptions", "d")],
        "customers": [row("customers", "a", region="North"), row("customers", "b", region="South")],
        "events": [row("events", "c", kind="share")],
    }

    customers = described(stream, folder)

    assert customers.rows.customer_ids.tolist() == ["a", "b", "c", "d"]
    assert np.isnan(customers.rows.values).all(axis=1).tolist() == [True, False, True, False]
    assert (customers.rows.as_of == np.datetime64(T)).all()
    assert customers.traits["region"].tolist() == ["North", "South", None, None]
    assert customers.traits["shares"].tolist() == [0, 0, 1, 0]


def test_who_joins_later_is_nobody_yet_unless_seen_before(folder: Path) -> None:
    later = {"joined_at": T, "region": "North"}
    stream = without_known_at(
        {
            "orders": [row("orders", "b")],
            "customers": [
                row("customers", "a", **later),
                row("customers", "b", **later),
                row("customers", "c", joined_at=T - DAY),
                row("customers", "d", joined_at=None),
            ],
        }
    )

    customers = described(stream, folder)

    assert customers.rows.customer_ids.tolist() == ["b", "c", "d"]
    assert customers.traits["region"].tolist() == ["North", None, None]


def test_features_are_those_of_the_batch_and_only_the_wanted_ones(folder: Path) -> None:
    history = History.before(opened(random_stream(3), folder), [T])
    features = build_features(history)

    customers = build_customers(history, QUESTIONS)
    few = build_customers(history, QUESTIONS, wanted=["orders_in_total"])

    known = np.isin(customers.rows.customer_ids, features.customer_ids)
    np.testing.assert_array_equal(customers.rows.values[known], features.values)
    assert few.knows("orders_in_total")
    assert not few.knows("spend_in_total")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_known_later_changes_nothing(seed: int, folder: Path) -> None:
    stream = random_stream(seed)

    assert_same(described(stream, folder), described(as_known(stream), folder))


@pytest.mark.parametrize("seed", range(2))
def test_a_customer_alone_is_described_as_in_the_batch(seed: int, folder: Path) -> None:
    tables = opened(random_stream(seed), folder)
    few = ["orders_in_total", "subscriptions_in_total"]
    batch = build_customers(History.before(tables, [T]), QUESTIONS, few)

    for place, customer_id in enumerate(batch.rows.customer_ids[:12]):
        own = {
            name: rows.filter(rows.customer_id == customer_id) for name, rows in tables.rows.items()
        }
        alone = build_customers(History.of(own, [T], timeless=tables.timeless), QUESTIONS, few)
        assert_same(alone, batch.where(np.array([place])))


@pytest.mark.parametrize("seed", range(2))
def test_rows_that_come_with_the_question_are_described_as_in_the_batch(
    seed: int, folder: Path
) -> None:
    sources = sources_of(random_stream(seed), folder)
    batch = build_customers(History.before(of_sources(sources), [T]), QUESTIONS)
    columns = {name: tuple(source.columns) for name, source in sources.items()}
    online = OnlineFeatures(OnlinePlan.of(columns, sources["customers"].timeless, QUESTIONS))
    raw = {name: kept(parquet.read_table(str(source.place))) for name, source in sources.items()}

    ids = batch.rows.customer_ids.tolist()
    assert_same(customers_online(online, raw, ids, T), batch)
    backwards = customers_online(online, raw, ids[::-1], T)
    assert_same(backwards, batch.where(np.arange(len(batch))[::-1]))
    for place in range(0, len(batch), 5):
        own = {
            name: rows.filter(pc.equal(rows["customer_id"], ids[place]))
            for name, rows in raw.items()
        }
        alone = customers_online(online, own, [ids[place]], T)
        assert_same(alone, batch.where(np.array([place])))


def test_of_whom_no_row_was_sent_nothing_is_known() -> None:
    online = OnlineFeatures(OnlinePlan.of({"orders": ("customer_id", "ordered_at", "amount")}))
    nobody = customers_online(online, {}, ["b", "a"], T)

    assert nobody.rows.customer_ids.tolist() == ["b", "a"]
    assert np.isnan(nobody.rows.values).all()


def test_an_attribute_sent_without_its_moment_is_known() -> None:
    columns = {
        "orders": ("customer_id", "ordered_at", "amount"),
        "customers": ("customer_id", "region", "known_at"),
    }
    online = OnlineFeatures(OnlinePlan.of(columns))
    sent = {"customers": pa.table({"customer_id": ["a"], "region": ["North"]})}

    assert customers_online(online, sent, ["a"], T).traits["region"].tolist() == ["North"]


# What no random stream holds.
UNDRAWN = {"comments", "likes", "referrals", "country", "region", "city", "income_band"}
UNDRAWN |= {"acquisition_channel"}


def test_the_random_streams_have_something_to_tell(folder: Path) -> None:
    customers = described(random_stream(0), folder)

    assert len(customers) > len(CUSTOMERS) / 2
    for name, values in customers.traits.items():
        assert len(set(values.tolist())) > 1 or name in UNDRAWN, name
