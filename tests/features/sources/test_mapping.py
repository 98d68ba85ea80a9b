"""What a user's file may look like, and what is said when it does not."""

import math
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.contract import FEEDBACK
from features.engines import connect
from features.errors import TableError
from features.sources.mapping import map_source
from features.sources.source import Lookup, Source, SqlExpression
from features.tables import Tables, open_tables

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
    with pytest.raises(TableError, match=r"o.csv, line 30002: expected 3 columns, found 4; corr"):
        opened(Source(tmp_path / "o.csv", COLUMNS))


def ids(place: Path) -> list[str]:
    rows = opened(Source(place, COLUMNS)).orders.to_pyarrow()
    return sorted(str(one) for one in rows["customer_id"].to_pylist())


@pytest.mark.parametrize(
    "written", [[17850.0, None, 7.0], [17850.0, math.nan, 7.0], ["17850.0", None, "7"]]
)
def test_a_whole_number_read_as_a_float_is_the_id_without_its_point(
    written: list[float | str | None], tmp_path: Path
) -> None:
    path = write(tmp_path / "o.parquet", who=written, at=[NOON] * 3, money=[1.0] * 3)
    lines = [f"{'' if one in (None, written[1]) else one},2024-05-01,1" for one in written]
    (tmp_path / "o.csv").write_text("\n".join(["who,at,money", *lines]), "utf-8")

    assert ids(path) == ids(tmp_path / "o.csv") == ["17850", "7"]


def test_one_float_with_a_fraction_leaves_the_others_their_digits(tmp_path: Path) -> None:
    path = write(tmp_path / "o.parquet", who=[17850.0, 1.5, 1e300], at=[NOON] * 3, money=[1.0] * 3)
    assert ids(path) == ["1.5", "17850", "1e+300"]


def test_an_id_that_is_no_whole_number_stays_as_it_is(tmp_path: Path) -> None:
    kept = ["1.50", "v1.0", "10.0.0", "1e5", "-.0"]
    path = write(tmp_path / "o.parquet", who=kept, at=[NOON] * 5, money=[1.0] * 5)
    assert ids(path) == sorted(kept)


@pytest.mark.parametrize(("drop", "rows"), [(False, 4), (True, 3)])
def test_rows_equal_in_every_mapped_column_may_be_kept_once(
    drop: bool, rows: int, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "o.parquet",
        who=[1, 1, 1, 2], at=[NOON] * 4, money=[5.0, 5.0, 6.0, 5.0], line=[1, 2, 3, 4],
    )  # fmt: skip
    assert opened(Source(path, COLUMNS, drop_duplicates=drop)).reports["orders"].rows == rows


def test_an_expression_says_what_is_a_return(tmp_path: Path) -> None:
    path = write(
        tmp_path / "o.parquet", who=[1, 1], at=[NOON] * 2, money=[5.0, 5.0], bill=["536365", "C1"]
    )
    columns = {**COLUMNS, "is_return": SqlExpression("bill LIKE 'C%'")}

    rows = opened(Source(path, columns)).orders.order_by("is_return").to_pyarrow().to_pylist()

    assert [(row["is_return"], float(row["amount"])) for row in rows] == [(False, 5), (True, -5)]


def moment(at: object, time_zone: str | None, folder: Path) -> datetime | None:
    path = write(folder / "o.parquet", who=[1], at=[at], money=[1.0])
    return opened(Source(path, COLUMNS, time_zone=time_zone)).reports["orders"].first


@pytest.mark.parametrize("time_zone", [None, "Asia/Shanghai"])
@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 5, 1, 20, tzinfo=timezone(timedelta(hours=8))),
        "2024-05-01T20:00:00+08:00",
        "2024-05-01T20:00:00.000+0800",
        "2024-05-01 12:00:00Z",
        "2024-05-01 20:00:00 Asia/Shanghai",
    ],
)
def test_a_time_with_a_zone_is_converted(at: object, time_zone: str | None, tmp_path: Path) -> None:
    assert moment(at, time_zone, tmp_path) == NOON


@pytest.mark.parametrize("at", [datetime(2024, 5, 1, 20), "2024-05-01 20:00", "2024/5/1 20:00:00"])
def test_a_time_without_a_zone_is_of_the_tables_or_utc(at: object, tmp_path: Path) -> None:
    assert moment(at, None, tmp_path) == datetime(2024, 5, 1, 20)
    assert moment(at, "Asia/Shanghai", tmp_path) == NOON


def test_a_date_is_midnight_where_the_table_is(tmp_path: Path) -> None:
    for at in (date(2024, 5, 1), "2024-05-01"):
        assert moment(at, "Asia/Shanghai", tmp_path) == datetime(2024, 4, 30, 16)


def test_a_time_zone_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="there is no time zone 'Asia/Peking'; write one such as"):
        moment(NOON, "Asia/Peking", tmp_path)


def test_numbers_are_no_times_until_they_say_what_they_count(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"ordered_at is mapped to numbers.*to_timestamp\(column"):
        moment(1714564800, None, tmp_path)
    path = write(tmp_path / "o.parquet", who=[1], at=[1714564800], money=[1.0])
    seconds = {**COLUMNS, "ordered_at": SqlExpression('to_timestamp("at")')}
    assert opened(Source(path, seconds)).reports["orders"].first == NOON


def test_a_future_date_and_a_negative_amount_are_accepted(tmp_path: Path) -> None:
    path = write(tmp_path / "o.parquet", who=[1], at=[datetime(2999, 1, 1)], money=[-5.0])
    assert opened(Source(path, COLUMNS)).reports["orders"].last == datetime(2999, 1, 1)


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        (
            "money",
            ["1", "2", "n/a"],
            r"row 3 .* money, mapped to amount, has 'n/a', which is not a number; correct the rows,"
            r""" or write { sql = '''TRY_CAST\("money" AS DOUBLE\)''' }""",
        ),
        ("money", [1.0, 1e15, 1.0], r"row 2 .*'1000000000000000.0', .*at most 14 digits before"),
        (
            "at",
            ["2024-05-01", "17.05.2024", None],
            r"row 2 .*'17.05.2024', which is not a date.*strptime\(.at., '%d.%m.%Y'\)",
        ),
        ("at", ["", "2024-05-01", None], r"row 1 .*at, mapped to ordered_at, has '', which is not"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_repair(
    column: str, values: list[object], said: str, tmp_path: Path
) -> None:
    columns: dict[str, object] = {"who": [1] * 3, "at": [NOON] * 3, "money": [1.0] * 3}
    path = write(tmp_path / "o.parquet", **{**columns, column: values})
    with pytest.raises(TableError, match=said) as refused:
        opened(Source(path, COLUMNS))
    assert "\n" not in str(refused.value)


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
