"""The report for machines; docs/check.md documents its keys."""

from dataclasses import asdict
from typing import Any

from features.readiness.coverage import features_off
from features.readiness.facts import TableFacts
from features.readiness.finding import Finding
from training.readiness.assess import Readiness
from training.readiness.population import DateCounts

FORMAT = 1


def as_record(readiness: Readiness) -> dict[str, Any]:
    """The whole report as JSON's types; keys are only ever added."""
    facts = readiness.facts
    return {
        "format": FORMAT,
        "project": readiness.config.name,
        "checked_at": facts.now.isoformat(timespec="seconds") + "Z",
        "ready": readiness.is_ready,
        "findings": [_finding(finding) for finding in readiness.findings],
        "features_off": list(features_off(list(readiness.findings))),
        "tables": {name: _table(found) for name, found in facts.tables.items()},
        "training": _training(readiness),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.name,
        "severity": finding.severity,
        "table": finding.table,
        "found": finding.found,
        "effect": finding.effect,
        "remedy": finding.remedy,
        "features": list(finding.features),
        "numbers": dict(finding.numbers),
    }


def _table(found: TableFacts) -> dict[str, Any]:
    report = found.report
    return {
        "rows": report.rows,
        "rows_kept": found.kept,
        "first": report.first.isoformat() if report.first else None,
        "last": report.last.isoformat() if report.last else None,
        "customers": found.customers,
        "unknown_customers": found.unknown_customers,
        "duplicate_rows": found.duplicates,
        "missing": {column: count / report.rows for column, count in report.missing.items()},
        "counts": dict(found.counts.total),
        "lateness": asdict(found.lateness) if found.lateness else None,
    }


def _training(readiness: Readiness) -> dict[str, Any]:
    churn, split, population = readiness.config.churn, readiness.split, readiness.population
    return {
        "churn": asdict(churn),
        "test_as_of": f"{split.test:%Y-%m-%d}" if split else None,
        "fit_dates": len(split.fit) if split else 0,
        "median_usual_gap_days": population.median_usual_gap if population else None,
        "dates": [_date(counts) for counts in population.dates] if population else [],
    }


def _date(counts: DateCounts) -> dict[str, Any]:
    return {
        "role": counts.role,
        "as_of": f"{counts.as_of:%Y-%m-%d}",
        "eligible": counts.eligible,
        "churned": counts.churned,
        "excluded": dict(counts.excluded),
    }
