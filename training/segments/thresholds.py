"""Which of a fitted scheme's numbers moved between two fits, whatever the scheme."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from features.feature import Words
from scoring.segments.scheme import Fitted


@dataclass(frozen=True)
class ThresholdChange:
    """One number that is another.

    Attributes:
        name: The field, with its place where it holds several: `recency_edges[0]`.
        before: At the first fit; None where it did not exist.
        after: At the second.
    """

    name: str
    before: float | None
    after: float | None

    @property
    def relative(self) -> float | None:
        """The change as a share of the first number; None where that is 0 or there are not both."""
        if self.before is None or self.after is None or not self.before:
            return None
        return (self.after - self.before) / abs(self.before)

    def in_words(self) -> Words:
        """From what to what."""
        before, after = (_number(value) for value in (self.before, self.after))
        share = f"({self.relative:+.1%})" if self.relative is not None else ""
        return Words(
            f"{self.name}: {before.en} to {after.en} {share}".rstrip(),
            f"{self.name}:{before.zh}→{after.zh}{share}",
        )


def threshold_changes(before: Fitted, after: Fitted) -> tuple[ThresholdChange, ...]:
    """Numbers that differ, in the order of the fields; texts and flags are no thresholds."""
    old, new = (dict(_numbers("", asdict(one))) for one in (before, after))  # type: ignore[call-overload]
    return tuple(
        ThresholdChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def _numbers(path: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _numbers(f"{path}[{place}]", inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


def _number(value: float | None) -> Words:
    return Words("none", "无") if value is None else Words(f"{value:,.6g}", f"{value:,.6g}")
