"""Findings about values: returns, what should not be negative, scores and their scales."""

from collections.abc import Iterator

from features.history.feedback import LOWEST_HIGHEST
from features.readiness import codes
from features.readiness.counts import NEVER_NEGATIVE, OFF_SCALE, RETURNS, UNKNOWN_SCALE
from features.readiness.facts import Facts, TableFacts
from features.readiness.finding import Finding, share
from features.readiness.moments import by_share
from features.readiness.remedies import line, mapped_sql, only_where

MANY_RETURNS = 0.2
UNITS = "units"  # what opening calls the quantity of a line


def find_values(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    """Findings about the values of one table."""
    yield from _returns(facts, found)
    yield from _negative(facts, found)
    yield from _unknown_scales(facts, found)
    yield from _off_scale(facts, found)


def _returns(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    count = found.counts.total.get(RETURNS, 0)
    if not count:
        return
    amount = mapped_sql(facts, "orders", "amount")
    numbers = {"rows": count, "of": found.kept}
    counted = f"{count:,} of {found.kept:,} lines ({share(count, found.kept)}) are returns"
    if count == found.kept:
        yield Finding(
            codes.NO_PURCHASES,
            "stops",
            "orders",
            f"{counted}: every amount is negative, or is_return says so of every line",
            "nobody has ever ordered, so nobody can churn",
            f"if the sign is the other way round: {line('orders', 'amount', f'-{amount}')}",
            numbers=numbers,
        )
        return
    yield Finding(
        codes.RETURNS,
        by_share(count, found.kept, MANY_RETURNS),
        "orders",
        counted,
        "they are no orders, and their amounts are subtracted",
        "nothing, if they are; if negative amounts are something else (corrections, fees): "
        + only_where(facts, "orders", "amount", "{} >= 0"),
        numbers=numbers,
    )


def _negative(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    table = found.table.name
    for name in NEVER_NEGATIVE:
        count = found.counts.total.get(f"negative_{name}", 0)
        column = "quantity" if name == UNITS else name
        if count:
            positive = f"abs({mapped_sql(facts, table, column)})"
            yield Finding(
                codes.NEGATIVE_VALUES,
                "weakens",
                table,
                f"{column} is negative in {count:,} of {found.kept:,} rows"
                + (" that are no returns" if name == UNITS else ""),
                f"sums of {column} are too low",
                f"if only the sign is wrong: {line(table, column, positive)}",
                numbers={"rows": count, "column": column},
            )


def _unknown_scales(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    unknown = found.counts.total.get(UNKNOWN_SCALE, 0)
    if not unknown:
        return
    seen = ", ".join(f"{value} ({rows:,})" for value, rows in found.most_seen["scale"])
    renamed = f"CASE {mapped_sql(facts, 'feedback', 'scale')} WHEN 'your name' THEN 'nps_0_10' END"
    yield Finding(
        codes.UNKNOWN_SCALES,
        "weakens",
        "feedback",
        f"{unknown:,} of {found.kept:,} rows have a score on no known scale; scales found: "
        f"{seen or 'none'}",
        "their scores are not read",
        f"name them {', '.join(LOWEST_HIGHEST)}: {line('feedback', 'scale', renamed)}",
        numbers={"rows": unknown},
    )


def _off_scale(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    off = found.counts.total.get(OFF_SCALE, 0)
    if not off:
        return
    value = mapped_sql(facts, "feedback", "score")
    yield Finding(
        codes.SCORES_OFF_SCALE,
        "weakens",
        "feedback",
        f"{off:,} of {found.kept:,} scores lie outside their scale",
        "averages of scores leave their scale",
        "bring them onto it; 0 to 100 onto 0 to 10 by "
        f"{line('feedback', 'score', f'{value} / 10')}",
        numbers={"rows": off},
    )
