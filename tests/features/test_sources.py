"""What a user's file may look like, and what is said when it does not."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.contract import FEEDBACK
from features.errors import TableError
from features.sources import Lookup, Source, SqlExpression, map_source
from features.tables import Tables, connect, open_tables

COLUMNS: dict[str, str | SqlExpression] = {
    "customer_id": "who",
    "ordered_at": "at",
    "amount": "money",
}
NOON = datetime(2024, 5, 1, 12)


def write(path: Path, **columns: object) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def orders(folder: Path) -> Path:
    return write(folder / "o.parquet", who=[1, 2], at=[NOON, NOON], money=[1.5, 2.5])


def opened(source: Source, name: str = "orders", **others: Source) -> Tables:
    return open_tables(connect(), {name: source, **others})


def test_columns_may_be_mapped_by_name_or_by_expression(tmp_path: Path) -> None:
    path = write(tmp_path / "o.parquet", who=[7], at=[NOON], price=[2.5], pieces=[4])
    columns = {**COLUMNS, "amount": SqlExpression("price * pieces")}

    rows = opened(Source(path, columns)).orders.to_pyarrow().to_pylist()

    assert [(row["customer_id"], float(row["amount"])) for row in rows] == [(7, 10.0)]


def test_csv_and_compressed_csv_read_like_parquet(tmp_path: Path) -> None:
    text = "who,at,money\n1,2024-05-01T12:00:00,1.5\n2,2024-05-01T12:00:00,2.5\n"
    (tmp_path / "o.csv").write_text(text, encoding="utf-8")

    from_csv = opened(Source(tmp_path / "o.csv", COLUMNS))
    from_parquet = opened(Source(orders(tmp_path), COLUMNS))

    assert from_csv.reports == from_parquet.reports


def test_times_with_a_zone_become_utc(tmp_path: Path) -> None:
    east = timezone(timedelta(hours=8))
    at = [datetime(2024, 5, 1, 20, tzinfo=east)]
    path = write(tmp_path / "o.parquet", who=["a"], at=at, money=[1.0])

    assert opened(Source(path, COLUMNS)).reports["orders"].first == NOON


def test_a_lookup_adds_its_columns_by_key_and_keeps_the_sources_own(tmp_path: Path) -> None:
    calls = write(tmp_path / "c.parquet", who=["a", "b"], campaign=[1, 2], kind=["own", "own"])
    campaigns = write(tmp_path / "l.parquet", campaign=[1], start=[NOON], kind=["other"])
    columns: dict[str, str | SqlExpression] = {
        "customer_id": "who",
        "campaign_id": "campaign",
        "treated_at": "start",
        "arm": "kind",
    }
    treatments = Source(calls, columns, Lookup(campaigns, "campaign"))

    tables = opened(Source(orders(tmp_path), COLUMNS), treatments=treatments)

    assert tables.rows["treatments"].to_pyarrow().to_pylist() == [
        {"customer_id": "a", "campaign_id": "1", "treated_at": NOON, "arm": "own"}
    ]
    assert tables.reports["treatments"].without_time == 1


def test_a_lookup_that_would_multiply_rows_is_refused(tmp_path: Path) -> None:
    twice = write(tmp_path / "l.parquet", who=[1, 1], money=[1.0, 2.0])
    source = Source(orders(tmp_path), COLUMNS, Lookup(twice, "who"))
    with pytest.raises(TableError, match=r"l.parquet holds more than one row for some 'who'"):
        opened(source)


def test_a_lookup_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    other = write(tmp_path / "l.parquet", someone=[1])
    source = Source(orders(tmp_path), COLUMNS, Lookup(other, "who"))
    with pytest.raises(TableError, match=r"lookup key 'who' is not in .*l.parquet; found"):
        opened(source)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "cost"}, r"no column 'cost' \(mapped to amount\) .*'money'.*correct"),
        ({"amont": "money"}, r"unknown columns \['amont'\].*may name"),
        ({"amount": SqlExpression("money *")}, "mapping in .* is not valid SQL.*correct"),
        ({"amount": SqlExpression("pay")}, "mapping in .* is not valid SQL.*correct"),
        ({"amount": SqlExpression("'ten'")}, "value does not fit its column.*ten.*correct"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused_in_one_line(
    change: dict[str, str | SqlExpression], said: str, tmp_path: Path
) -> None:
    with pytest.raises(TableError, match=said) as refused:
        opened(Source(orders(tmp_path), {**COLUMNS, **change}))
    assert "\n" not in str(refused.value)


def test_a_required_column_left_unmapped_is_named(tmp_path: Path) -> None:
    columns = {name: column for name, column in COLUMNS.items() if name != "amount"}
    with pytest.raises(TableError, match=r"columns \['amount'\] are not mapped; add them"):
        opened(Source(orders(tmp_path), columns))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"no file .*gone.parquet; correct the path"):
        opened(Source(tmp_path / "gone.parquet", COLUMNS))


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"its ending is none of .*convert it"):
        opened(Source(tmp_path / "orders.xlsx", COLUMNS))


def test_a_broken_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "o.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(TableError, match=r"o.parquet cannot be read.*check that the file") as said:
        opened(Source(tmp_path / "o.parquet", COLUMNS))
    assert "\n" not in str(said.value)


def test_a_broken_line_of_a_csv_is_named_by_its_number(tmp_path: Path) -> None:
    lines = [f"{i},2024-05-01,5" for i in range(30_000)]
    (tmp_path / "o.csv").write_text(
        "\n".join(["who,at,money", *lines, "1,2024-05-01,3,4"]), "utf-8"
    )
    with pytest.raises(TableError, match=r"CSV Error on Line: 30002; Expected Number.* 3 Found: 4"):
        opened(Source(tmp_path / "o.csv", COLUMNS))


def test_ids_in_a_csv_are_read_as_written(tmp_path: Path) -> None:
    ids = ["12345678901234567890123", "12345678901234567890124", "007", "1e5", "100000"]
    lines = [f"{customer_id},2024-05-01,5" for customer_id in ids]
    (tmp_path / "o.csv").write_text("\n".join(["who,at,money", *lines]), "utf-8")

    rows = opened(Source(tmp_path / "o.csv", COLUMNS)).orders.to_pyarrow()

    assert sorted(rows["customer_id"].to_pylist()) == sorted(ids)


def test_a_lookup_key_may_be_a_number_here_and_its_digits_there(tmp_path: Path) -> None:
    path = write(tmp_path / "o.parquet", who=[7], at=[NOON], campaign=[1])
    other = write(tmp_path / "l.parquet", campaign=["1"], money=[2.5])

    rows = opened(Source(path, COLUMNS, Lookup(other, "campaign"))).orders.to_pyarrow()

    assert [float(amount) for amount in rows["amount"].to_pylist()] == [2.5]


def test_an_attribute_is_named_in_plain_letters(tmp_path: Path) -> None:
    customers = Source(orders(tmp_path), {"customer_id": "who", 'a"b': "money"})
    with pytest.raises(TableError, match=r"unknown columns .*attributes named in small letters"):
        opened(Source(orders(tmp_path), COLUMNS), customers=customers)


def test_feedback_needs_a_score_or_a_text(tmp_path: Path) -> None:
    source = Source(tmp_path / "feedback.csv", {"customer_id": "id", "given_at": "at"})
    with pytest.raises(TableError, match=r"feedback: none of \['score', 'text'\] is mapped"):
        map_source(connect(), FEEDBACK, source)


def test_only_mapped_attributes_of_customers_can_be_timeless(tmp_path: Path) -> None:
    source = Source(orders(tmp_path), COLUMNS, timeless=("who",))
    with pytest.raises(TableError, match=r"orders: timeless names \['who'\]"):
        opened(source)
