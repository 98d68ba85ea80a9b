"""Facts to read are cut at the as-of date like everything else."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from features.engines import connect
from features.history.before import History
from features.profile import Occurrences, Profile, build_profiles
from features.sources.source import Source, SqlExpression
from features.tables import Tables, open_tables

T = datetime(2024, 6, 1)
DAY = timedelta(days=1)


def tables(folder: Path) -> Tables:
    contents: dict[str, dict[str, list[object]]] = {
        "orders": {"customer_id": ["a"], "ordered_at": [T - 9 * DAY], "amount": [1.0]},
        "customers": {"customer_id": ["a", "z"], "region": ["north", None]},
        "events": {
            "customer_id": ["a", "a", "a", "b"],
            "occurred_at": [T - 2 * DAY, T - DAY, T, T + DAY],
            "kind": ["visit", "visit", "visit", "visit"],
        },
        "treatments": {
            "customer_id": ["a", "a"],
            "treated_at": [T - 3 * DAY, T - DAY],
            "known_at": [T - 3 * DAY, T + DAY],
            "campaign_id": ["1", "2"],
            "arm": ["mail", "mail"],
        },
    }
    sources = {}
    for name, columns in contents.items():
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
        mapped: dict[str, str | SqlExpression] = {column: column for column in columns}
        sources[name] = Source(folder / f"{name}.parquet", mapped)
    return open_tables(connect(), sources)


def test_profiles_hold_what_was_known_at_t_and_nothing_later(tmp_path: Path) -> None:
    opened = tables(tmp_path)

    profiles = build_profiles(History.before(opened, [T]))

    assert profiles == {
        "a": Profile(
            {"region": "north"},
            {"visit": Occurrences(2, T - DAY)},
            {"mail": Occurrences(1, T - 3 * DAY)},
        ),
        "z": Profile(),
    }


def test_attributes_of_any_type_are_told_as_text(tmp_path: Path) -> None:
    told: dict[str, list[object]] = {
        "customer_id": ["a"],
        "joined_at": [T - DAY],
        "birth_year": [1980],
        "consent_email": [True],
        "income_band": [None],
    }
    parquet.write_table(pa.table(told), tmp_path / "told.parquet")
    tables(tmp_path)
    mapped = ("customer_id", "ordered_at", "amount")
    orders = Source(tmp_path / "orders.parquet", {name: name for name in mapped})
    customers = Source(tmp_path / "told.parquet", {name: name for name in told})
    opened = open_tables(connect(), {"orders": orders, "customers": customers})

    profiles = build_profiles(History.before(opened, [T]))

    assert profiles["a"].attributes == {
        "joined_at": "2024-05-31T00:00:00Z",
        "birth_year": "1980",
        "consent_email": "yes",
    }
