"""Traits: cut at the as-of date like everything else, each counted by hand."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.errors import AsOfDateError, TableError
from features.history.before import History
from features.sources.source import Source
from features.tables import Tables, open_tables
from features.themes import Theme
from features.traits import Questions, build_traits, trait_table
from tests.features.streams import (
    CONNECTION,
    DAY,
    TABLES,
    TICK,
    TYPES,
    Row,
    Stream,
    T,
    anchor,
    written,
)

THEMES = (Theme("functional", ("quality", "质量"), ("tools",)), Theme("social", ("friends",)))


def rows_of(table: str, *rows: Row) -> Stream:
    """Rows of customer 1, known when they happened, in a project with an order of customer 0."""
    moment = TABLES[table].occurred
    full = [{"customer_id": "1", "known_at": row.get(moment or "", T), **row} for row in rows]
    return {"orders": [anchor(TABLES["orders"])], table: full}


def opened(stream: Stream, folder: Path, themes: tuple[Theme, ...] = THEMES) -> Tables:
    sources = {
        name: written(TABLES[name], rows, folder, TYPES["text"]) for name, rows in stream.items()
    }
    return open_tables(CONNECTION, sources, questions=Questions(themes=themes))


def traits_of(
    stream: Stream, folder: Path, as_of: datetime = T, questions: Questions | None = None
) -> dict[str, dict[str, Any]]:
    """By customer and trait."""
    history = History.before(opened(stream, folder), [as_of])
    found = build_traits(history, questions or Questions(themes=THEMES))
    return {
        customer_id: {name: values[i] for name, values in found.values.items()}
        for i, customer_id in enumerate(found.customer_ids.to_pylist())
    }


def events(*happened: tuple[str, datetime]) -> Stream:
    return rows_of("events", *({"kind": kind, "occurred_at": at} for kind, at in happened))


def texts(*given: tuple[str | None, datetime]) -> Stream:
    return rows_of("feedback", *({"text": text, "given_at": at} for text, at in given))


def test_social_events_of_91_days_are_counted_by_kind(folder: Path) -> None:
    stream = events(
        ("share", T - TICK),
        ("share", T - 91 * DAY + TICK),
        ("share", T - 91 * DAY),
        ("share", T),
        ("referral", T - DAY),
        ("visit", T - DAY),
    )

    found = traits_of(stream, folder)["1"]

    counted = {name: found[name] for name in ("shares", "comments", "likes", "referrals")}
    assert counted == {"shares": 2, "comments": 0, "likes": 0, "referrals": 1}
    assert found["engagements"] == 4


def test_a_project_says_which_kinds_are_social(folder: Path) -> None:
    stream = events(("tweet", T - DAY), ("repost", T - DAY), ("share", T - DAY))

    found = traits_of(stream, folder, questions=Questions({"shares": ("tweet", "repost")}))["1"]

    assert found["shares"] == 2
    assert "likes" not in found


def test_an_event_known_later_is_not_counted(folder: Path) -> None:
    stream = events(("share", T - DAY), ("share", T - DAY))
    stream["events"][1]["known_at"] = T + TICK

    assert traits_of(stream, folder)["1"]["shares"] == 1
    assert traits_of(stream, folder, T + DAY)["1"]["shares"] == 2


def test_the_latest_text_has_the_last_word_and_of_two_at_once_the_worse(folder: Path) -> None:
    good, bad = "great, I love it", "terrible, I hate it"
    once = texts((bad, T - 9 * DAY), (good, T - 2 * DAY), (None, T - DAY))
    at_once = texts((good, T - 2 * DAY), (bad, T - 2 * DAY))

    found = traits_of(once, folder)["1"]

    assert (found["last_tone"], found["days_since_last_text"]) == (1, 2)
    assert found["positive_texts_last_365_days"] == found["negative_texts_last_365_days"] == 1
    assert traits_of(at_once, folder)["1"]["last_tone"] == -1


def test_texts_a_year_old_keep_their_tone_and_are_no_longer_counted(folder: Path) -> None:
    stream = texts(("great quality", T - 365 * DAY))

    found = traits_of(stream, folder)["1"]

    assert (found["last_tone"], found["days_since_last_text"]) == (1, 365)
    assert (found["positive_texts_last_365_days"], found["theme_functional"]) == (0, 0)


def test_a_text_known_later_says_nothing_yet(folder: Path) -> None:
    stream = texts(("great quality", T - 9 * DAY), ("terrible, with friends", T - DAY))
    stream["feedback"][1]["known_at"] = T + TICK

    found = traits_of(stream, folder)["1"]

    assert (found["last_tone"], found["theme_functional"], found["theme_social"]) == (1, 1, 0)


def test_themes_count_lines_bought_and_texts_alike(folder: Path) -> None:
    line = {"category": "Tools", "amount": 5.0, "is_return": False}
    stream = texts(("质量很好", T - DAY), ("good quality among friends", T - DAY))
    stream["orders"] += [
        anchor(TABLES["orders"], at) | line | {"customer_id": "1"}
        for at in (T - DAY, T - 365 * DAY + TICK, T - 365 * DAY)
    ]
    returned = anchor(TABLES["orders"], T - DAY) | line | {"customer_id": "1", "is_return": True}
    stream["orders"].append(returned)

    found = traits_of(stream, folder)["1"]

    assert (found["theme_functional"], found["theme_social"]) == (2 + 2, 1)


def test_without_themes_asked_none_is_searched_for(folder: Path) -> None:
    tables = opened(texts(("quality", T - DAY)), folder, themes=())

    found = build_traits(History.before(tables, [T]), Questions())

    assert not [name for name in found.values if name.startswith("theme_")]


def test_themes_that_texts_were_not_searched_for_are_refused(folder: Path) -> None:
    history = History.before(opened(texts(("quality", T - DAY)), folder, themes=()), [T])

    with pytest.raises(TableError, match=r"not searched for \['theme_functional', 'theme_social'"):
        build_traits(history, Questions(themes=THEMES))


def test_attributes_are_those_last_known_and_blanks_are_unknown(folder: Path) -> None:
    stream = rows_of(
        "customers",
        {"region": " North ", "consent_email": True, "birth_year": 1984, "known_at": T - DAY},
        {"region": "South", "consent_email": False, "birth_year": 1985, "known_at": T},
        {"region": "West", "consent_email": True, "birth_year": 1986, "known_at": T + TICK},
        {"customer_id": "2", "region": " ", "known_at": T},
    )
    stream["customers"][3] |= {"consent_email": None, "birth_year": None}

    before = traits_of(stream, folder, T - TICK, Questions())["1"]
    after = traits_of(stream, folder, T, Questions())
    unknown = after["2"]

    assert before == {"region": "North", "consent_email": 1, "age_in_years": 40}
    assert after["1"] == {"region": "South", "consent_email": 0, "age_in_years": 39}
    assert unknown["region"] is None
    assert np.isnan([unknown["consent_email"], unknown["age_in_years"]]).all()


def test_attributes_of_the_projects_own_are_traits(folder: Path) -> None:
    stream = rows_of("customers", {"region": "North"})
    renamed = {"customer_id": "customer_id", "lives_in": "region"}
    sources = {"orders": written(TABLES["orders"], stream["orders"], folder, TYPES["text"])}
    place = written(TABLES["customers"], stream["customers"], folder, TYPES["text"]).place
    tables = open_tables(CONNECTION, sources | {"customers": Source(place, renamed)})

    found = build_traits(History.before(tables, [T]), Questions())

    assert found.values["lives_in"].tolist() == ["North"]


@pytest.mark.parametrize("name", ["likes", "engagements", "present"])
def test_an_attribute_with_the_name_of_a_count_is_refused(name: str, folder: Path) -> None:
    stream = events(("share", T - DAY)) | rows_of("customers", {"region": "North"})
    place = written(TABLES["customers"], stream.pop("customers"), folder, TYPES["text"]).place
    sources = {
        name: written(TABLES[name], rows, folder, TYPES["text"]) for name, rows in stream.items()
    }
    liked = Source(place, {"customer_id": "customer_id", name: "region"})
    tables = open_tables(CONNECTION, sources | {"customers": liked})

    with pytest.raises(TableError, match=rf"attributes \['{name}'\] have names of counts"):
        build_traits(History.before(tables, [T]), Questions())


def test_a_project_of_orders_alone_has_no_traits(folder: Path) -> None:
    tables = opened({"orders": [anchor(TABLES["orders"])]}, folder)

    assert trait_table(History.before(tables, [T]), Questions()) is None


def test_several_dates_at_once_are_refused(folder: Path) -> None:
    history = History.before(opened(events(("share", T)), folder), [T, T + DAY])

    with pytest.raises(AsOfDateError, match="traits are of one as-of date, found 2"):
        build_traits(history, Questions())
