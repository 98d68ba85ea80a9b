"""Alerts: downward by the declared order, impossible moves, the most money first."""

from dataclasses import replace

import pytest

from features.feature import Words
from scoring.segments.abc import ABC, LABELS
from scoring.segments.migration import Migration
from scoring.segments.rfm import LABELS as RFM_LABELS
from scoring.segments.rfm import RFM
from scoring.segments.scheme import Label, Scheme
from scoring.segments.transitions import alert_rule, alerts
from tests.scoring.segments.test_migration import People, labelled

BEFORE: People = {
    "down": (0, 10.0),
    "far": (0, 50.0),
    "up": (2, 90.0),
    "stays": (0, 99.0),
    "unlabelled": (0, 80.0),
    "left": (0, 70.0),
    "also down": (0, 5.0),
}
AFTER: People = {
    "down": (1, 4.0),
    "far": (2, 1.0),
    "up": (0, 9.0),
    "stays": (0, 9.0),
    "unlabelled": (-1, 0.0),
    "entered": (2, 8.0),
    "also down": (1, 2.0),
}


def migration() -> Migration:
    return Migration.between(labelled(BEFORE), labelled(AFTER, "2024-04-01"))


def test_only_moves_down_the_order_count_and_the_most_money_comes_first() -> None:
    found = alerts(ABC, migration(), "EUR")

    assert [(a.cell.before.code, a.cell.after.code, a.steps) for a in found] == [
        ("A", "C", 2),
        ("A", "B", 1),
    ]
    assert found[1].in_words().en == (
        "2 customers moved from A to B; a year's money of theirs was EUR 15.00 at 2024-01-01 and "
        "is EUR 6.00 at 2024-04-01."
    )
    assert found[0].in_words().zh == (
        "1位客户由「A类」转为「C类」,其近一年金额由2024-01-01的EUR 50.00变为2024-04-01的EUR 1.00。"
    )


def test_equals_and_labels_outside_the_order_raise_no_alert() -> None:
    equal = replace(ABC, order=(("A", "B"),))

    assert alerts(equal, migration(), "EUR") == ()


def test_without_an_order_nothing_is_downward() -> None:
    free = replace(ABC, order=())

    assert alerts(free, migration(), "EUR") == ()
    assert alert_rule(free, LABELS).en == "No label is better than another, so no move is downward."


def test_a_move_declared_impossible_is_an_alert_though_it_goes_up() -> None:
    strict = replace(ABC, order=(), impossible=(("C", "A"),))

    (found,) = alerts(strict, migration(), "EUR")

    assert (found.kind, found.steps, found.cell.money_before) == ("impossible", 0, 90.0)
    assert "look for a fault in the data" in found.in_words().en
    assert "C to A" in alert_rule(strict, LABELS).en
    assert "C类→A类" in alert_rule(strict, LABELS).zh


def test_the_rule_names_the_order_with_equals() -> None:
    labels = (Label("x", Words("Ex", "甲")), Label("y", Words("Why", "乙")), *LABELS[:1])
    rule = alert_rule(replace(ABC, order=(("A",), ("x", "y"))), labels)

    assert "A > Ex = Why" in rule.en
    assert "A类 > 甲 = 乙" in rule.zh


@pytest.mark.parametrize(("scheme", "labels"), [(ABC, LABELS), (RFM, RFM_LABELS)])
def test_every_label_of_an_ordered_scheme_stands_once_in_its_order(
    scheme: Scheme, labels: tuple[Label, ...]
) -> None:
    codes = [code for tier in scheme.order for code in tier]

    assert sorted(codes) == sorted(label.code for label in labels)
