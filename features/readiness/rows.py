"""Findings about rows: left out, repeated, with values missing, of unknown customers."""

from collections.abc import Iterator

from features.contract import SPINE
from features.readiness import codes
from features.readiness.counts import MIDNIGHT
from features.readiness.facts import Facts, TableFacts
from features.readiness.finding import Finding, share
from features.readiness.moments import SERIOUS_SHARE, by_share

MOST_MISSING = 0.5
SOME_MISSING = 0.05
MOSTLY_UNKNOWN = 0.5
MOSTLY_REPEATED = 0.5
WHAT_COUNTS = {"orders": "money", "events": "engagement", "subscriptions": "monthly money"}


def find_rows(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    """Findings about the rows of one table."""
    yield from _left_out(found)
    yield from _duplicates(found)
    yield from _customers(facts, found)
    yield from _missing(found)


def _left_out(found: TableFacts) -> Iterator[Finding]:
    report, name = found.report, found.table.name
    if found.broken_lines:
        yield Finding(
            codes.SKIPPED_LINES,
            "weakens",
            name,
            f"{found.broken_lines:,} broken lines were skipped; {report.rows:,} rows were read",
            "what stands in them is unknown",
            f"take skip_broken_lines out of [tables.{name}]: the error then names file and line",
            numbers={"lines": found.broken_lines},
        )
    if report.without_customer:
        yield Finding(
            codes.ROWS_WITHOUT_CUSTOMER,
            by_share(report.without_customer, report.rows),
            name,
            f"{report.without_customer:,} of {report.rows:,} rows "
            f"({share(report.without_customer, report.rows)}) name no customer",
            "they are left out: nobody's history holds them",
            f"nothing, if they are guests; else correct customer_id in [tables.{name}.columns]",
            numbers={"rows": report.without_customer},
        )
    if report.without_time:
        yield Finding(
            codes.ROWS_WITHOUT_MOMENT,
            by_share(report.without_time, report.rows),
            name,
            f"{report.without_time:,} of {report.rows:,} rows "
            f"({share(report.without_time, report.rows)}) have no moment",
            "they are left out: no as-of date can know them",
            f"correct {' or '.join(_moments(found))} in [tables.{name}.columns]",
            numbers={"rows": report.without_time},
        )


def _moments(found: TableFacts) -> list[str]:
    return [name for name in (found.table.occurred, "known_at") if name in found.columns and name]


def _duplicates(found: TableFacts) -> Iterator[Finding]:
    count, name = found.duplicates, found.table.name
    if not count:
        return
    lines = name == "orders" and "product_id" not in found.columns
    # Two lines of an order may well be equal; so may two rows of a day without time of day.
    likely = lines or found.counts.total.get(MIDNIGHT) == found.kept
    remedy = (
        "map product_id, which tells two equal lines of an order apart, and check again"
        if lines
        else f"if they are copies, set drop_duplicates = true in [tables.{name}]; if they did "
        "happen twice, nothing"
    )
    yield Finding(
        codes.DUPLICATE_ROWS,
        by_share(count, found.kept, MOSTLY_REPEATED if likely else SERIOUS_SHARE),
        name,
        f"{count:,} of {found.kept:,} rows ({share(count, found.kept)}) repeat another in every "
        "mapped column",
        f"{WHAT_COUNTS.get(name, 'what they count')} is counted twice",
        remedy,
        numbers={"rows": count},
    )


def _customers(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    name, everyone, unknown = found.table.name, found.customers, found.unknown_customers
    spine = " or ".join(f"[tables.{one}]" for one in SPINE if one in facts.tables)
    if unknown:
        rows = found.rows_of_unknown
        most = max(unknown / everyone, rows / found.kept) >= MOSTLY_UNKNOWN
        yield Finding(
            codes.UNKNOWN_CUSTOMERS,
            "weakens" if most else "note",
            name,
            f"{unknown:,} of {everyone:,} customers ({share(unknown, everyone)}) never appear in "
            f"{spine}; {rows:,} rows are theirs",
            "nobody reads their rows",
            "compare the ids of both tables: if they are spelled differently, write customer_id = "
            f"{{ sql = ... }} in [tables.{name}.columns]"
            if most
            else "nothing, if they never bought anything",
            numbers={"customers": unknown, "of": everyone, "rows": rows},
        )
    absent = facts.spine_customers - (everyone - unknown)
    if name == "customers" and by_share(absent, facts.spine_customers) == "weakens" and absent:
        yield Finding(
            codes.CUSTOMERS_NOT_LISTED,
            "note",
            name,
            f"{absent:,} of {facts.spine_customers:,} who ordered or subscribed "
            f"({share(absent, facts.spine_customers)}) have no row here",
            "their attributes are null",
            "nothing, if nothing is known of them; else add their rows",
            numbers={"customers": absent, "of": facts.spine_customers},
        )


def _missing(found: TableFacts) -> Iterator[Finding]:
    report, name = found.report, found.table.name
    told = ("customer_id", found.table.occurred, "known_at")
    eloquent = (*found.table.later, *found.table.any_of)
    missing = {
        column: count
        for column, count in report.missing.items()
        if column not in told
        and count >= (report.rows if column in eloquent else SOME_MISSING * report.rows)
        and count
    }
    if not missing:
        return
    words = ", ".join(f"{column} {share(n, report.rows)}" for column, n in missing.items())
    most = any(count >= MOST_MISSING * report.rows for count in missing.values())
    yield Finding(
        codes.MISSING_VALUES,
        "weakens" if most else "note",
        name,
        f"missing in {report.rows:,} rows: {words}",
        "what is made of them says nothing of those rows",
        f"nothing, if it is not known; else correct the mapping in [tables.{name}.columns]",
        numbers=missing,
    )
