"""Whether each scheme still holds at a later date, which thresholds moved, and for whom."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.migration import Cell, Migration
from scoring.segments.paths import Labelled, Paths
from scoring.segments.scheme import Fitted
from scoring.segments.schemes import SCHEMES
from scoring.segments.segmentation import Segmentation
from training.segments.thresholds import ThresholdChange, threshold_changes

Standing = Literal["holds", "moving", "drifted", "gone", "new", "off"]
SOME_SHIFT, LARGE_SHIFT = 0.1, 0.25  # of the population stability index, as credit scoring has them
SOME_RELABELLED, MANY_RELABELLED = 0.05, 0.15
LEAST_SHARE = 1e-4  # stands for none, whose logarithm is no number


@dataclass(frozen=True)
class Dated:
    """A segmentation, and everyone known at the date on which it was fitted."""

    segmentation: Segmentation
    customers: Customers


@dataclass(frozen=True)
class Drift:
    """What changed for a scheme that is on at both dates.

    Attributes:
        stability_index: Population stability index of the shares of labels, both dates labelled
            by the thresholds of the first: 0 is no change; 0.1 is some, 0.25 a large shift.
        thresholds: Numbers that moved.
        relabelled: Customers of the second date by their label under old thresholds (row) and
            new ones (column); nobody enters or leaves.
    """

    stability_index: float
    thresholds: tuple[ThresholdChange, ...]
    relabelled: Paths

    @cached_property
    def matrix(self) -> Migration:
        """Customers and money by old and new label."""
        return Migration.of(self.relabelled)

    @property
    def share_relabelled(self) -> float:
        """Share of the second date's customers to whom new thresholds give another label."""
        return self.matrix.share_moved or 0.0

    @property
    def changes(self) -> tuple[Cell, ...]:
        """Pairs of labels that someone changes between, the most customers first."""
        moved = [cell for cell in self.matrix.cells if cell.before.code != cell.after.code]
        return tuple(sorted(moved, key=_by_customers))

    def customers(self, before: str, after: str) -> NDArray[np.object_]:
        """Ids of those whom new thresholds move from one label to another, by code; sorted."""
        return self.relabelled.customers(before, after)

    @classmethod
    def between(cls, old: Fitted, new: Fitted, before: Customers, after: Customers) -> Self:
        """Label both dates by the old thresholds, and the second by the new ones."""
        then, now = Labelled.by(old, before), Labelled.by(old, after)
        return cls(
            population_stability_index(_shares(then), _shares(now)),
            threshold_changes(old, new),
            Paths.between(now, Labelled.by(new, after)),
        )


@dataclass(frozen=True)
class Comparison:
    """One scheme at two dates.

    Attributes:
        scheme: Its name.
        title: For people.
        standing: `holds`; `moving`: watch it; `drifted`: refit; `gone`: it was on and is off;
            `new`: the opposite; `off` at both.
        drift: Where it is on at both dates.
        why_off: What it lacks at the second date, or lacked at the first where it is `new`.
    """

    scheme: str
    title: Words
    standing: Standing
    drift: Drift | None
    why_off: Words | None

    def in_words(self) -> Words:
        """The verdict, with what it rests on."""
        if self.drift is None:
            said = WITHOUT_DRIFT[self.standing]
            why = self.why_off
            return said if why is None else Words(f"{said.en}: {why.en}.", f"{said.zh}:{why.zh}。")
        said, drift = WITH_DRIFT[self.standing], self.drift
        return Words(
            f"{said.en}: shares of labels shifted by {drift.stability_index:.2f} (stability index; "
            f"{SOME_SHIFT} is some, {LARGE_SHIFT} a large shift), {len(drift.thresholds)} "
            f"{'threshold' if len(drift.thresholds) == 1 else 'thresholds'} moved, and new ones "
            f"give {drift.share_relabelled:.1%} of customers another label.",
            f"{said.zh}:标签占比的稳定性指数(PSI)为{drift.stability_index:.2f}"
            f"({SOME_SHIFT}为有所变化,{LARGE_SHIFT}为变化较大),{len(drift.thresholds)}个阈值"
            f"有变动,按新阈值有{drift.share_relabelled:.1%}的客户标签改变。",
        )


WITH_DRIFT: dict[Standing, Words] = {
    "holds": Words("Still holds", "仍然适用"),
    "moving": Words("Holds for now; watch it", "目前仍适用,需留意"),
    "drifted": Words("Drifted; refit it", "已偏移,建议重新拟合"),
}
WITHOUT_DRIFT: dict[Standing, Words] = {
    "gone": Words("No longer available", "不再可用"),
    "new": Words("Newly available; before, it was off", "新近可用,此前未启用"),
    "off": Words("Off at both dates", "两个日期均未启用"),
}


def compare(before: Dated, after: Dated) -> dict[str, Comparison]:
    """Compare every scheme at two dates, by name in the order of `SCHEMES`."""
    found = {}
    for scheme in SCHEMES:
        name = scheme.name
        old, new = (dated.segmentation.fitted.get(name) for dated in (before, after))
        drift, why = None, None
        if old is not None and new is not None:
            drift = Drift.between(old, new, before.customers, after.customers)
        elif new is not None and name in before.segmentation.off:
            why = before.segmentation.off[name].why
        elif new is None and name in after.segmentation.off:
            why = after.segmentation.off[name].why
        found[name] = Comparison(name, scheme.title, _standing(old, new, drift), drift, why)
    return found


def population_stability_index(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """How far shares moved: the sum of (after - before) * log(after / before).

    Args:
        before: Shape (labels,): shares that sum to 1.
        after: Likewise.

    Returns:
        0 for equal shares, and above 0 for others; symmetric. A share of none counts as 0.0001.
    """
    old, new = np.maximum(before, LEAST_SHARE), np.maximum(after, LEAST_SHARE)
    return float(((new - old) * np.log(new / old)).sum())


def _shares(labelled: Labelled) -> NDArray[np.float64]:
    """Of each label, and of none last."""
    count = len(labelled.labels) + 1
    places = np.where(labelled.positions < 0, count - 1, labelled.positions)
    return np.bincount(places, minlength=count) / max(len(places), 1)


def _standing(old: Fitted | None, new: Fitted | None, drift: Drift | None) -> Standing:
    if drift is None:
        return "off" if new is None and old is None else "gone" if new is None else "new"
    shift, relabelled = drift.stability_index, drift.share_relabelled
    if shift >= LARGE_SHIFT or relabelled >= MANY_RELABELLED:
        return "drifted"
    return "moving" if shift >= SOME_SHIFT or relabelled >= SOME_RELABELLED else "holds"


def _by_customers(cell: Cell) -> tuple[int, str, str]:
    return (-cell.customers, cell.before.code, cell.after.code)
