"""CSV files as they come: other delimiters, encodings, dates, and lines that are broken."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest

from features.contract import ORDERS
from features.engines import connect
from features.errors import TableError
from features.sources.csv_files import broken_lines
from features.sources.source import Files, Source, SqlExpression
from features.tables import TableReport, Tables, open_tables

COLUMNS: dict[str, str | SqlExpression] = {
    "customer_id": "who",
    "ordered_at": "at",
    "amount": "money",
}
HEADER = "who,at,money\n"
LINE = "1,2024-05-01,5\n"
MANY = LINE * 30_000  # more than a first look at the file takes in


def report(
    folder: Path, text: str | bytes, mapped: dict[str, str] | None = None, **options: object
) -> TableReport:
    return read(folder, text, mapped, **options).reports["orders"]


def read(
    folder: Path, text: str | bytes, mapped: dict[str, str] | None = None, **options: object
) -> Tables:
    path = folder / "o.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    columns = {**COLUMNS, **{name: SqlExpression(sql) for name, sql in (mapped or {}).items()}}
    files = Files(path, **options)  # type: ignore[arg-type]
    return open_tables(connect(), {"orders": Source(files, columns)})


def refused(folder: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(TableError) as error:
        report(folder, text, **options)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
    return str(error.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_yields_the_mapped_columns(
    delimiter: str, tmp_path: Path
) -> None:
    text = '"who";"note, with | and\tall";at;money\n1;"a, b";2024-05-01;5\n'
    assert report(tmp_path, text.replace(";", delimiter)).rows == 1


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(ends: str, tmp_path: Path) -> None:
    assert report(tmp_path, (HEADER + LINE * 3).replace("\n", ends)).rows == 3


@pytest.mark.parametrize("value", ['"a, b"', '"a ""b"""', '"a\nb"', '15" pipe', "it's"])
def test_a_value_may_hold_a_delimiter_a_quote_or_a_line_break(value: str, tmp_path: Path) -> None:
    text = f"at,money,who\n2024-05-01,5,{value}\n2024-05-01,5,{value}\n"
    customers = read(tmp_path, text).orders.customer_id
    assert customers.nunique().to_pyarrow().as_py() == 1


@pytest.mark.parametrize("later", ["1.5", "-1e3", ""])
def test_a_column_may_turn_from_whole_numbers_into_others(later: str, tmp_path: Path) -> None:
    assert report(tmp_path, HEADER + MANY + f"1,2024-05-01,{later}\n").rows == 30_001


def test_dates_may_turn_into_times_with_zones(tmp_path: Path) -> None:
    text = HEADER + MANY + "1,2024-06-01T20:00:00+08:00,5\n"
    assert report(tmp_path, text).last == datetime(2024, 6, 1, 12)


@pytest.mark.parametrize("at", ["25/12/2024", "12/25/2024", "25.12.2024"])
def test_dates_are_read_by_the_day_that_can_be_no_month(at: str, tmp_path: Path) -> None:
    assert report(tmp_path, f"{HEADER}1,{at},5\n").last == datetime(2024, 12, 25)


def test_dates_whose_day_and_month_could_change_places_are_refused(tmp_path: Path) -> None:
    text = HEADER + "1,01/02/2024,5\n1,03/04/2024,5\n"
    said = refused(tmp_path, text)

    assert "in every row of 'at' day and month could change places (such as '01/02/2024')" in said
    american = report(tmp_path, text, {"ordered_at": """strptime("at", '%m/%d/%Y')"""})
    assert american.last == datetime(2024, 3, 4)


def test_a_value_of_another_type_is_named_by_line_and_may_be_read_as_null(tmp_path: Path) -> None:
    text = HEADER + MANY + "1,2024-05-01,abc\n"

    assert refused(tmp_path, text) == (
        "orders: o.csv, line 30002: column 'money' holds 'abc', which is not a number; correct the "
        """line, or write { sql = '''TRY_CAST("money" AS DOUBLE)''' } (null where it does not """
        "fit) in [tables.orders.columns]"
    )
    assert report(tmp_path, text, {"amount": "TRY_CAST(money AS DOUBLE)"}).rows == 30_001


def test_an_expression_meets_the_same_refusal(tmp_path: Path) -> None:
    text = HEADER + MANY + "1,2024-05-01,abc\n"
    with pytest.raises(TableError, match=r"line 30002: column 'money' holds 'abc'"):
        report(tmp_path, text, {"amount": "money * 2"})


def test_what_is_not_mapped_cannot_fail(tmp_path: Path) -> None:
    lines = ["who,at,money,rest\n", "1,2024-05-01,5,7\n" * 30_000, "1,2024-05-01,5,abc\n"]
    assert report(tmp_path, "".join(lines)).rows == 30_001


@pytest.mark.parametrize("before", ["", LINE * 30_000])
@pytest.mark.parametrize(("line", "found"), [("1,2024-05-01,3,4\n", 4), ("1,2024-05-01\n", 2)])
def test_a_line_of_another_width_is_named_or_skipped_and_counted(
    before: str, line: str, found: int, tmp_path: Path
) -> None:
    text = HEADER + before + line + LINE
    number = before.count("\n") + 2

    assert f"o.csv, line {number}: expected 3 columns, found {found}; correct" in refused(
        tmp_path, text
    )

    connection = connect()
    source = Source(Files(tmp_path / "o.csv", skip_broken_lines=True), COLUMNS)
    tables = open_tables(connection, {"orders": source})
    assert tables.reports["orders"].rows == number - 1
    assert broken_lines(connection, ORDERS) == 1


def test_a_quote_that_never_closes_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path, HEADER + LINE + '"1,2024-05-01,5\n' + LINE * 9)
    assert "o.csv, line 3: a quote is opened and never closed; correct the line" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sales of May\nby hand, today\n" + HEADER + LINE, "the header stands in line 3, not in"),
        (LINE * 5, "line 1 holds none of the mapped columns ['at', 'money', 'who']; found ['1', "),
        ("a,b,c\n" + LINE, "found ['a', 'b', 'c']; if that is not a header, put one there, else"),
        (HEADER, "o.csv has no rows; point [tables.orders] at the data"),
    ],
)
def test_a_beginning_that_is_no_header_is_called_so(text: str, said: str, tmp_path: Path) -> None:
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("gb18030", "byte 0xd5 is not UTF-8, while the file could be read as gb18030; set enc"),
        ("utf-16", "line 1: byte 0xff is not UTF-8, while the file could be read as utf-16"),
    ],
)
def test_another_encoding_is_recognised_and_read_once_named(
    encoding: str, said: str, tmp_path: Path
) -> None:
    text = (HEADER + MANY + "张三,2024-05-01,5\n").encode(encoding)

    assert said in refused(tmp_path, text)
    customers = read(tmp_path, text, encoding=encoding).orders.customer_id
    assert customers.nunique().to_pyarrow().as_py() == 2


def test_a_european_encoding_is_recognised(tmp_path: Path) -> None:
    text = (HEADER + "José Müller,2024-05-01,5\n").encode("cp1252")
    assert "line 2: byte 0xe9 is not UTF-8, while the file could be read as cp1252; set enc" in (
        refused(tmp_path, text)
    )


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("gb18030", "o.csv is not written in gb18030: "),
        ("gbx", "there is no encoding 'gbx'; write one such as"),
    ],
)
def test_an_encoding_that_is_not_the_files_is_refused(
    encoding: str, said: str, tmp_path: Path
) -> None:
    text = (HEADER + "José,2024-05-01,5\n").encode("latin-1")
    assert said in refused(tmp_path, text, encoding=encoding)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert report(tmp_path, (HEADER + LINE).encode("utf-8-sig")).rows == 1


def test_a_torn_compressed_file_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = gzip.compress((HEADER + MANY).encode())
    (tmp_path / "o.csv.gz").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(TableError, match=r"o.csv.gz") as said:
        open_tables(connect(), {"orders": Source(tmp_path / "o.csv.gz", COLUMNS)})
    assert "\n" not in str(said.value)
