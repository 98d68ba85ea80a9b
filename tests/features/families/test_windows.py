"""Every feature of a window is what plain SQL over the raw rows says."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from features.build import FeatureRows, build_features
from features.catalog import NAMES
from features.contract import Table
from features.history.before import History
from tests.features.families.windows import EACH, NAN, OF_A_WINDOW, ROWS, TABLE_OF, Case
from tests.features.streams import (
    CONNECTION,
    DAY,
    TABLES,
    TICK,
    TONES,
    TYPES,
    T,
    opened,
    random_stream,
    written,
)


@dataclass(frozen=True)
class Raw:
    """A project's features, and the files that they were made of."""

    features: FeatureRows
    paths: dict[str, Path]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    stream = random_stream(11, [str(number) for number in range(1, 301)])
    folder = tmp_path_factory.mktemp("raw")
    features = build_features(History.before(opened(stream, folder), [T]))
    text = TYPES["text"]
    paths = {
        name: Path(str(written(TABLES[name], rows, folder, text).place))
        for name, rows in stream.items()
    }
    return Raw(features, paths)


def expected(case: Case, n: int, raw: Raw) -> dict[str, float]:
    """The case's value by customer, of those with a row."""
    table = TABLES[TABLE_OF[case.rows]]
    happened, known_at = f"{table.occurred} < TIMESTAMP '{T}'", f"known_at <= TIMESTAMP '{T}'"
    known = f"(SELECT * FROM '{raw.paths[table.name]}' WHERE {happened} AND {known_at})"  # noqa: S608 - our own cases
    days = 7 * n if "weeks" in case.name else n
    start, earlier = T - days * DAY, T - 2 * days * DAY
    within = f"happened > TIMESTAMP '{start}'"
    before = f"happened > TIMESTAMP '{earlier}' AND happened <= TIMESTAMP '{start}'"
    value = case.sql.format(within=within, before=before, n=n)
    tones = " ".join(f"WHEN '{text}' THEN {tone}" for text, tone in TONES.items())
    rows = ROWS[case.rows].format(known=known, tones=tones)
    sql = f"SELECT customer_id, ({value})::DOUBLE FROM ({rows}) GROUP BY customer_id"  # noqa: S608 - our own cases
    found = CONNECTION.raw_sql(sql).fetchall()
    return {customer_id: NAN if value is None else value for customer_id, value in found}


@pytest.mark.parametrize(("case", "n"), EACH, ids=[case.name.format(n=n) for case, n in EACH])
def test_a_window_holds_what_plain_sql_says(case: Case, n: int, raw: Raw) -> None:
    by_customer = expected(case, n, raw)
    wanted = [by_customer.get(name, case.without_rows) for name in raw.features.customer_ids]

    found = raw.features.column(case.name.format(n=n))

    assert np.isfinite(wanted).sum() > 50
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_every_feature_of_a_window_has_a_case() -> None:
    named = {case.name.format(n=n) for case, n in EACH}
    assert named == {name for name in NAMES if OF_A_WINDOW.search(name)}


@pytest.mark.parametrize("table", [table for table in TABLES.values() if table.occurred])
def test_the_rows_hold_the_edges(table: Table, raw: Raw) -> None:
    path, moment = raw.paths[table.name], table.occurred
    edges = {
        f"{moment} = TIMESTAMP '{T}'",
        f"{moment} = TIMESTAMP '{T - TICK}'",
        f"{moment} = TIMESTAMP '{T - 91 * DAY}' AND known_at <= TIMESTAMP '{T}'",
        f"{moment} < TIMESTAMP '{T}' AND known_at > TIMESTAMP '{T}'",
        f"{moment} < TIMESTAMP '{T}' AND known_at = TIMESTAMP '{T}'",
    }
    for edge in edges:
        (found,) = CONNECTION.raw_sql(f"SELECT count(*) FROM '{path}' WHERE {edge}").fetchone()  # noqa: S608 - our own edges
        assert found, edge
