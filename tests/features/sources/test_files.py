"""Files by name, by folder and by pattern."""

import os
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from features.contract import ORDERS
from features.engines import connect
from features.errors import TableError
from features.sources.files import files_of
from features.sources.mapping import map_source
from features.sources.source import Files, Source, SqlExpression

COLUMNS: dict[str, str | SqlExpression] = {
    "customer_id": "who",
    "ordered_at": "at",
    "amount": "money",
}
NOON = datetime(2024, 5, 1, 12)


def write(path: Path, who: int, **more: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table({"who": [who], "at": [NOON], "money": [1.5], **more}), path)


def customers(place: Path, **columns: str | SqlExpression) -> list[str]:
    source = Source(place, {**COLUMNS, **columns})
    ids = map_source(connect(), ORDERS, source).to_pyarrow()["customer_id"].to_pylist()
    return sorted(str(one) for one in ids)


def test_a_folder_of_parquet_is_one_table_matched_by_name(tmp_path: Path) -> None:
    write(tmp_path / "orders" / "2023" / "a.parquet", 1)
    write(tmp_path / "orders" / "b.parquet", 2, channel=["web"])
    (tmp_path / "orders" / "_SUCCESS").touch()

    assert customers(tmp_path / "orders", channel="channel") == ["1", "2"]


def test_a_pattern_names_files(tmp_path: Path) -> None:
    for day in (1, 2):
        write(tmp_path / "orders" / f"day{day}.parquet", day)
        text = f"who\tat\tmoney\n{day}\t2024-05-01\t1,5\n"
        (tmp_path / f"day{day}.tsv").write_text(text, "utf-8")

    assert customers(tmp_path / "orders" / "day?.parquet") == ["1", "2"]
    comma = SqlExpression("CAST(replace(money, ',', '.') AS DOUBLE)")
    assert customers(tmp_path / "*.tsv", amount=comma) == ["1", "2"]


def test_csv_files_with_different_headers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("who,at,money\n1,2024-05-01,1\n", "utf-8")
    (tmp_path / "b.csv").write_text("at,who,money\n2024-05-01,1,1\n", "utf-8")
    with pytest.raises(TableError, match=r"b.csv has other columns than .*a.csv.*same header"):
        customers(tmp_path / "*.csv")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("orders", "the folder .*orders holds no .parquet file; correct the path"),
        ("*.parquet", r"no file is named like .*\*.parquet; correct the path"),
        ("*.*", "names both Parquet and CSV files; name those of one kind"),
    ],
)
def test_files_that_make_no_table_are_refused(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    if name == "*.*":
        write(tmp_path / "a.parquet", 1)
        (tmp_path / "b.csv").write_text("who\n", "utf-8")
    with pytest.raises(TableError, match=said):
        customers(tmp_path / name)


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_an_empty_file_is_called_empty(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"o.{ending}").touch()
    with pytest.raises(TableError, match=rf"o.{ending} is an empty file \(0 bytes\); write or"):
        customers(tmp_path / f"o.{ending}")


@pytest.mark.parametrize("ending", ["csv.gz", "parquet"])
def test_a_file_that_is_not_what_its_ending_says_is_refused_in_one_line(
    ending: str, tmp_path: Path
) -> None:
    (tmp_path / f"o.{ending}").write_text("who,at,money\n" * 99, "utf-8")
    with pytest.raises(TableError, match=rf"o.{ending} cannot be read: .*check that the") as said:
        customers(tmp_path / f"o.{ending}")
    assert "\n" not in str(said.value)


def test_a_torn_parquet_file_is_refused_in_one_line(tmp_path: Path) -> None:
    write(tmp_path / "o.parquet", 1)
    whole = (tmp_path / "o.parquet").read_bytes()
    (tmp_path / "o.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match=r"o.parquet cannot be read: No magic bytes .*whole"):
        customers(tmp_path / "o.parquet")


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "o.parquet", 1)

    def locked(path: Path, mode: str) -> None:  # root may read everything, so chmod does not do
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(TableError, match=r"o.parquet cannot be opened: Permission denied; give"):
        files_of(ORDERS, Files(tmp_path / "o.parquet"))
