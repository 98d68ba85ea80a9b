"""Random streams of rows for all seven tables, and the project that is made of them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from pyarrow import parquet

from features.contract import CONTRACT, Table
from features.engines import connect
from features.sentiment.model import SentimentModel
from features.sentiment.tone import tones
from features.sources.source import Source
from features.tables import Tables, open_tables

Row = dict[str, Any]
Stream = dict[str, list[Row]]

T = datetime(2024, 6, 1)
DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
NONE = timedelta(0)
TABLES = {table.name: table for table in CONTRACT}
CUSTOMERS = tuple(str(number) for number in range(1, 41))
# Attributes that count without known_at; consent_phone and the others then do not.
TIMELESS = ("birth_year", "consent_email", "settlement")

# Window edges to the day, then a little beside them: 0 days and 0 beside is T itself.
DAYS_BEFORE: Sequence[int] = (
    *(0, 0, 1, 6, 7, 13, 14, 27, 28, 29, 55, 56, 84, 90, 91, 92, 181, 182, 183),
    *(200, 364, 365, 366, 420, 800, -1, -7),
)
BESIDE = (NONE, NONE, TICK, -TICK, HOUR, 12 * HOUR)
LATE = (NONE, NONE, NONE, NONE, TICK, DAY, 40 * DAY, -3 * DAY)
LENGTHS = (NONE, HOUR, DAY, DAY + HOUR, 2 * DAY, 7 * DAY, 30 * DAY, 91 * DAY, 400 * DAY, -HOUR)
AROUND_T = (T, T - TICK, T + TICK, T + 9 * DAY)

CHOICES: dict[str, dict[str, tuple[object, ...]]] = {
    "customers": {
        "birth_year": (1950, 1987, 2001, None),
        "gender": ("f", "m", None),
        "settlement": ("urban", "Rural", "suburban", "URBAN", "rural", None),
        "consent_email": (True, False, None),
        "consent_phone": (True, False, None),
    },
    "orders": {
        "amount": (0.0, 0.1, 0.2, 19.99, 19.99, 250.5, -19.99, None),
        "order_id": ("1", "2", "3", "4", "5", "6", None),
        "product_id": ("1", "2", "3", "4", None),
        "category": ("tea", "cups", "cakes", None),
        "quantity": (0, 1, 2, 5, 1.5, None),
        "discount": (0.0, 0.5, 3.0, None),
        "is_return": (False, False, False, False, True, None),
    },
    "events": {
        "kind": (
            *("visit", "visit", "email_open", "email_open"),
            *("email_click", "coupon_redemption", "share", None),
        ),
        "duration_s": (0, 30, 61.5, None),
    },
    # A score is drawn with its scale.
    "feedback": {"text": ("bad", "bad", "fine", "great", "", None)},
    "tickets": {"category": ("complaint", "delivery", None)},
    "subscriptions": {
        "plan": ("basic", "plus", None),
        "amount_per_month": (5.0, 9.99, 9.99, 20.0, None),
    },
    "treatments": {"campaign_id": ("1", "2"), "arm": ("mail", "none"), "cost": (0.5, None)},
}
SCORES: Sequence[tuple[str | None, float | None]] = (
    *(("csat_1_5", 1), ("csat_1_5", 4), ("csat_1_5", 5), ("nps_0_10", 0), ("nps_0_10", 7)),
    *(("nps_0_10", 10), ("stars_1_5", 2), ("stars_1_5", 3.5), ("stars_1_5", 5)),
    *((None, None), (None, 4), ("csat_1_5", None), ("thumbs", 1)),
)
SHARE_OF_TIES = 0.2
TEXTS = ("bad", "fine", "great")
TONES = dict(zip(TEXTS, tones(SentimentModel.shipped(), pa.array(TEXTS)).to_pylist(), strict=True))


def random_row(table: Table, rng: random.Random, customers: Sequence[str] = CUSTOMERS) -> Row:
    """A row before, at or after T, often known late, with moments inside it on both sides of T."""
    at = T - rng.choice(DAYS_BEFORE) * DAY - rng.choice(BESIDE)
    row: Row = {column.name: None for column in table.columns}
    row |= {name: rng.choice(options) for name, options in CHOICES[table.name].items()}
    row |= {"customer_id": rng.choice(customers), "known_at": at + rng.choice(LATE)}
    if table.name == "feedback":
        row["scale"], row["score"] = rng.choice(SCORES)
    if table.occurred:
        row[table.occurred] = at
        row["known_at"] = rng.choice([*[row["known_at"]] * 20, T, T + TICK, None])
        row[table.occurred] = rng.choice([*[at] * 30, None])
    for later in table.later:
        row[later] = rng.choice([None, *AROUND_T, *(at + length for length in LENGTHS)])
    return row


def anchor(table: Table, at: datetime = T - 1000 * DAY) -> Row:
    """A row of a customer of its own, known at every date: no table is empty, no date too early."""
    row: Row = {column.name: None for column in table.columns}
    row |= {name: options[0] for name, options in CHOICES[table.name].items()}
    moment = {table.occurred: at} if table.occurred else {}
    return {**row, **moment, "customer_id": "0", "known_at": at}


def random_stream(seed: int, customers: Sequence[str] = CUSTOMERS, rows_each: int = 6) -> Stream:
    """Rows of every table; of customers, one row for each moment at which one became known."""
    rng = random.Random(seed)  # noqa: S311 - rows, not secrets
    stream = {
        table.name: _random_rows(table, rng, customers, rows_each * len(customers))
        for table in CONTRACT
    }
    versions = {(row["customer_id"], row["known_at"]): row for row in stream["customers"]}
    return stream | {"customers": list(versions.values())}


def _random_rows(
    table: Table, rng: random.Random, customers: Sequence[str], number: int
) -> list[Row]:
    """The anchor, then rows of which some share customer and moment with an earlier one."""
    rows = [anchor(table)]
    for _ in range(number):
        row, earlier = random_row(table, rng, customers), rng.choice(rows)
        if table.occurred and rng.random() < SHARE_OF_TIES:
            row |= {name: earlier[name] for name in ("customer_id", table.occurred)}
        rows.append(row)
    return rows


# Streams are drawn as seeds: a large one costs no more than a small one. Unshrunk, so that a leak
# turns the suite red in seconds.
SEEDS = st.integers(0, 2**32 - 1)
EXAMPLES = settings(
    max_examples=2, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


def without_known_at(stream: Stream) -> Stream:
    """The same rows, of which nothing says when they became known; customers have one row each."""
    bare = {
        name: [{key: value for key, value in row.items() if key != "known_at"} for row in rows]
        for name, rows in stream.items()
    }
    return bare | {
        "customers": list({row["customer_id"]: row for row in bare["customers"]}.values())
    }


def is_known(table: Table, row: Row, as_of: datetime = T) -> bool:
    """The rule of the design: it had happened before the date, and was known by it."""
    happened = table.occurred is None or (
        row[table.occurred] is not None and row[table.occurred] < as_of
    )
    known = "known_at" not in row or (row["known_at"] is not None and row["known_at"] <= as_of)
    return happened and known


def as_known(stream: Stream, as_of: datetime = T) -> Stream:
    """The rows known at a date, without the moments still to come and what may have changed."""
    return {
        name: [
            _as_known(TABLES[name], row, as_of)
            for row in rows
            if is_known(TABLES[name], row, as_of)
        ]
        for name, rows in stream.items()
    }


def _as_known(table: Table, row: Row, as_of: datetime) -> Row:
    blank = {name for name in table.later if row.get(name) and row[name] >= as_of}
    if table.name == "customers" and "known_at" not in row:
        blank |= set(row) - {"customer_id", *table.later, *TIMELESS}
    return {name: None if name in blank else value for name, value in row.items()}


# One connection for all examples: opening tables replaces those of the example before. It keeps
# what it compiled, as that takes longer than the rest: the same features of other rows are the
# same expression, and the same SQL.
CONNECTION = connect()
NUMBERS = count()
COMPILED: dict[object, str] = {}
COMPILE = CONNECTION.compile


def _compile_once(expression: Any, **options: Any) -> str:
    key = (expression.op(), *sorted(options.items()))
    if key not in COMPILED:
        COMPILED[key] = COMPILE(expression, **options)
    return COMPILED[key]


CONNECTION.compile = _compile_once
TYPES = {
    "text": pa.string(),
    "time": pa.timestamp("us"),
    "money": pa.float64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def written(table: Table, rows: Sequence[Row], folder: Path, ids: pa.DataType) -> Source:
    """The rows as a Parquet file, whose columns are those of the first row."""
    # A name of its own each time: DuckDB keeps what it read of a file, by name and time.
    path = folder / f"{table.name}-{next(NUMBERS)}.parquet"
    columns = [column for column in table.columns if column.name in rows[0]]
    types = {column.name: TYPES.get(column.type, ids) for column in columns}
    texts = [[row[name] for row in rows] for name in types]
    values = [
        pa.array(values, pa.string()).cast(ids) if kind is ids else pa.array(values, kind)
        for values, kind in zip(texts, types.values(), strict=True)
    ]
    parquet.write_table(pa.table(dict(zip(types, values, strict=True))), path)
    timeless = tuple(name for name in TIMELESS if name in types)
    return Source(path, {name: name for name in types}, timeless=timeless)


def opened(stream: Stream, folder: Path, ids: pa.DataType = TYPES["text"]) -> Tables:
    """The stream as a project's tables."""
    sources = {name: written(TABLES[name], rows, folder, ids) for name, rows in stream.items()}
    return open_tables(CONNECTION, sources)
