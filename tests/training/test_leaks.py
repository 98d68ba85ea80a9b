"""A model is refused what tells the answer, before it is fitted; honest data passes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from features.build import FeatureRows
from features.catalog import NAMES
from features.history import orders as order_history
from features.history.cut import once_per_date
from retinue.commands.configuring import config_of
from tests.conftest import Trained
from training import train as training
from training.errors import TrainingError
from training.leaks import refuse_leaks, telling_features
from training.snapshots import Snapshots, build_snapshots
from training.splits import TimeSplit, split_dates


@dataclass(frozen=True)
class Ready:
    """A project just before it is fitted."""

    trained: Trained
    split: TimeSplit
    snapshots: Snapshots

    def refuse(self, snapshots: Snapshots | None = None, **changed: Any) -> None:
        """Look for leaks in it, or in what was planted."""
        churn = self.trained.project.churn
        given = {"split": self.split, "snapshots": snapshots or self.snapshots, **changed}
        refuse_leaks(self.trained.tables, churn, **given)


@pytest.fixture(scope="module")
def ready(trained: Trained) -> Ready:
    split = split_dates(config_of(trained.project), trained.tables)
    snapshots = build_snapshots(trained.tables, trained.project.churn, split.dates)
    return Ready(trained, split, snapshots)


def planted(snapshots: Snapshots, name: str, column: NDArray[Any]) -> Snapshots:
    values = snapshots.rows.values.copy()
    values[:, NAMES.index(name)] = column
    rows = FeatureRows(snapshots.rows.customer_ids, snapshots.rows.as_of, values)
    return replace(snapshots, rows=rows)


def test_an_honest_company_passes(ready: Ready) -> None:
    ready.refuse()


@pytest.mark.parametrize(
    "tell",
    [
        pytest.param(lambda left: left.astype(float), id="the label itself"),
        pytest.param(lambda left: np.where(left, np.nan, 3.0), id="null for those who left"),
        pytest.param(lambda left: np.where(left, 1.0, np.arange(len(left)) % 2 * 2), id="codes"),
        pytest.param(lambda left: np.arange(len(left)) * np.where(left, -1.0, 1.0), id="a number"),
    ],
)
def test_a_column_that_tells_the_label_is_named(
    tell: Callable[[NDArray[np.bool_]], NDArray[Any]], ready: Ready
) -> None:
    column = tell(ready.snapshots.churned)
    # No feature of orders alone is wrong here: only the label is.
    found = [*telling_features(column.reshape(-1, 1), ready.snapshots.churned)]
    assert [place for place, _ in found] == [0]


def test_a_planted_label_is_refused_before_anything_is_fitted(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaky = planted(ready.snapshots, "tickets_in_total", ready.snapshots.churned)
    monkeypatch.setattr(training, "build_snapshots", lambda *_: leaky)
    monkeypatch.setattr("training.leaks._refuse_what_was_not_known", lambda *_: None)
    monkeypatch.setattr(training, "fit_churn", lambda *_: pytest.fail("it was fitted"))
    config = config_of(ready.trained.project)

    with pytest.raises(TrainingError, match=r"tickets_in_total \(ROC AUC 1.0000\).*allow_features"):
        training.train(config, ready.trained.tables, data_hash="", created_at="")


def test_a_named_feature_may_tell(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = planted(ready.snapshots, "tickets_in_total", ready.snapshots.churned)
    monkeypatch.setattr("training.leaks._refuse_what_was_not_known", lambda *_: None)
    ready.refuse(leaky, allowed=("tickets_in_total",))


def test_strong_is_not_telling() -> None:
    random = np.random.default_rng(1)
    left = random.random(2000) < 0.3
    strong = random.normal(size=2000) + 3.0 * left  # ranks with .983
    few = np.arange(60) < 49

    assert [*telling_features(strong.reshape(-1, 1), left)] == []
    assert [*telling_features(few.astype(float).reshape(-1, 1), few)] == []


def test_a_column_of_the_future_is_refused(ready: Ready) -> None:
    date = ready.split.fit[-1]
    later = ready.snapshots.rows.column("orders_in_total") + 1
    later[ready.snapshots.rows.as_of != np.datetime64(date)] -= 1
    leaky = planted(ready.snapshots, "orders_in_total", later)

    with pytest.raises(TrainingError, match=r": orders_in_total depend on what became known only"):
        ready.refuse(leaky)


def test_a_door_left_open_is_found(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders that lie ahead of the date, as if `cut` let them pass."""

    def open_door(name: str, rows: Any, dates: Sequence[Any]) -> Any:
        return once_per_date(rows, dates)

    monkeypatch.setattr(order_history, "cut", open_door)
    leaky = build_snapshots(
        ready.trained.tables, ready.trained.project.churn, [ready.split.fit[-1]]
    )
    monkeypatch.undo()
    with pytest.raises(TrainingError, match=r"known"):
        refuse_leaks(
            ready.trained.tables,
            ready.trained.project.churn,
            replace(ready.split, fit=(ready.split.fit[-1],)),
            leaky,
        )


def test_a_customer_twice_at_a_date_is_refused(ready: Ready) -> None:
    rows = ready.snapshots.rows
    rows = FeatureRows(
        np.append(rows.customer_ids, rows.customer_ids[:1]),
        np.append(rows.as_of, rows.as_of[:1]),
        np.concatenate([rows.values, rows.values[:1]]),
    )
    twice = replace(ready.snapshots, rows=rows, churned=np.append(ready.snapshots.churned, [True]))
    with pytest.raises(TrainingError, match=r"1 rows repeat a customer at the same as-of date"):
        ready.refuse(twice)


def test_outcomes_on_both_sides_of_a_split_are_refused(ready: Ready) -> None:
    closer = replace(ready.split, test=ready.split.test - timedelta(days=1))
    said = r"outcomes of the latest fit date .* keep 28 days between"
    with pytest.raises(TrainingError, match=said):
        ready.refuse(split=closer)
