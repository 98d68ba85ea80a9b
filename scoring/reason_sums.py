"""What groups of features contribute together, and which feature of each is to speak for it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.reason_groups import GROUP_OF, PLAINER, ReasonGroup

FEW = 16  # rows: for these, arrays over features are quicker than arrays over rows


@dataclass(frozen=True)
class Grouping:
    """The groups in which some features are; arrays are made once for all requests.

    Attributes:
        groups: In the order of their first feature.
        places: By group, of its features.
        told_by: Shape (features,): the place of the feature by which each is told.
        group_of: Shape (features,): the place of each feature's group.
        starts: Shape (groups,): where each group begins once features are sorted by group.
        codes: Shape (groups, 2): for machines, of lower and of higher risk.
    """

    groups: tuple[ReasonGroup, ...]
    places: tuple[NDArray[np.intp], ...]
    told_by: NDArray[np.intp]
    group_of: NDArray[np.intp]
    starts: NDArray[np.intp]
    codes: NDArray[np.str_]


def pulls(
    names: tuple[str, ...], contributions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Each group's sum, and the place of the feature that tells of it, both (groups, rows).

    Equal to the bit for a customer alone and in a batch: sums are added up feature by feature.

    Args:
        names: Of the features, in the columns' order.
        contributions: Shape (rows, features).
    """
    grouping = grouped(names)
    if len(contributions) <= FEW:
        return _row_by_row(grouping, contributions)
    return _column_by_column(grouping, contributions)


def _row_by_row(
    grouping: Grouping, contributions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    count = len(grouping.groups)
    sums = np.empty((count, len(contributions)))
    for row, own in enumerate(contributions):
        sums[:, row] = np.bincount(grouping.group_of, weights=own, minlength=count)
    pull = contributions * np.sign(sums).T[:, grouping.group_of]
    # Stable: of equal pulls the first feature comes first, as with argmax.
    order = np.lexsort((-pull, np.broadcast_to(grouping.group_of, pull.shape)))
    return sums, grouping.told_by[order[:, grouping.starts]].T


def _column_by_column(
    grouping: Grouping, contributions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    sums = np.empty((len(grouping.groups), len(contributions)))
    telling = np.empty(sums.shape, dtype=np.intp)
    by_feature = np.ascontiguousarray(contributions.T)
    for i, places in enumerate(grouping.places):
        own = by_feature[places]
        sums[i] = added_up(own)
        telling[i] = grouping.told_by[places][np.argmax(own * np.sign(sums[i]), axis=0)]
    return sums, telling


def added_up(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of rows, one after the other; of no rows 0."""
    if len(parts) > 0 and parts.shape[1] <= FEW:
        summed: NDArray[np.float64] = np.add.accumulate(parts, axis=0)[-1] + 0.0  # never -0
        return summed
    total = np.zeros(parts.shape[1])
    for part in parts:
        total += part
    return total


def directed_codes(names: tuple[str, ...]) -> NDArray[np.str_]:
    """Shape (groups, 2): each group's code for lower and for higher risk."""
    return grouped(names).codes


@cache
def grouped(names: tuple[str, ...]) -> Grouping:
    """Groups in which some of the features are."""
    found: dict[str, tuple[ReasonGroup, list[int]]] = {}
    for place, name in enumerate(names):
        group = group_of(name)
        found.setdefault(group.code, (group, []))[1].append(place)
    group_of_feature = np.empty(len(names), dtype=np.intp)
    for number, (_, places) in enumerate(found.values()):
        group_of_feature[places] = number
    sizes = np.array([len(places) for _, places in found.values()], dtype=np.intp)
    return Grouping(
        tuple(group for group, _ in found.values()),
        tuple(np.array(places, dtype=np.intp) for _, places in found.values()),
        _told_by(names),
        group_of_feature,
        np.cumsum(sizes) - sizes,
        np.array([(f"{code}.lower_risk", f"{code}.higher_risk") for code in found]),
    )


def _told_by(names: tuple[str, ...]) -> NDArray[np.intp]:
    plain = (PLAINER.get(name, name) for name in names)
    return np.array(
        [names.index(name) if name in names else place for place, name in enumerate(plain)],
        dtype=np.intp,
    )


def group_of(name: str) -> ReasonGroup:
    """The group of a feature; one that is in none is a group by itself, named in plain words."""
    if name in GROUP_OF:
        return GROUP_OF[name]
    plain = name.replace("_", " ")
    return ReasonGroup(name, Words(plain[:1].upper() + plain[1:], plain), (name,))
