"""Churn that is an event: what decides who can churn lies before T, the label lies past it."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from features.build import FeatureRows, build_features
from features.history.before import History
from features.online import OnlineFeatures, OnlinePlan
from features.tables import Tables
from features.traits import Questions
from scoring.churn_definition import Event
from scoring.errors import DefinitionError
from tests.features.streams import Row, opened
from training.errors import TrainingError
from training.labels import churned
from training.snapshots import build_snapshots

T = datetime(2024, 3, 1)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DID = Event(("cancel", "close"), "did", horizon_days=28, gap_days=7)
DID_NOT = Event(("login",), "did_not", horizon_days=28, gap_days=7, recent_days=30)


def event(customer_id: str, at: timedelta, kind: str, late: timedelta = timedelta(0)) -> Row:
    moment = T + at
    return {"customer_id": customer_id, "occurred_at": moment, "kind": kind,
            "known_at": moment + late}  # fmt: skip


def tables_of(folder: Path, *events: Row, asked: tuple[Event, ...] = (DID, DID_NOT)) -> Tables:
    """Customers a to d who ordered 100 days before T, and events to 200 days after it."""
    ordered = [{"customer_id": name, "ordered_at": T - 100 * DAY, "amount": 1.0} for name in "abcd"]
    kinds = [event("d", 200 * DAY, kind) for kind in ("cancel", "close", "login")]
    found = opened({"orders": ordered, "events": [*events, *kinds]}, folder)
    questions = Questions(asked=tuple(one.kinds for one in asked))
    return Tables(found.rows, found.reports, questions=questions)


def described(tables: Tables, at: datetime = T) -> FeatureRows:
    return build_features(History.before(tables, [at]))


@pytest.mark.parametrize(
    ("kind", "at", "is_in_window"),
    [
        pytest.param("cancel", 7 * DAY - SECOND, False, id="in the gap"),
        pytest.param("cancel", 7 * DAY, True, id="at the window's begin"),
        pytest.param("close", 35 * DAY - SECOND, True, id="another kind, at the very end"),
        pytest.param("cancel", 35 * DAY, False, id="after the window"),
        pytest.param("cancel", -DAY, False, id="before T"),
        pytest.param("visit", 10 * DAY, False, id="of no such kind"),
    ],
)
def test_an_event_in_the_window_is_churn_or_the_want_of_it(
    kind: str, at: timedelta, is_in_window: bool, tmp_path: Path
) -> None:
    tables = tables_of(tmp_path, event("a", at, kind))
    rows = described(tables)
    did_not = Event(DID.kinds, "did_not", horizon_days=28, gap_days=7, recent_days=30)

    assert churned(tables, DID, rows).tolist() == [is_in_window, False, False, False]
    assert churned(tables, did_not, rows).tolist() == [not is_in_window, True, True, True]


def test_a_label_is_the_truth_however_late_it_became_known(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, event("a", 10 * DAY, "cancel", late=60 * DAY))
    assert churned(tables, DID, described(tables)).tolist() == [True, False, False, False]


def test_who_can_churn_is_decided_by_what_was_known(tmp_path: Path) -> None:
    tables = tables_of(
        tmp_path,
        event("a", -30 * DAY + SECOND, "login"),  # 29 whole days ago
        event("b", -30 * DAY, "login"),
        event("c", -2 * DAY, "login", late=3 * DAY),  # not known before T + 1 day
        event("a", -5 * DAY, "cancel"),
        event("b", -5 * DAY, "close", late=6 * DAY),
        event("c", SECOND, "cancel"),
    )
    rows = described(tables)
    eligible, gone = "eligible", "already_churned"

    assert DID_NOT.statuses(rows).tolist() == [eligible, gone, "never_did", "never_did"]
    assert DID.statuses(rows).tolist() == [gone, eligible, eligible, eligible]
    lately = Event(DID.kinds, "did", horizon_days=28, recent_days=5)
    assert lately.statuses(rows).tolist() == [eligible] * 4
    later = described(tables, T + DAY)
    assert DID_NOT.statuses(later).tolist() == [gone, gone, eligible, "never_did"]


def test_tenure_counts_and_those_left_out_are_counted_by_cause(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, event("a", -DAY, "login"), event("b", -40 * DAY, "login"))
    new = Event(("login",), "did_not", 28, recent_days=30, minimum_tenure_days=101)

    found = build_snapshots(tables, DID_NOT, [T])

    assert found.excluded == {"2024-03-01": {"already_churned": 1, "never_did": 2}}
    assert found.churned.tolist() == [True]
    assert new.statuses(described(tables))[0] == "too_new"


def test_one_customer_alone_has_the_status_of_the_batch(tmp_path: Path) -> None:
    events = [event("a", -3 * DAY, "login"), event("a", -2 * DAY, "login", late=3 * DAY)]
    tables = tables_of(tmp_path, *events)
    columns = {"orders": ("customer_id", "ordered_at", "amount"), "events": tuple(events[0])}
    online = OnlineFeatures(OnlinePlan.of(columns, questions=tables.questions))
    order = {"customer_id": "a", "ordered_at": T - 100 * DAY, "amount": 1.0}

    alone = online.rows({"orders": pa.Table.from_pylist([order]),
                         "events": pa.Table.from_pylist(events)}, T)  # fmt: skip

    batch = described(tables)
    for name, values in batch.asked.items():
        np.testing.assert_array_equal(alone.asked[name], values[:1])
    assert batch.asked["days_since_last_event_of:login"].tolist()[0] == 3
    assert DID_NOT.statuses(alone).tolist() == DID_NOT.statuses(batch)[:1].tolist()


def test_rows_that_were_not_asked_are_refused(tmp_path: Path) -> None:
    rows = described(tables_of(tmp_path, asked=(DID,)))
    with pytest.raises(DefinitionError, match=r"of kind login, .* run `retinue score` again"):
        DID_NOT.statuses(rows)


def test_a_kind_that_never_occurs_is_named_beside_those_that_do(tmp_path: Path) -> None:
    tables = tables_of(tmp_path)
    with pytest.raises(TrainingError, match=r"no event is of kind logon; found .*login.*\[churn\]"):
        churned(tables, Event(("logon",), "did", horizon_days=28), described(tables))


def test_a_window_must_end_within_the_events(tmp_path: Path) -> None:
    tables = tables_of(tmp_path)
    known = described(tables, T + 165 * DAY)
    assert churned(tables, DID, known).tolist() == [False] * 4
    with pytest.raises(TrainingError, match=r"after the last event \(2024-09-17\)"):
        churned(tables, DID, described(tables, T + 165 * DAY + SECOND))


def test_without_events_it_says_so(tmp_path: Path) -> None:
    ordered = [{"customer_id": "a", "ordered_at": T - DAY, "amount": 1.0}]
    tables = opened({"orders": ordered}, tmp_path)
    with pytest.raises(TrainingError, match=r"there is no \[tables.events\]; add it"):
        churned(tables, DID, described(tables))
