"""One scan per table: what can be counted, counted by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import ibis
import pyarrow.compute as pc

from features.contract import Table
from features.history.feedback import LOWEST_HIGHEST
from features.readiness.switches import VALUES

if TYPE_CHECKING:
    import ibis.expr.types as ir

EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 - our times are UTC without a zone
ALL_BUT_A_THOUSANDTH = 0.999
ROWS, FUTURE, EARLY, KNOWN_EARLY = "rows", "future", "before_1990", "known_before_moment"
MIDNIGHT, RETURNS, UNKNOWN_SCALE, OFF_SCALE = "midnight", "returns", "unknown_scale", "off_scale"
NEVER_NEGATIVE = ("discount", "amount_per_month", "cost", "duration_s", "units")


@dataclass(frozen=True)
class Counts:
    """What one scan of a table counted.

    Attributes:
        total: Counts by name, over all rows.
        days: Rows per day of the table's moments, in order of days; empty without moments.
    """

    total: Mapping[str, int]
    days: tuple[tuple[date, int], ...]

    @property
    def nearly_first(self) -> date | None:
        """The day before which lies at most a thousandth of the rows; of few, all but the first."""
        return self._day_of(self._last_rank - int(ALL_BUT_A_THOUSANDTH * self._last_rank))

    @property
    def nearly_last(self) -> date | None:
        """The 99.9th percentile of days; of few rows, that of the last but one."""
        return self._day_of(int(ALL_BUT_A_THOUSANDTH * self._last_rank))

    @property
    def _last_rank(self) -> int:
        return sum(rows for _, rows in self.days) - 1

    def _day_of(self, rank: int) -> date | None:
        for day, rows in self.days:
            if rank < rows:
                return day
            rank -= rows
        return None


def moment_of(table: Table, rows: "ir.Table") -> str | None:
    """The column whose moments are looked at: the row's own, or when a customer joined."""
    if table.occurred is not None:
        return table.occurred
    return next((name for name in table.later if name in rows.columns), None)


def count_rows(table: Table, rows: "ir.Table", now: datetime) -> Counts:
    """Count the rows of an opened table; grouping by day gives the totals and a picture."""
    moment = moment_of(table, rows)
    wanted = {ROWS: rows.count(), **_amounts(rows), **_values(table, rows)}
    if moment is not None:
        wanted |= _moments(table, rows, moment, ibis.literal(now, type="timestamp(6)"))
    if moment is None:
        found = rows.agg(**wanted).to_pyarrow()
        return Counts({name: found[name][0].as_py() or 0 for name in wanted}, ())
    by_day = rows.group_by(day=rows[moment].date()).agg(**wanted)
    found = by_day.order_by("day").to_pyarrow()
    days = zip(found["day"].to_pylist(), found[ROWS].to_pylist(), strict=True)
    return Counts(
        {name: pc.sum(found[name]).as_py() or 0 for name in wanted},
        tuple((day, count) for day, count in days if day is not None),
    )


def value_count(column: str, value: str) -> str:
    """The name of the count of one value of a column."""
    return f"{column}={value}"


def _moments(
    table: Table, rows: "ir.Table", moment: str, now: "ir.TimestampScalar"
) -> "dict[str, ir.IntegerScalar]":
    at = rows[moment]
    early = ibis.literal(EARLIEST, type="timestamp(6)")
    wanted = {
        FUTURE: rows.count(where=at > now),
        EARLY: rows.count(where=at < early),
        MIDNIGHT: rows.count(where=at == at.truncate("D")),
    }
    if table.occurred is None:
        return wanted
    if "known_at" in rows.columns:
        wanted[KNOWN_EARLY] = rows.count(where=rows.known_at < at)
    return wanted | {
        f"{later}_before": rows.count(where=rows[later] < at)
        for later in table.later
        if later in rows.columns
    }


def _amounts(rows: "ir.Table") -> "dict[str, ir.IntegerScalar]":
    wanted = {
        f"negative_{name}": rows.count(where=rows[name] < 0)
        for name in NEVER_NEGATIVE
        if name in rows.columns
    }
    if "is_return" in rows.columns:
        wanted[RETURNS] = rows.count(where=rows.is_return)
        if "units" in rows.columns:  # a return may say how many pieces came back as -1
            sold = ~rows.is_return & (rows.units < 0)
            wanted["negative_units"] = rows.count(where=sold)
    return wanted


def _values(table: Table, rows: "ir.Table") -> "dict[str, ir.IntegerScalar]":
    wanted = {
        value_count(switch.column, switch.value): rows.count(
            where=rows[switch.column] == switch.value
        )
        for switch in VALUES
        if switch.table == table.name and switch.column in rows.columns and switch.value
    }
    if table.name != "feedback" or not {"score", "scale"} <= set(rows.columns):
        return wanted
    scored, known = rows.score.notnull(), rows.scale.isin(list(LOWEST_HIGHEST))
    outside = [
        (rows.scale == scale) & ~rows.score.between(lowest, highest)
        for scale, (lowest, highest) in LOWEST_HIGHEST.items()
    ]
    return wanted | {
        UNKNOWN_SCALE: rows.count(where=scored & ~known.fill_null(ibis.literal(False))),
        OFF_SCALE: rows.count(where=ibis.or_(*outside)),
    }
