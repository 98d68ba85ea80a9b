"""Sources in the project file: kinds of places, and passwords that stay out of it."""

from pathlib import Path

import pytest

from features.sources.source import DuckDBFile, Files, Lookup, PostgreSQL, Relation
from retinue.errors import ProjectError
from retinue.project import Project
from tests.simulation import PROJECT

SOURCE = 'source = "orders.parquet"'


def read(folder: Path, keys: str, environment: dict[str, str] | None = None) -> Project:
    (folder / "retinue.toml").write_text(PROJECT.replace(SOURCE, keys, 1), encoding="utf-8")
    return Project.read(folder, environment or {})


def test_each_kind_of_place(tmp_path: Path) -> None:
    def place(keys: str) -> object:
        return read(tmp_path, keys).sources["orders"].place

    assert place('source = "o/*.csv"\nencoding = "gb18030"\nskip_broken_lines = true') == Files(
        tmp_path / "o/*.csv", "gb18030", skip_broken_lines=True
    )
    assert place('source = "shop.duckdb"\ntable = "sales"') == DuckDBFile(
        tmp_path / "shop.duckdb", Relation(table="sales")
    )
    assert place('source = "postgresql://me@host/db"\nquery = "SELECT 1"') == PostgreSQL(
        "postgresql://me@host/db", Relation(query="SELECT 1")
    )


def test_rules_of_reading_and_a_lookup_in_a_database(tmp_path: Path) -> None:
    lookup = 'lookup = { source = "l.duckdb", table = "t", key = "k" }'
    source = read(
        tmp_path, f'{SOURCE}\ntime_zone = "Asia/Shanghai"\ndrop_duplicates = true\n{lookup}'
    ).sources["orders"]

    assert source.time_zone == "Asia/Shanghai"
    assert source.drop_duplicates
    assert source.lookup == Lookup(DuckDBFile(tmp_path / "l.duckdb", Relation("t")), "k")


def test_a_placeholder_is_filled_in_and_escaped(tmp_path: Path) -> None:
    environment = {"KEY": "a/@:b", "URL": "postgresql://me:a%2F@host/db"}

    part = read(tmp_path, 'source = "postgresql://me:${KEY}@host/db"\ntable = "t"', environment)
    whole = read(tmp_path, 'source = "${URL}"\ntable = "t"', environment)

    assert part.sources["orders"].place == PostgreSQL(
        "postgresql://me:a%2F%40%3Ab@host/db", Relation("t")
    )
    assert whole.sources["orders"].place == PostgreSQL(environment["URL"], Relation("t"))
    assert "a%2F" not in repr(part.sources) + repr(whole.sources)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('source = "postgresql://me:secret@h/db"\ntable = "t"', "source holds a password; write"),
        ('source = "postgresql://h/db?password=secret"\ntable = "t"', "source holds a password"),
        ('source = "postgresql://me:se/cret@h/db"\ntable = "t"', "source holds a password"),
        ('source = "postgresql://me:${KEY}@h/db"\ntable = "t"', r"asks for \$\{KEY\}; set KEY in"),
        ('source = "postgresql://h/db"', 'say what to read of the database: either table = "'),
        ('source = "s.duckdb"\ntable = "t"\nquery = "SELECT 1"', "either table = .* or query"),
        (f'{SOURCE}\ntable = "t"', "table and query are for a database, and 'orders.parquet' is"),
        ('source = ["postgresql://me:secret@h/db"]', r"source: .* found \['postgresql://me:\*\*\*"),
    ],
)
def test_a_mistake_is_named_in_one_line_without_its_password(
    keys: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ProjectError, match=said) as refused:
        _ = read(tmp_path, keys).sources
    assert "\n" not in str(refused.value)
    assert "cret" not in str(refused.value)
