"""Findings about what is absent: tables, columns and values that features are made from."""

from collections.abc import Iterator

from features.contract import CONTRACT, CUSTOMERS
from features.readiness import codes
from features.readiness.counts import value_count
from features.readiness.facts import Facts, TableFacts
from features.readiness.finding import Finding, listed
from features.readiness.remedies import line, mapped_sql
from features.readiness.switches import COLUMNS, MAY_CHANGE, VALUES, Switch, of_table


def find_coverage(facts: Facts) -> Iterator[Finding]:
    """Findings about what switches features off."""
    for found in facts.tables.values():
        yield from _unmapped(found)
        yield from _absent_values(facts, found)
    if CUSTOMERS.name in facts.tables:
        yield from _attributes(facts, facts.tables[CUSTOMERS.name])
    for table in CONTRACT:
        if table.name not in facts.tables:
            yield _absent(table.name)


def features_off(findings: list[Finding]) -> tuple[str, ...]:
    """Every feature that some finding says is off, once, in the order first said."""
    return tuple(dict.fromkeys(name for finding in findings for name in finding.features))


def _absent(table: str) -> Finding:
    off = of_table(table)
    return Finding(
        codes.ABSENT_TABLE,
        "note",
        table,
        f"there is no [tables.{table}]",
        f"{len(off)} features are off: {listed(off)}"
        if off
        else "campaigns are not shown beside scores; no feature is made from them",
        f"add [tables.{table}] if you have such rows; docs/tables.md has its columns",
        features=off,
    )


def _unmapped(found: TableFacts) -> Iterator[Finding]:
    switches = [
        switch
        for switch in COLUMNS
        if switch.table == found.table.name and switch.column not in found.columns
    ]
    if not switches:
        return
    off = _features(switches)
    columns = {switch.column for switch in switches}
    scores_unread = "scale" in columns and "score" in found.columns
    each = "; ".join(f"{one.column} ({listed(one.features, 2)})" for one in switches)
    yield Finding(
        codes.UNMAPPED_COLUMNS,
        "weakens" if scores_unread else "note",
        found.table.name,
        f"not mapped: {', '.join(sorted(columns))}",
        f"{len(off)} features are off: {each}",
        f"map them in [tables.{found.table.name}.columns] if you have them"
        + ("; one scale for all: scale = { sql = \"'csat_1_5'\" }" if scores_unread else ""),
        features=off,
    )


def _absent_values(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    name = found.table.name
    mine = [one for one in VALUES if one.table == name and one.column in found.columns]
    for column in dict.fromkeys(one.column for one in mine):
        looked_for = [one for one in mine if one.column == column]
        absent = [one for one in looked_for if not _count(found, one)]
        if not absent:
            continue
        off = _features(absent)
        seen = ", ".join(f"{value} ({rows:,})" for value, rows in found.most_seen[column])
        names = ", ".join(one.value or "" for one in absent)
        renamed = (
            f"CASE {mapped_sql(facts, name, column)} WHEN 'your name' THEN '{absent[0].value}'"
        )
        yield Finding(
            codes.ABSENT_VALUES,
            "weakens" if len(absent) == len(looked_for) else "note",
            name,
            f"{column} is never {names}; most frequent: {seen or 'nothing'}",
            f"{len(off)} features say nothing: {listed(off)}",
            f"if you have them under other names: {line(name, column, f'{renamed} ... END')}",
            features=off,
        )


def _attributes(facts: Facts, found: TableFacts) -> Iterator[Finding]:
    changing = [
        switch
        for switch in MAY_CHANGE
        if switch.column in found.columns and switch.column not in facts.timeless
    ]
    if changing and "known_at" not in found.columns:
        off, names = _features(changing), [switch.column for switch in changing]
        yield Finding(
            codes.ATTRIBUTES_MAY_CHANGE,
            "weakens",
            found.table.name,
            f"neither timeless nor beside a known_at: {', '.join(names)}",
            f"{len(off)} features are off, lest a model learn what was not known then: "
            f"{listed(off)}",
            f"write timeless = {names} in [tables.customers] for those that never change, or map "
            "known_at (when the row became true)".replace("'", '"'),
            features=off,
        )
    used = {"customer_id", "known_at"} | {one.column for one in COLUMNS if one.table == "customers"}
    unused = tuple(column for column in found.columns if column not in used)
    if unused:
        yield Finding(
            codes.ATTRIBUTES_NOT_USED,
            "note",
            found.table.name,
            f"no feature is made from {', '.join(unused)}",
            "they are shown beside scores, and are no input of the model",
            "nothing",
        )


def _count(found: TableFacts, switch: Switch) -> int:
    return found.counts.total.get(value_count(switch.column, switch.value or ""), 0)


def _features(switches: list[Switch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for switch in switches for name in switch.features))
