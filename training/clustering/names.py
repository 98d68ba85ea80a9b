"""Name clusters by what sets each apart: who they are as buyers, then what else is striking."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.cluster_inputs import (
    ENGAGEMENT,
    FREQUENCY,
    ORDER_VALUE,
    RECENCY,
    SATISFACTION,
    TICKETS,
    Axis,
)

TELLING = 0.5  # standard deviations from the average of all customers
MOST_QUALITIES = 2
QUIET, LONG = 1 / 3, 3  # times the days after which a customer counts as gone

Grade = Literal["low", "middle", "high"]
State = Literal["recent", "middle", "quiet", "gone", "long gone"]
HEADS: dict[tuple[Grade, State], Words] = {
    ("high", "recent"): Words("Regulars", "高频常客"),
    ("high", "middle"): Words("Regulars", "高频常客"),
    ("high", "quiet"): Words("Regulars going quiet", "渐趋沉默的常客"),
    ("high", "gone"): Words("Former regulars", "流失的常客"),
    ("high", "long gone"): Words("Former regulars, long gone", "早已流失的常客"),
    ("middle", "recent"): Words("Active shoppers", "近期活跃客户"),
    ("middle", "middle"): Words("Average shoppers", "普通客户"),
    ("middle", "quiet"): Words("Shoppers going quiet", "渐趋沉默的客户"),
    ("middle", "gone"): Words("Lapsed shoppers", "久未下单的客户"),
    ("middle", "long gone"): Words("Long-lapsed shoppers", "早已流失的客户"),
    ("low", "recent"): Words("Occasional shoppers seen lately", "近期下过单的低频客户"),
    ("low", "middle"): Words("Occasional shoppers", "低频客户"),
    ("low", "quiet"): Words("Occasional shoppers going quiet", "渐趋沉默的低频客户"),
    ("low", "gone"): Words("Lapsed shoppers", "久未下单的客户"),
    ("low", "long gone"): Words("Long-lapsed shoppers", "早已流失的客户"),
}


@dataclass(frozen=True)
class Ends:
    """What a low and a high centroid is called; None where that is nothing to speak of."""

    low: Words | None
    high: Words


QUALITIES = {
    ORDER_VALUE: Ends(Words("small orders", "客单价低"), Words("large orders", "客单价高")),
    ENGAGEMENT: Ends(Words("rarely engaged", "互动少"), Words("engaged", "互动多")),
    SATISFACTION: Ends(Words("dissatisfied", "满意度低"), Words("satisfied", "满意度高")),
    TICKETS: Ends(None, Words("many tickets", "工单多")),
}
# Between clusters that would have one name: how one differs from the others.
COMPARED = {
    RECENCY: Ends(Words("seen more lately", "下单更近"), Words("seen longer ago", "沉默更久")),
    FREQUENCY: Ends(Words("fewer orders", "订单较少"), Words("more orders", "订单较多")),
    ORDER_VALUE: Ends(Words("smaller orders", "客单价较低"), Words("larger orders", "客单价较高")),
    ENGAGEMENT: Ends(Words("less engaged", "互动较少"), Words("more engaged", "互动较多")),
    SATISFACTION: Ends(
        Words("less satisfied", "满意度较低"), Words("more satisfied", "满意度较高")
    ),
    TICKETS: Ends(Words("fewer tickets", "工单较少"), Words("more tickets", "工单较多")),
}


def name_clusters(
    axes: tuple[Axis, ...], centroids: NDArray[np.float64], silent_days: int
) -> tuple[Words, ...]:
    """A name of its own for each cluster, in both languages.

    Args:
        axes: The inputs, in the order of the centroids' columns.
        centroids: In standard deviations, shape (clusters, axes).
        silent_days: Days without an order after which a customer counts as gone.
    """
    heads = [_head(axes, centroid, silent_days) for centroid in centroids]
    qualities = [_qualities(axes, centroid) for centroid in centroids]
    unused = list(range(len(axes)))
    names = _names(heads, qualities)
    while len(set(names)) < len(names) and unused:
        for alike in _alike(names):
            _tell_apart(axes, centroids, alike, qualities)
        unused.pop()
        names = _names(heads, qualities)
    return tuple(_numbered(names, i) for i in range(len(names)))


def _head(axes: tuple[Axis, ...], centroid: NDArray[np.float64], silent_days: int) -> Words:
    """Who they are by recency, in days against the churn definition, and by frequency."""
    places = {axis.name: (axis, float(place)) for axis, place in zip(axes, centroid, strict=True)}
    frequency: Grade = "middle"
    if FREQUENCY in places:
        place = places[FREQUENCY][1]
        frequency = "high" if place >= TELLING else "low" if place <= -TELLING else "middle"
    state: State = "middle"
    if RECENCY in places:
        axis, place = places[RECENCY]
        days = axis.typical(place)
        if days >= LONG * silent_days:
            state = "long gone"
        elif days >= silent_days:
            state = "gone"
        elif days >= QUIET * silent_days:
            state = "quiet"
        elif place <= -TELLING:
            state = "recent"
    return HEADS[frequency, state]


def _qualities(axes: tuple[Axis, ...], centroid: NDArray[np.float64]) -> dict[str, Words]:
    """What else is striking, most striking first."""
    told: dict[str, Words] = {}
    for i in np.argsort(-np.abs(centroid), kind="stable"):
        word = _end(QUALITIES.get(axes[i].name), float(centroid[i]))
        if word is not None and abs(centroid[i]) >= TELLING and len(told) < MOST_QUALITIES:
            told[axes[i].name] = word
    return told


def _tell_apart(
    axes: tuple[Axis, ...],
    centroids: NDArray[np.float64],
    alike: list[int],
    qualities: list[dict[str, Words]],
) -> None:
    """Compare clusters of one name on the axis on which they differ most."""
    places = centroids[alike]
    i = int(np.ptp(places, axis=0).argmax())
    middle = (places[:, i].min() + places[:, i].max()) / 2
    if np.ptp(places[:, i]) == 0:
        return
    for cluster in alike:
        word = _end(COMPARED[axes[i].name], float(centroids[cluster, i] - middle))
        if word is not None:
            qualities[cluster][axes[i].name] = word


def _end(ends: Ends | None, place: float) -> Words | None:
    if ends is None:
        return None
    return ends.high if place > 0 else ends.low


def _alike(names: list[Words]) -> list[list[int]]:
    """Positions that share a name, for each name that is shared."""
    return [
        [i for i, other in enumerate(names) if other == name]
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _names(heads: list[Words], qualities: list[dict[str, Words]]) -> list[Words]:
    return [_name(head, list(own.values())) for head, own in zip(heads, qualities, strict=True)]


def _name(head: Words, qualities: list[Words]) -> Words:
    if not qualities:
        return head
    return Words(
        ", ".join([head.en, *(one.en for one in qualities)]),
        f"{head.zh}（{'、'.join(one.zh for one in qualities)}）",
    )


def _numbered(names: list[Words], i: int) -> Words:
    """The name, with a number where clusters of one name lie at one place."""
    if names.count(names[i]) == 1:
        return names[i]
    place = names[: i + 1].count(names[i])
    return Words(f"{names[i].en} ({place})", f"{names[i].zh}（{place}）")
