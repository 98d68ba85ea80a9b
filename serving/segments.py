"""Questions about the segments of stored runs: what they are, and who moved between them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from features.feature import Words
from scoring.segments.migration import Migration
from scoring.segments.schemes import BY_NAME
from scoring.segments.transitions import Alert, alert_rule, alerts
from serving.errors import DatesError, StoreError, UnknownRunError, UnknownSegmentError
from serving.labels import SchemeRecord, schemes_of
from serving.moves import migration_between
from serving.records import Run
from serving.store import Store


@dataclass(frozen=True)
class Movement:
    """How customers and money moved between the labels of a scheme from one run to another.

    Attributes:
        runs: The earlier and the later.
        schemes: As each run keeps it.
        migration: The matrix.
        alerts: Movements worth one, those of the most money first.
        alert_rule: Which movements are.
        warnings: Why what moved may not be the customers' doing.
    """

    runs: tuple[Run, Run]
    schemes: tuple[SchemeRecord, SchemeRecord]
    migration: Migration
    alerts: tuple[Alert, ...]
    alert_rule: Words
    warnings: tuple[Words, ...]


def all_schemes(store: Store) -> tuple[Run, list[SchemeRecord]]:
    """The current run and what it keeps of every scheme.

    Raises:
        StoreError: There is no run, or none with segments.
    """
    with store.reading() as (connection, runs):
        return runs[0], _schemes(connection, runs[0])


def one_scheme(store: Store, name: str) -> tuple[Run, SchemeRecord]:
    """The current run and what it keeps of one scheme, which may be off.

    Raises:
        UnknownSegmentError: There is no such scheme.
        StoreError: There is no run, or none with segments.
    """
    with store.reading() as (connection, runs):
        return runs[0], _scheme(connection, runs[0], name)


def scheme_that_is_on(connection: Connection, run: Run, name: str) -> SchemeRecord:
    """What a run keeps of a scheme by which customers have labels.

    Raises:
        UnknownSegmentError: There is no such scheme, or it is off.
        StoreError: The run is without segments.
    """
    scheme = _scheme(connection, run, name)
    if scheme.off:
        raise UnknownSegmentError(
            f"scheme {scheme.name} is off in the scoring run as of {run.as_of}, so nobody has a "
            f"label of it: {scheme.off.en}"
        )
    return scheme


def movement(
    store: Store, name: str, dates: tuple[date | None, date | None], currency: str
) -> Movement:
    """Compare two stored runs.

    Args:
        store: Where they are.
        name: The scheme's.
        dates: As-of dates of the two; without the second the current run, without the first the
            latest run of an earlier date. Where a date has several runs, the latest counts.
        currency: Of the money.

    Raises:
        UnknownSegmentError: There is no such scheme, or it is off in one of them.
        UnknownRunError: There is no run of such a date.
        DatesError: The first date is not before the second.
        StoreError: There is no run, or none with segments.
    """
    with store.reading() as (connection, runs):
        pair = _pair(runs, *dates)
        schemes = (
            scheme_that_is_on(connection, pair[0], name),
            scheme_that_is_on(connection, pair[1], name),
        )
        migration = migration_between(connection, pair, schemes)
    scheme = BY_NAME[name]
    return Movement(
        runs=pair,
        schemes=schemes,
        migration=migration,
        alerts=alerts(scheme, migration, currency),
        alert_rule=alert_rule(scheme, schemes[1].labels),
        warnings=_warnings(pair, schemes),
    )


def _schemes(connection: Connection, run: Run) -> list[SchemeRecord]:
    # A later version may have kept schemes that this one does not know.
    found = [scheme for scheme in schemes_of(connection, run) if scheme.name in BY_NAME]
    if not found:
        raise StoreError(
            f"the scoring run as of {run.as_of} was written without segments; "
            "run `retinue score` again"
        )
    return found


def _scheme(connection: Connection, run: Run, name: str) -> SchemeRecord:
    found = {scheme.name: scheme for scheme in _schemes(connection, run)}
    if name not in found:
        raise UnknownSegmentError(
            f"the scoring run as of {run.as_of} has no such scheme; it has {', '.join(found)}"
        )
    return found[name]


def _pair(runs: list[Run], first: date | None, second: date | None) -> tuple[Run, Run]:
    after = _run_of(runs, second) if second else runs[0]
    if first:
        before = _run_of(runs, first)
        if _date(before) >= _date(after):
            raise DatesError(
                f"movement goes from an earlier date to a later one; asked for from "
                f"{_date(before)} to {_date(after)}"
            )
        return before, after
    earlier = [run for run in runs if _date(run) < _date(after)]
    if not earlier:
        raise UnknownRunError(
            f"no scoring run is kept from before {_date(after)}, and movement needs two dates; "
            f"there are runs as of {_dates(runs)}; run `retinue score --as-of DATE` for each of "
            "two dates, the earlier first"
        )
    return max(earlier, key=lambda run: (_date(run), run.run_id)), after


def _run_of(runs: list[Run], day: date) -> Run:
    for run in runs:
        if _date(run) == day.isoformat():
            return run
    raise UnknownRunError(
        f"no scoring run is kept of that date; there are runs as of {_dates(runs)}; "
        "run `retinue score --as-of DATE`"
    )


def _date(run: Run) -> str:
    return run.as_of[:10]


def _dates(runs: list[Run]) -> str:
    return ", ".join(sorted({_date(run) for run in runs}))


def _warnings(
    runs: tuple[Run, Run], schemes: tuple[SchemeRecord, SchemeRecord]
) -> tuple[Words, ...]:
    (first, second), (before, after) = (_date(run) for run in runs), schemes
    if before.version != after.version:
        return (
            Words(
                f"The rule is of version {before.version} at {first} and of version "
                f"{after.version} at {second}: who moved may have moved by the change of the rule.",
                f"{first}的规则版本为{before.version}，{second}为{after.version}："
                "部分变动可能源于规则调整，而非客户行为变化。",
            ),
        )
    if before.rule != after.rule:
        return (
            Words(
                f"The thresholds at {second} are others than at {first}, as another model was "
                "served: who moved may have moved by the change of the thresholds.",
                f"{second}与{first}使用的模型不同，阈值有调整："
                "部分变动可能源于阈值调整，而非客户行为变化。",
            ),
        )
    return ()
