"""Findings about moments: in the future, implausible, known too early or late, out of order."""

from collections.abc import Iterator
from datetime import date, timedelta

from features.contract import SPINE
from features.readiness import codes
from features.readiness.counts import EARLY, FUTURE, KNOWN_EARLY
from features.readiness.facts import Facts, TableFacts
from features.readiness.finding import Finding, Severity, share
from features.readiness.remedies import moments_where

MAY_BE_PLANNED = ("subscriptions", "treatments")
SERIOUS_SHARE = 0.01
LEAST_DISTANCE = timedelta(days=91)
LATE_DAYS = 1.0


def by_share(part: int, whole: int, least: float = SERIOUS_SHARE) -> Severity:
    """`weakens` from a share on, else `note`."""
    return "weakens" if part >= least * whole else "note"


def find_moments(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    """Findings about the moments of one table."""
    if found.counts.days:
        yield from _future(facts, found)
        yield from _before_1990(facts, found)
        yield from _far_off(facts, found)
    yield from _known_too_early(found)
    yield from _known_late(found)
    yield from _out_of_order(facts, found)


def _moment(found: TableFacts) -> str:
    return found.table.occurred or found.table.later[0]


def _future(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    count, name = found.counts.total[FUTURE], found.table.name
    if not count:
        return
    last = found.counts.days[-1][0]
    after = facts.now.date() + timedelta(days=1)
    mend = moments_where(facts, name, _moment(found), f"{{}} < TIMESTAMP '{after}'")
    dates = name in SPINE
    yield Finding(
        codes.FUTURE_DATES,
        "note" if name in MAY_BE_PLANNED else "weakens",
        name,
        f"{count:,} of {found.kept:,} rows ({share(count, found.kept)}) are later than now "
        f"({facts.now:%Y-%m-%d}); the last is of {last}",
        "the default as-of dates of training and scoring follow the last row"
        if dates
        else "no as-of date until then knows them",
        f"correct {_moment(found)}: its year may be read wrongly"
        if count == found.kept
        else f"correct them, or leave them out: {mend}",
        numbers={"rows": count, "last": str(last)},
    )


def _before_1990(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    count, name = found.counts.total[EARLY], found.table.name
    if not count:
        return
    mend = moments_where(facts, name, _moment(found), "{} >= TIMESTAMP '1990-01-01'")
    first = found.counts.days[0][0]
    yield Finding(
        codes.DATES_BEFORE_1990,
        "weakens",
        name,
        f"{count:,} of {found.kept:,} rows ({share(count, found.kept)}) are of before 1990; "
        f"the first is of {first}",
        "such customers look decades old"
        + (", and fit dates begin with the first row" if name in SPINE else ""),
        f"correct them, or leave them out: {mend}",
        numbers={"rows": count, "first": str(first)},
    )


def _far_off(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    low, high = found.counts.nearly_first, found.counts.nearly_last
    if low is None or high is None:
        return
    first, last = found.counts.days[0][0], found.counts.days[-1][0]
    far = max(LEAST_DISTANCE, (high - low) / 2)
    if last - high > far:
        yield _tail(facts, found, last, high)
    if low - first > far:
        yield _tail(facts, found, first, low)


def _tail(facts: Facts, found: TableFacts, end: date, rest: date) -> Finding:
    name, late = found.table.name, end > rest
    bound = rest + timedelta(days=1) if late else rest
    condition = f"{{}} {'<' if late else '>='} TIMESTAMP '{bound}'"
    mend = moments_where(facts, name, _moment(found), condition)
    decides = "ask about" if late else "begin with"
    return Finding(
        codes.FAR_OFF_DATES,
        "weakens",
        name,
        f"the {'last' if late else 'first'} row is of {end}, while 99.9 % of the rows are "
        f"{'no later' if late else 'no earlier'} than {rest}",
        f"training and scoring would {decides} {end}, when next to nobody is a customer"
        if name in SPINE
        else "windows of days find nothing around it",
        f"correct it, or leave it out: {mend}"
        + (
            "; until then name dates: [training] test_as_of, and --as-of for score"
            if late and name in SPINE
            else ""
        ),
        numbers={"end": str(end), "rest": str(rest), "days_apart": abs((end - rest).days)},
    )


def _known_too_early(found: TableFacts) -> Iterator[Finding]:
    count, name = found.counts.total.get(KNOWN_EARLY, 0), found.table.name
    if not count:
        return
    yield Finding(
        codes.KNOWN_TOO_EARLY,
        by_share(count, found.kept),
        name,
        f"{count:,} of {found.kept:,} rows ({share(count, found.kept)}) are known before they "
        "happen",
        "one of the two moments is wrong; the row counts from the later one on",
        f"compare known_at with {_moment(found)}: their time zones may differ (time_zone in "
        f"[tables.{name}]), or the columns may be swapped",
        numbers={"rows": count},
    )


def _known_late(found: TableFacts) -> Iterator[Finding]:
    late = found.lateness
    if late is None or late.days_of_95_percent < LATE_DAYS:
        return
    yield Finding(
        codes.KNOWN_LATE,
        "note",
        found.table.name,
        f"rows become known {late.median_days:.1f} days after they happen (median); "
        f"5 % take {late.days_of_95_percent:.1f} days or longer",
        "at any as-of date the latest days look emptier than they will; training honours that",
        "nothing, if that is how the data arrives; score after the data of the day is complete",
        numbers={
            "median_days": round(late.median_days, 2),
            "days_of_95_percent": round(late.days_of_95_percent, 2),
        },
    )


def _out_of_order(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    table = found.table
    for later in table.later:
        count = found.counts.total.get(f"{later}_before", 0)
        if not count or table.occurred is None:
            continue
        own = facts.sources[table.name].columns[table.occurred]
        yield Finding(
            codes.MOMENTS_OUT_OF_ORDER,
            by_share(count, found.kept),
            table.name,
            f"{later} precedes {table.occurred} in {count:,} of {found.kept:,} rows "
            f"({share(count, found.kept)})",
            "durations made of the two count as 0 or less",
            f"compare the two columns ({later} with {own if isinstance(own, str) else own.sql}): "
            f"they may be swapped, or of different time zones; or map {later} to null there",
            numbers={"rows": count, "column": later},
        )
