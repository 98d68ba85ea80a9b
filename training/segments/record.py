"""Overview, movement and comparison as JSON values."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from scoring.segments.migration import Cell, Total
from scoring.segments.scheme import Label
from training.segments.comparison import Comparison
from training.segments.movement import Movement
from training.segments.outcome import Outcome
from training.segments.overview import Line, Overview, SchemeOverview


def overview_record(overview: Overview, *, with_rules: bool) -> dict[str, Any]:
    """What the table in the terminal says, to the last digit."""
    segmentation, customers = overview.dated.segmentation, overview.dated.customers
    outcome = overview.outcome
    return {
        "as_of": _day(overview.as_of),
        "currency": overview.currency,
        "customers": len(customers),
        "thresholds": {
            "champion": overview.champion,
            "as_of": segmentation.as_of,
            "customers": segmentation.customers,
        },
        "observed_churn": {
            "as_of": _day(outcome.as_of),
            "until": _day(outcome.until),
            "eligible": len(outcome.customers),
            "churned": int(outcome.churned.sum()),
        }
        if isinstance(outcome, Outcome)
        else None,
        "schemes": {one.scheme.name: _scheme(one, with_rules) for one in overview.schemes},
        "off": {
            one.scheme.name: {"title": asdict(one.scheme.title), "why": asdict(one.why)}
            for one in overview.off
        },
    }


def movement_record(movement: Movement) -> dict[str, Any]:
    """Cells that hold anyone, totals of both dates, and alerts."""
    migration = movement.migration
    return {
        "scheme": movement.scheme.name,
        "currency": movement.currency,
        "from": migration.from_date,
        "to": migration.to_date,
        "thresholds": asdict(movement.origin),
        "caution": asdict(movement.caution) if movement.caution else None,
        "known_at_both": migration.known_at_both,
        "moved": migration.moved,
        "share_moved": migration.share_moved,
        "cells": [_cell(cell) for cell in migration.cells],
        "before": [_total(total) for total in migration.before],
        "after": [_total(total) for total in migration.after],
        "entered": _total(migration.entered),
        "left": _total(migration.left),
        "alerts": [
            {"kind": alert.kind, "steps": alert.steps, **_cell(alert.cell)}
            | {"text": asdict(alert.in_words())}
            for alert in movement.alerts
        ],
    }


def comparison_record(comparisons: Mapping[str, Comparison]) -> dict[str, Any]:
    """By scheme: whether it holds, what moved, and who changes."""
    return {name: _comparison(found) for name, found in comparisons.items()}


def _comparison(found: Comparison) -> dict[str, Any]:
    drift = found.drift
    return {
        "title": asdict(found.title),
        "standing": found.standing,
        "text": asdict(found.in_words()),
        "why_off": asdict(found.why_off) if found.why_off else None,
        "drift": {
            "stability_index": drift.stability_index,
            "share_relabelled": drift.share_relabelled,
            "thresholds": [asdict(change) for change in drift.thresholds],
            "changes": [_cell(cell) for cell in drift.changes],
        }
        if drift
        else None,
    }


def _scheme(found: SchemeOverview, with_rules: bool) -> dict[str, Any]:
    scheme, sizes = found.scheme, found.sizes
    rule = {"rule": asdict(found.fitted.rule())} if with_rules else {}
    return {
        "title": asdict(scheme.title),
        "version": scheme.version,
        "money": sizes.money,
        "reachable_share": sizes.reachable_share,
        "labels": _lines(found.lines[: len(sizes.labels)]),
        # Of whom the scheme says nothing; no line where that is nobody.
        "unlabelled": _lines(found.lines[len(sizes.labels) :]),
        **rule,
    }


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        _label(line.size.label)
        | {
            "customers": line.size.customers,
            "share": line.size.share,
            "money": line.size.money,
            "share_of_money": line.size.share_of_money,
            "eligible": line.eligible,
            "churned": line.churned,
            "churn_rate": line.churn_rate,
            "mean_churn_probability": line.size.mean_churn_probability,
            "reachable_share": line.size.reachable_share,
        }
        for line in lines
    ]


def _label(label: Label) -> dict[str, Any]:
    return {"code": label.code, "name": asdict(label.name)}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "before": cell.before.code,
        "after": cell.after.code,
        "customers": cell.customers,
        "money_before": cell.money_before,
        "money_after": cell.money_after,
    }


def _total(total: Total) -> dict[str, Any]:
    return {"label": total.label.code, "customers": total.customers, "money": total.money}


def _day(date: Any) -> str:
    return f"{date:%Y-%m-%d}"
