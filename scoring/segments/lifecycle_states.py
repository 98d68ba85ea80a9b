"""The states of a customer's life, and which may follow which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.scheme import UNLABELLED, Label

PROSPECT, NEW, ACTIVE, DORMANT, CHURNED = range(5)
LABELS = (
    Label("prospect", Words("Prospect", "潜在客户")),
    Label("new", Words("New", "新客户")),
    Label("active", Words("Active", "活跃客户")),
    Label("dormant", Words("Dormant", "休眠客户")),
    Label("churned", Words("Churned", "流失客户")),
)
CODES = np.array([label.code for label in LABELS], dtype=object)


@dataclass(frozen=True)
class Transition:
    """One step from state to state.

    Attributes:
        before: Position in LABELS.
        after: Likewise.
        cause: What must happen.
    """

    before: int
    after: int
    cause: Words


BOUGHT_AGAIN = Words("buys again", "再次购买")
SILENT_ON = Words("buys nothing for longer", "持续未购买")
TRANSITIONS = (
    Transition(PROSPECT, NEW, Words("first purchase", "首次购买")),
    Transition(NEW, ACTIVE, Words("time since the first purchase", "首次购买后时间推移")),
    Transition(ACTIVE, DORMANT, SILENT_ON),
    Transition(DORMANT, ACTIVE, BOUGHT_AGAIN),
    Transition(DORMANT, CHURNED, SILENT_ON),
    Transition(CHURNED, ACTIVE, Words("buys again: won back", "再次购买,即赢回")),
)


def impossible(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which customers moved as no sequence of transitions allows, however long it took.

    Nobody becomes a prospect or new again. Where one did, history was taken back between the two
    as-of dates (orders deleted, ids merged or reused), or thresholds changed.

    Args:
        before: Positions in LABELS at the earlier date, shape (customers,).
        after: Positions of the same customers at the later date, by the same thresholds. Who is
            `UNLABELLED` at either date made no impossible move.
    """
    labelled = (before != UNLABELLED) & (after != UNLABELLED)
    return np.asarray(labelled & ~FOLLOWS[before, after], dtype=np.bool_)


def steps_in_words() -> Words:
    """Every transition and its cause, in one sentence."""
    return Words(
        "; ".join(
            f"{LABELS[step.before].name.en} to {LABELS[step.after].name.en}: {step.cause.en}"
            for step in TRANSITIONS
        ),
        ";".join(
            f"{LABELS[step.before].name.zh}→{LABELS[step.after].name.zh}:{step.cause.zh}"
            for step in TRANSITIONS
        ),
    )


def _follows() -> NDArray[np.bool_]:
    """Whether a state can follow another after any number of transitions, none included."""
    reached = np.eye(len(LABELS), dtype=np.bool_)
    for step in TRANSITIONS:
        reached[step.before, step.after] = True
    for _ in LABELS:
        reached |= reached @ reached
    return reached


FOLLOWS = _follows()
IMPOSSIBLE = tuple(
    (LABELS[before].code, LABELS[after].code) for before, after in np.argwhere(~FOLLOWS)
)
