"""Cursors: what was signed is read back, and nothing else is."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.at_risk import Query, at_risk, pages
from serving.cursors import Cursor, read_cursor, signed
from serving.errors import QueryError, RunGoneError
from serving.selection import Selection
from serving.store import Store
from tests.serving.conftest import Place
from tests.serving.records import scored, write

SECRET = b"s" * 32
CURSOR = Cursor("list", 3, 0.1 + 0.2, "canary-4711")


@pytest.fixture
def store(place: Place) -> Store:
    store = Store(place)
    write(store, [scored(f"{i}", i / 9) for i in range(9)])
    return store


def next_of(store: Store, query: Query) -> str:
    cursor = at_risk(store, query, "EUR").next
    assert cursor is not None
    return cursor


@given(
    st.integers(1, 2**40),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
)
def test_a_cursor_is_read_as_it_was_signed(run: int, key: float | None, customer_id: str) -> None:
    cursor = Cursor("list", run, key, customer_id)
    text = signed(cursor, SECRET)
    assert set(text) <= {*string.ascii_letters, *string.digits, "-", "_"}
    assert read_cursor(text, "list", SECRET) == cursor


@given(st.data())
def test_a_cursor_that_was_altered_anywhere_is_refused(data: st.DataObject) -> None:
    text = signed(CURSOR, SECRET)
    place = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.text(max_size=2).filter(lambda other: other != text[place]))
    with pytest.raises(QueryError, match="was altered on the way") as refused:
        read_cursor(text[:place] + put + text[place + 1 :], "list", SECRET)
    assert "canary" not in str(refused.value)
    assert refused.value.parameter == "cursor"


@given(st.text())
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(QueryError, match="not given out by this store"):
        read_cursor(text, "list", SECRET)


def test_a_cursor_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.db")
    write(other, [scored(f"{i}", i / 9) for i in range(9)])
    with pytest.raises(QueryError, match="not given out by this store"):
        at_risk(store, Query(2), "EUR", next_of(other, Query(2)))


@pytest.mark.parametrize(
    "other",
    [Selection(tier="high"), Selection(sort="value_at_risk"), Selection(least_probability=0.0)],
)
def test_a_cursor_of_another_list_is_refused(store: Store, other: Selection) -> None:
    with pytest.raises(QueryError, match="belongs to a list with other filters"):
        at_risk(store, Query(2, other), "EUR", next_of(store, Query(2)))


def test_language_length_and_segments_may_change_from_page_to_page(store: Store) -> None:
    cursor = next_of(store, Query(2))
    page = at_risk(store, Query(3, language="zh", with_segments=True), "EUR", cursor)
    assert [line.customer_id for line in page.lines] == ["6", "5", "4"]


def test_a_cursor_outlives_new_runs_until_its_own_is_given_up(store: Store) -> None:
    cursor = next_of(store, Query(2))
    for _ in range(2):
        write(store, [scored("new")])
        page = at_risk(store, Query(2), "EUR", cursor)
        assert [line.customer_id for line in page.lines] == ["6", "5"]

    write(store, [scored("new")])

    with pytest.raises(RunGoneError, match="begin anew without a cursor"):
        at_risk(store, Query(2), "EUR", cursor)


def test_a_list_under_way_breaks_off_when_its_run_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.at_risk.PAGE", 2)
    found = pages(store, Query(9), "EUR")
    next(found)
    for _ in range(3):
        write(store, [scored("new")])
    with pytest.raises(RunGoneError, match="no longer kept"):
        next(found)
