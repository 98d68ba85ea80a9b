"""The cut: each row once per as-of date at which it had happened and was known."""

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

import ibis

from features.contract import CONTRACT

if TYPE_CHECKING:
    import ibis.expr.types as ir

MICROSECONDS_PER_DAY = 86_400_000_000
# Moments in UTC without a zone; or rows come with an as_of each, and are not to be multiplied.
CARRIED: Literal["carried"] = "carried"
AsOfDates: TypeAlias = Sequence[datetime] | Literal["carried"]
HALVINGS = 13
FULL_WEIGHT = 1 << HALVINGS
KEYS = ("customer_id", "as_of")
OCCURRED = {table.name: table.occurred for table in CONTRACT}
LATER = {table.name: table.later for table in CONTRACT}
MOST_WEEKS = 62  # bits of a whole number
# Functions that DuckDB and Spark have under these names; Ibis 12 knows the second for one of them.
_bit_or = ibis.udf.agg.builtin(lambda bits: None, name="bit_or", signature=(("int64",), "int64"))
_bit_count = ibis.udf.scalar.builtin(
    lambda bits: None, name="bit_count", signature=(("int64",), "int64")
)


@dataclass(frozen=True)
class DatedRows:
    """Rows known at an as-of date, dated by how long before it they happened.

    Attributes:
        table: The rows, with customer_id, as_of and days_ago: whole days from the row's moment to
            the as-of date, 0 within the last 24 hours.
    """

    table: "ir.Table"

    @property
    def days_ago(self) -> "ir.IntegerColumn":
        """Whole days before the as-of date."""
        return self.table.days_ago

    def count(self, where: "ir.BooleanValue | None" = None) -> "ir.IntegerScalar":
        """How many rows fulfil a condition."""
        return self.table.count(where=where)

    def weeks(self, where: "ir.BooleanValue") -> "ir.IntegerScalar":
        """In how many weeks, counted back from the as-of date, some row fulfils a condition.

        All weeks from the 62nd on count as one.
        """
        # A bit for each week: counting distinct values would keep a table of them per customer.
        # Clipped above because bits end, and below so that a planted leak counts and is found.
        week = ibis.literal(1, type="int64") << (self.days_ago // 7).clip(0, MOST_WEEKS - 1)
        return _bit_count(_bit_or(where.ifelse(week, 0)))

    def since(self, days: int, *, until: int = 0) -> "ir.BooleanValue":
        """Rows at least `until` and fewer than `days` days ago."""
        window = self.days_ago < days
        return window & (self.days_ago >= until) if until else window

    def weight(self, half_life_days: int, *, least: int = 0) -> "ir.IntegerValue":
        """`FULL_WEIGHT`, halved for each full half-life that has passed.

        Whole numbers: sums of them are exact, so no feature depends on the order of rows. After
        14 half-lives `least` is left.
        """
        halvings = ibis.least(self.days_ago // half_life_days, HALVINGS + 1)
        weight = (ibis.literal(FULL_WEIGHT, type="int64") >> halvings).cast("int32")
        return ibis.greatest(weight, least) if least else weight


def once_per_date(rows: "ir.Table", as_of_dates: AsOfDates) -> "ir.Table":
    """Each row once per date, with the date as column as_of; one pass over the rows."""
    if as_of_dates == CARRIED:
        return rows
    dates = [_scalar(date) for date in as_of_dates]
    if len(dates) == 1:
        return rows.mutate(as_of=dates[0])
    return rows.mutate(as_of=ibis.array(dates)).unnest("as_of")


def keys_of(as_of_dates: AsOfDates) -> list[str]:
    """What tells one customer's rows of one date from all others: a single date is no key."""
    return ["customer_id"] if _is_single(as_of_dates) else [*KEYS]


def aggregated(
    rows: "ir.Table", as_of_dates: AsOfDates, by: Sequence[str] = (), **columns: "ir.Scalar"
) -> "ir.Table":
    """One row per customer, as-of date and value of the columns `by`."""
    found = rows.group_by([*keys_of(as_of_dates), *by]).agg(**columns)
    return found.mutate(as_of=_scalar(*as_of_dates)) if _is_single(as_of_dates) else found


def _is_single(as_of_dates: AsOfDates) -> TypeGuard[Sequence[datetime]]:
    return as_of_dates != CARRIED and len(as_of_dates) == 1


def _scalar(date: datetime) -> "ir.TimestampScalar":
    return ibis.literal(date, type="timestamp(6)")


def cut(name: str, rows: "ir.Table", as_of_dates: AsOfDates) -> "ir.Table":
    """Each row of a table once per as-of date that knows it, without what it did not know yet.

    A row is known once it happened strictly before the date and, where the table says when rows
    became known, that was no later than the date. A moment inside the row that was still to come
    is null. Rows without a moment of their own (customers) are known from when they became known.
    """
    dated = once_per_date(rows, as_of_dates)
    moment = OCCURRED[name]
    if moment is not None:
        dated = dated.filter(dated[moment] < dated.as_of)
    if "known_at" in rows.columns:
        dated = dated.filter(dated.known_at <= dated.as_of)
    for later in LATER[name]:
        if later in rows.columns:
            dated = dated.mutate(
                **{later: (dated[later] < dated.as_of).ifelse(dated[later], ibis.null())}
            )
    return dated


def first_known(name: str, rows: "ir.Table", as_of_dates: Sequence[datetime]) -> "ir.IntegerValue":
    """The place, among ascending dates, of the first at which `cut` keeps a row of a table.

    As many as there are dates where none does: what a date knows, every later one knows.
    """
    moment = rows[OCCURRED[name]]
    before = [_scalar(date) for date in as_of_dates]
    unknown = [moment >= date for date in before]
    if "known_at" in rows.columns:
        unknown = [
            early | (rows.known_at > date) for early, date in zip(unknown, before, strict=True)
        ]
    return functools.reduce(operator.add, [missed.cast("int8") for missed in unknown])


def whole_days(later: "ir.TimestampValue", earlier: "ir.TimestampValue") -> "ir.IntegerValue":
    """Whole days of 24 hours from one moment to a later one."""
    return later.delta(earlier, unit="microsecond") // MICROSECONDS_PER_DAY


def dated_rows(rows: "ir.Table", moment: str) -> "ir.Table":
    """The rows with days_ago counted from `moment`."""
    return rows.mutate(days_ago=whole_days(rows.as_of, rows[moment]))
