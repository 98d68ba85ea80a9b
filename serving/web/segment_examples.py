"""What the specification shows of answers about segments: classes A, B and C of the shop.

Sizes add up to everyone, and movement to the sizes of both dates. Four customers who moved down
were put in: that run had none, and an alert should be seen.
"""

from typing import Any, Final

from serving.web.examples import AS_OF, CURRENCY, MODEL, RUN, SCORED

BEFORE: Final = "2024-09-01T00:00:00Z"
TITLE: Final = {"en": "ABC classes", "zh": "ABC分类"}
NAMES: Final = {label: {"en": label, "zh": f"{label}类"} for label in "ABC"}
NO_LABEL: Final = {"en": "No label", "zh": "无标签"}
OF_THE_RUN: Final = {"run": RUN, "as_of": AS_OF, "currency": CURRENCY}

SIZE: Final[dict[str, Any]] = {
    "label": "A",
    "name": NAMES["A"],
    "customers": 242,
    "share": 0.406,
    "money": 630710.53,
    "share_of_money": 0.7509,
    "mean_churn_probability": 0.1433,
    "reachable_share": None,
}
SCHEME: Final[dict[str, Any]] = {
    "scheme": "abc",
    "title": TITLE,
    "on": True,
    "why_off": None,
    "rule_version": 1,
    "as_of": AS_OF,
    "labels": [
        SIZE,
        SIZE
        | {
            "label": "B",
            "name": NAMES["B"],
            "customers": 181,
            "share": 0.3037,
            "money": 167650.28,
            "share_of_money": 0.1996,
            "mean_churn_probability": 0.2941,
        },
        SIZE
        | {
            "label": "C",
            "name": NAMES["C"],
            "customers": 173,
            "share": 0.2903,
            "money": 41618.42,
            "share_of_money": 0.0495,
            "mean_churn_probability": 0.515,
        },
    ],
    "unlabelled": {
        "label": "_no_label",
        "name": NO_LABEL,
        "customers": 0,
        "share": 0.0,
        "money": 0.0,
        "share_of_money": 0.0,
        "mean_churn_probability": None,
        "reachable_share": None,
    },
}
SCHEME_OFF: Final[dict[str, Any]] = {
    "scheme": "satisfaction",
    "title": {"en": "Satisfaction", "zh": "满意度"},
    "on": False,
    "why_off": {
        "en": "nobody gave a score; map score and scale (csat_1_5, nps_0_10 or stars_1_5) in "
        "[tables.feedback]",
        "zh": "没有任何客户评过分;请在[tables.feedback]中映射score和scale"
        "(csat_1_5、nps_0_10或stars_1_5)",
    },
    "rule_version": 1,
    "as_of": AS_OF,
    "labels": [],
    "unlabelled": None,
}
SEGMENTS: Final[dict[str, Any]] = {
    **OF_THE_RUN,
    "model_version": MODEL["version"],
    "schemes": [SCHEME, SCHEME_OFF],
}
DEFINITION: Final[dict[str, Any]] = {
    **SCHEME,
    **OF_THE_RUN,
    "model_version": MODEL["version"],
    "rule": {
        "en": "Customers in descending order of a year's money: up to a cumulative share of 75% is "
        "A (EUR 1,363.43 and more), up to 95% is B (EUR 544.46 and more), the rest is C. Who "
        "crosses a boundary is in the better class, and equal sums share a class.",
        "zh": "按一年金额从高到低排列客户:累计占比至75%为A类(不少于EUR 1,363.43),"
        "至95%为B类(不少于EUR 544.46),其余为C类。跨越界线者归入较高一类,金额相同者同类。",
    },
    "nobody": {"en": "nobody: everyone has a class", "zh": "无:每位客户均有类别"},
    "fitted_as_of": "2024-10-27",
    "customers": 596,
    "money": 839979.23,
}

MEMBER: Final[dict[str, Any]] = {
    "customer_id": SCORED["customer_id"],
    "label": "A",
    "money": 3556.53,
    "churn_probability": SCORED["churn_probability"],
    "as_of": AS_OF,
    "rule_version": 1,
}
MEMBERS: Final[dict[str, Any]] = {
    **OF_THE_RUN,
    "scheme": "abc",
    "rule_version": 1,
    "customers": [
        MEMBER,
        MEMBER | {"customer_id": "1229", "money": 2009.03, "churn_probability": None},
    ],
    "next": "X8EyedSGMcCWuGWg5kac6FsxLCJjMmQ1NjUyOTUzZmMyZGJhIiwyLG51bGwsIjEyMjkiXQ",
}

FROM_RUN: Final[dict[str, Any]] = {
    "run": 1,
    "as_of": BEFORE,
    "model_version": MODEL["version"],
    "rule_version": 1,
}


def _total(label: str, name: dict[str, str], customers: int, money: float) -> dict[str, Any]:
    return {"label": label, "name": name, "customers": customers, "money": money}


def _cell(before: str, after: str, customers: int, *money: float) -> dict[str, Any]:
    had, has = money
    return {
        "before": before,
        "after": after,
        "customers": customers,
        "money_before": had,
        "money_after": has,
    }


TOTAL: Final = _total("A", NAMES["A"], 204, 486290.13)
CELL: Final = _cell("A", "B", 4, 6500.0, 5100.0)
ALERT: Final[dict[str, Any]] = {
    **CELL,
    "kind": "downward",
    "steps": 1,
    "text": {
        "en": "4 customers moved from A to B; a year's money of theirs was EUR 6,500.00 at "
        "2024-09-01 and is EUR 5,100.00 at 2024-10-27.",
        "zh": "4位客户由「A类」转为「B类」,其近一年金额由2024-09-01的EUR 6,500.00"
        "变为2024-10-27的EUR 5,100.00。",
    },
}
MIGRATION: Final[dict[str, Any]] = {
    "scheme": "abc",
    "from_run": FROM_RUN,
    "to_run": FROM_RUN | {"run": RUN, "as_of": AS_OF},
    "currency": CURRENCY,
    "summary": {
        "en": "From 2024-09-01 to 2024-10-27, 56 (9.4%) of 596 customers known at both dates "
        "changed their label; 0 entered and 0 left.",
        "zh": "2024-09-01至2024-10-27:两个日期均在册的596位客户中,56位的标签有变化(9.4%);"
        "另有0位新进入、0位已离开。",
    },
    "known_at_both": 596,
    "moved": 56,
    "share_moved": 0.094,
    "before": [
        TOTAL,
        _total("B", NAMES["B"], 209, 190589.33),
        _total("C", NAMES["C"], 183, 45718.63),
        _total("_no_label", NO_LABEL, 0, 0.0),
    ],
    "after": [
        *(
            _total(one["label"], one["name"], one["customers"], one["money"])
            for one in [*SCHEME["labels"], SCHEME["unlabelled"]]
        ),
    ],
    "entered": _total("_entered", {"en": "Entered", "zh": "新进入"}, 0, 0.0),
    "left": _total("_left", {"en": "Left", "zh": "已离开"}, 0, 0.0),
    "cells": [
        _cell("A", "A", 200, 479790.13, 565510.28),
        CELL,
        _cell("B", "A", 42, 48804.94, 65200.25),
        _cell("B", "B", 167, 141784.39, 155865.05),
        _cell("C", "B", 10, 4884.71, 6685.23),
        _cell("C", "C", 173, 40833.92, 41618.42),
    ],
    "alerts": [ALERT],
    "alert_rule": {
        "en": "Worth an alert is a move to a less wanted label, in this order: A > B > C. A move "
        "to or from any other label, or none, is not.",
        "zh": "需提醒的变动:转入更不理想的标签,顺序为A类 > B类 > C类。"
        "涉及其他标签或无标签的变动不提醒。",
    },
    "warnings": [],
}
