"""The history of champions: its order is that of its lines."""

from pathlib import Path

from scoring.succession import PROMOTE, Change, Succession


def test_clock_who_was_champion_before_is_told_by_the_order_of_the_changes(tmp_path: Path) -> None:
    succession = Succession(tmp_path)
    line = [None, "a", "b", "c"]
    for year, before, after in zip((2036, 2026, 2016), line, ("a", "b", "c"), strict=False):
        succession.begin(Change(f"{year}-01-01T00:00:00+00:00", "me@here", PROMOTE, before, after))
        assert succession.unfinished()
        succession.complete()

    assert succession.previous("c") == "b"
    assert [change.after for change in succession.changes()] == ["a", "b", "c"]
