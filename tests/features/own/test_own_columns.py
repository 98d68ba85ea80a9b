"""A table of one's own columns: read, told apart, and encoded by a stored vocabulary."""

from pathlib import Path

import numpy as np
import pytest

from features.engines import connect
from features.errors import TableError
from features.feature import Words
from features.own.encoding import encode, others
from features.own.inference import infer
from features.own.reading import read_own_table
from features.own.schema import OwnColumn, OwnFeatures
from tests.own_tables import lines, read, source_of


def test_each_column_is_told_and_what_says_nothing_is_left_out(tmp_path: Path) -> None:
    inferred = infer(*read(lines(), tmp_path, group="household"))

    kinds = {column.name: column.kind for column in inferred.features.columns}
    assert kinds == {"plan": "category", "months": "number", "fee": "number"}
    assert inferred.left_out["country"] == "it says 'FR' of everyone"
    assert "dates" in inferred.left_out["joined"]


def test_the_order_of_lines_decides_nothing(tmp_path: Path) -> None:
    rows = lines()
    table, source = read(rows, tmp_path)
    turned, _ = read(rows[::-1], tmp_path)

    features = infer(table, source).features
    assert infer(turned, source).features == features
    np.testing.assert_array_equal(encode(turned, features).values, encode(table, features).values)


def test_a_blank_is_null_and_an_unseen_category_is_other(tmp_path: Path) -> None:
    table, source = read(lines(), tmp_path)
    features = infer(table, source).features
    rows = lines(3)
    rows[1]["plan"], rows[2]["plan"], rows[2]["months"] = "Lifetime", "", "7"

    found = encode(read(rows, tmp_path)[0], features)

    assert np.isnan(found.column("fee")).tolist() == [True, False, False]
    assert found.column("plan")[1] == 3.0  # one beyond the three plans
    assert np.isnan(found.column("plan")[2])
    assert found.column("months")[2] == 7.0
    assert others(found.values, features) == [[], ["plan"], []]


def test_a_category_of_few_customers_counts_as_other(tmp_path: Path) -> None:
    rows = lines()
    for row in rows[:9]:
        row["plan"] = "Lifetime"
    table, source = read(rows, tmp_path)

    features = infer(table, source).features

    plan = features.columns[features.names.index("plan")]
    assert sorted(plan.categories) == ["Monthly", "Two years", "Yearly"]
    assert (encode(table, features).column("plan")[:9] == plan.other).all()


def test_a_few_words_among_numbers_are_named_not_guessed(tmp_path: Path) -> None:
    rows = lines()
    rows[3]["months"] = "n/a"
    inferred = infer(*read(rows, tmp_path))
    assert "'n/a'" in inferred.left_out["months"]


def test_whole_numbers_written_as_floats_are_the_same_labels(tmp_path: Path) -> None:
    rows = lines()
    for row in rows:
        row["left"] = "1.0" if row["left"] == "yes" else "0.0"
    table, _ = read(rows, tmp_path)
    assert set(table.column("left").texts) == {"1", "0"}


def test_customers_twice_are_refused_with_their_count(tmp_path: Path) -> None:
    rows = lines(200)
    with pytest.raises(TableError, match=r"2 ids in member stand in more than one row \(203 rows"):
        read([*rows, rows[0], rows[0], rows[7]], tmp_path)


def test_a_row_without_an_id_is_refused(tmp_path: Path) -> None:
    rows = lines(200)
    rows[5]["member"] = " "
    with pytest.raises(TableError, match="1 of 200 rows have no member"):
        read(rows, tmp_path)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    table, source = read(lines(), tmp_path, exclude=("colour",))
    with pytest.raises(TableError, match=r"no column 'colour'.*correct \[own_features\]"):
        infer(table, source)


def test_a_missing_file_is_said_in_the_sections_own_name(tmp_path: Path) -> None:
    nowhere = source_of(tmp_path / "nobody.csv")
    with pytest.raises(TableError, match=r"no file .*; correct the path in \[own_features\]"):
        read_own_table(connect(), nowhere)


def test_a_name_with_braces_can_be_said() -> None:
    column = OwnColumn("a{b}", "number", (), Words("a{b}", "a{b}"))
    assert column.phrase.en.format(value="5") == "A{b}: 5"


def test_other_vocabularies_are_other_features() -> None:
    one = OwnFeatures((OwnColumn("plan", "category", ("a", "b"), Words("p", "p")),))
    two = OwnFeatures((OwnColumn("plan", "category", ("b", "a"), Words("p", "p")),))
    assert one.hash != two.hash
