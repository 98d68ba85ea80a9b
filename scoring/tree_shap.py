"""Exact SHAP values of a booster by table: what one tree adds depends on its few tests alone.

TreeSHAP (Lundberg et al., 2020; path-dependent, as LightGBM's `pred_contrib`) walks every tree for
every row. Yet a tree of seven splits can be passed in only 2^7 ways: we compute the SHAP values of
each way once, and a row is then seven comparisons and a look-up. Trees of more splits are parted
into sets of leaves whose paths hold few enough of them, since SHAP values add up over leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from scoring.tree_tests import Test, passed

MOST_TESTS = 12  # in one table, which has two to the power of them entries per feature
CHUNK = 4096  # rows at a time: their tests and sums stay in the processor's cache

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One split on the way to a leaf.

    Attributes:
        test: What is asked there.
        left: Whether the way goes on where the test is passed.
        share: Of the training rows at the split, those that went on this way.
    """

    test: Test
    left: bool
    share: float


@dataclass(frozen=True)
class Leaf:
    """A leaf, what it adds to the margin, and the way to it."""

    value: float
    path: tuple[Step, ...]


@dataclass(frozen=True)
class Table:
    """SHAP values of some leaves of one tree, by how their tests turn out.

    Attributes:
        tests: Places among all tests of the booster, lowest bit first.
        values: By feature, shape (2 ** tests,).
    """

    tests: tuple[int, ...]
    values: dict[int, Floats]


@dataclass(frozen=True)
class TreeShap:
    """SHAP values of a whole booster.

    Attributes:
        expected: The booster's mean margin over its training rows.
        tests: All different tests.
        tables: What to look up; contributions are added in this order.
    """

    expected: float
    tests: tuple[Test, ...]
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, booster: lightgbm.Booster) -> "TreeShap | None":
        """Make the tables; None for a booster with a path of more than MOST_TESTS tests."""
        dumped = booster.dump_model()
        trees = [list(_leaves(tree["tree_structure"], ())) for tree in dumped["tree_info"]]
        places: dict[Test, int] = {}
        tables = []
        for leaves in trees:
            if any(len(_tests([leaf])) > MOST_TESTS for leaf in leaves):
                return None
            for some in _parted(leaves):
                numbers = {test: places.setdefault(test, len(places)) for test in _tests(some)}
                tables.append(_table(some, numbers))
        expected = [
            sum(leaf.value * np.prod([step.share for step in leaf.path]) for leaf in leaves)
            for leaves in trees
        ]
        return cls(float(sum(expected)), tuple(places), tuple(tables))

    def contributions(self, values: Floats) -> Floats:
        """Of each feature to the margin of each row, shape (rows, features).

        A row gets the same bits alone and among others: all is done element by element, in order.
        """
        found = np.empty(values.shape)
        for start in range(0, len(values), CHUNK):
            chunk = slice(start, start + CHUNK)
            found[chunk] = self._chunk(np.ascontiguousarray(values[chunk].T)).T
        return found

    def _chunk(self, columns: Floats) -> Floats:
        count = columns.shape[1]
        unknown = np.isnan(columns)
        results = np.empty((len(self.tests), count), dtype=np.intp)
        for result, test in zip(results, self.tests, strict=True):
            result[:] = passed(test, columns[test.feature], unknown[test.feature])
        sums = np.zeros(columns.shape)
        way, found = np.empty(count, dtype=np.intp), np.empty(count)
        for table in self.tables:
            way[:] = 0
            for test_place in reversed(table.tests):
                np.left_shift(way, 1, out=way)
                np.bitwise_or(way, results[test_place], out=way)
            for feature, by_way in table.values.items():
                # `clip` looks no index up twice: all are in range.
                np.take(by_way, way, out=found, mode="clip")
                sums[feature] += found
        return sums


def _leaves(node: dict[str, Any], path: tuple[Step, ...]) -> Iterator[Leaf]:
    if "leaf_value" in node:
        yield Leaf(node["leaf_value"], path)
        return
    test = Test.of(node)
    for side, left in (("left_child", True), ("right_child", False)):
        child = node[side]
        rows = child["internal_count"] if "internal_count" in child else child["leaf_count"]
        yield from _leaves(child, (*path, Step(test, left, rows / node["internal_count"])))


def _tests(leaves: list[Leaf]) -> dict[Test, None]:
    return dict.fromkeys(step.test for leaf in leaves for step in leaf.path)


def _parted(leaves: list[Leaf]) -> Iterator[list[Leaf]]:
    """Neighbouring leaves together, as many as share few enough tests."""
    some: list[Leaf] = []
    for leaf in leaves:
        if some and len(_tests([*some, leaf])) > MOST_TESTS:
            yield some
            some = []
        some.append(leaf)
    yield some


def _table(leaves: list[Leaf], numbers: dict[Test, int]) -> Table:
    bits = {test: bit for bit, test in enumerate(numbers)}
    ways = np.arange(2 ** len(bits))
    values: dict[int, Floats] = {}
    for leaf in leaves:
        features = tuple(dict.fromkeys(step.test.feature for step in leaf.path))
        followed = np.ones((len(features), len(ways)), dtype=np.bool_)
        shares = np.ones(len(features))
        for step in leaf.path:
            place = features.index(step.test.feature)
            followed[place] &= (ways >> bits[step.test] & 1).astype(bool) == step.left
            shares[place] *= step.share
        subset = (followed * (1 << np.arange(len(features)))[:, None]).sum(axis=0)
        for place, by_subset in enumerate(_shapley(leaf.value, shares)):
            feature = features[place]
            values[feature] = values.get(feature, 0.0) + by_subset[subset]
    return Table(tuple(numbers.values()), values)


def _shapley(value: float, shares: Floats) -> Floats:
    """Per feature of a path and set of features that follow it, what the leaf adds.

    A leaf is a game that pays its value times the shares of all features outside the coalition, if
    those inside follow the path. Shape (features, 2 ** features).
    """
    count = len(shares)
    sets = np.arange(2**count)
    inside = (sets >> np.arange(count)[:, None] & 1).astype(bool)
    sizes = inside.sum(axis=0)
    weights = np.array([factorial(n) * factorial(count - n - 1) for n in range(count)])
    found = np.empty((count, len(sets)))
    for one in range(count):
        outside = np.where(inside, 1.0, shares[:, None])
        outside[one] = 1.0
        paid = np.prod(outside, axis=0)
        paid *= np.where(inside[one], 0.0, weights[np.minimum(sizes, count - 1)])
        # Sum over all coalitions of those who follow: only these pay.
        summed = paid.reshape((2,) * count)
        for axis in range(count):
            summed = np.cumsum(summed, axis=axis)
        gain = np.where(inside[one], 1.0 - shares[one], -shares[one])
        found[one] = value / factorial(count) * gain * summed.ravel()
    return found
