"""Every finding about a project's tables."""

from features.readiness.coverage import find_coverage
from features.readiness.facts import Facts
from features.readiness.finding import Finding, gravest_first
from features.readiness.moments import find_moments
from features.readiness.rows import find_rows
from features.readiness.values import find_values


def find_in_tables(facts: Facts) -> tuple[Finding, ...]:
    """What is wrong, weak or absent, gravest first and table by table."""
    found: list[Finding] = []
    for table in facts.tables.values():
        found += find_rows(facts, table)
        found += find_values(facts, table)
        found += find_moments(facts, table)
    return gravest_first([*found, *find_coverage(facts)])
