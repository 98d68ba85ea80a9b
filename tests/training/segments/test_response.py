"""Who is compared, and what is left out."""

import numpy as np
import pytest

from features.feature import Words
from scoring.segments.scheme import Label
from training.segments.levels import Levels
from training.segments.responding import Responding
from training.segments.response import Answers, holm, response

LABELS = tuple(Label(code, Words(code.upper(), f"{code}类")) for code in ("a", "b", "c"))
Cells = list[tuple[int, str, bool, int, int]]


def answers(cells: Cells) -> Answers:
    """Of each cell: label, campaign, whether treated, customers, of whom so many answered."""
    rows = [
        (label, campaign, treated, i < answered)
        for label, campaign, treated, customers, answered in cells
        for i in range(customers)
    ]
    position, campaign, treated, answered = zip(*rows, strict=True) if rows else ((),) * 4
    return Answers(
        np.arange(len(rows)).astype(str).astype(object),
        np.array(position, dtype=np.int64),
        np.array(campaign, dtype=object),
        np.array(treated, dtype=bool),
        np.array(answered, dtype=bool),
    )


def judged(cells: Cells, levels: Levels | None = None) -> Responding:
    levels = levels or Levels()
    found = response(answers(cells), LABELS, levels)
    return Responding.of(found, found.p_value, levels)


# A: 10 % of the control, 30 % of the treated; B: 10 % of both.
DIFFERENT: Cells = [
    (0, "one", False, 400, 40),
    (0, "one", True, 400, 120),
    (1, "one", False, 400, 40),
    (1, "one", True, 400, 40),
]
ALIKE: Cells = [
    (0, "one", False, 1000, 100),
    (0, "one", True, 1000, 200),
    (1, "one", False, 1000, 105),
    (1, "one", True, 1000, 207),
]


def test_effects_that_differ_pass_and_are_told_from_the_largest_to_the_smallest() -> None:
    found = judged(DIFFERENT)

    assert found.status == "passes"
    assert found.response is not None
    assert [label.effect for label in found.response.labels] == pytest.approx([0.2, 0.0, None])
    assert found.in_words().en.startswith(
        "A campaign's effect on the rate of answers differs by label, from +20.0 points (A) to "
        "+0.0 points (B) (p = "
    )
    assert "1,600 treatments in 1 campaign)." in found.in_words().en
    assert "从+20.0个百分点(「a类」)到+0.0个百分点(「b类」)" in found.in_words().zh


def test_labels_of_other_levels_but_equal_effects_fail() -> None:
    assert judged(ALIKE).status == "fails"


def test_a_difference_between_campaigns_is_not_one_between_labels() -> None:
    # In one campaign everything works, in two nothing does; labels were unequally often in each.
    cells: Cells = [
        (0, "one", False, 900, 90),
        (0, "one", True, 900, 360),
        (1, "one", False, 100, 10),
        (1, "one", True, 100, 40),
        (0, "two", False, 100, 10),
        (0, "two", True, 100, 10),
        (1, "two", False, 900, 90),
        (1, "two", True, 900, 90),
    ]

    assert judged(cells).status == "fails"
    assert judged([(a, "same", c, d, e) for a, _, c, d, e in cells]).status == "passes"


def test_too_little_to_see_a_difference_that_matters_is_unknown() -> None:
    found = judged([(label, one, treated, n // 10, a // 10) for label, one, treated, n, a in ALIKE])

    assert found.status == "unknown"
    assert "of 5 points with a chance of" in found.in_words().en


def test_labels_too_small_for_the_test_are_left_out_and_named() -> None:
    found = response(answers([*DIFFERENT, (2, "one", True, 20, 20)]), LABELS, Levels())

    assert [label.is_tested for label in found.labels] == [True, True, False]
    assert (found.labels[2].treated, found.labels[2].treated_answered) == (20, 20)
    assert found.treatments == 1600


def test_one_label_alone_cannot_be_compared() -> None:
    found = judged(DIFFERENT[:2])

    assert (found.status, found.p_value) == ("unknown", None)
    assert "too few customers" in found.in_words().en


def test_without_a_control_labels_that_answer_differently_are_weak_evidence() -> None:
    found = judged([cell for cell in DIFFERENT if cell[2]])

    assert found.response is not None
    assert found.response.kind == "conversion"
    assert found.status == "weak"
    assert "nobody can tell whether they would have bought anyway" in found.in_words().en


def test_without_a_control_labels_that_answer_alike_fail() -> None:
    found = judged([cell for cell in ALIKE if cell[2]])

    assert found.status == "fails"
    assert "not even answer" in found.in_words().en


def test_campaigns_without_a_control_are_left_out_where_others_have_one() -> None:
    found = response(answers([*DIFFERENT, (0, "bare", True, 500, 500)]), LABELS, Levels())

    assert (found.kind, found.campaigns, found.treatments) == ("effect", 1, 1600)


def test_nobody_in_a_campaign_is_unknown() -> None:
    found = judged([])

    assert found.status == "unknown"
    assert "No campaign was logged" in found.in_words().en


def test_who_has_no_label_takes_no_part() -> None:
    found = response(answers([*DIFFERENT, (-1, "one", True, 300, 300)]), LABELS, Levels())

    assert found.treatments == 1600


def test_p_values_are_raised_for_the_number_of_schemes_and_stay_in_order() -> None:
    # 0.01 * 3, 0.02 * 2, and 0.03 * 1, which may not fall below the one before.
    assert holm({"x": 0.02, "y": None, "z": 0.01, "w": 0.03}) == pytest.approx(
        {"x": 0.04, "y": None, "z": 0.03, "w": 0.04}
    )
    assert holm({"x": 0.9, "y": 0.8}) == {"x": 1.0, "y": 1.0}
