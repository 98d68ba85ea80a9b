"""Measurable: can a label be given to most customers, and would it be given again?"""

from dataclasses import dataclass
from typing import Self

from features.feature import Words
from scoring.segments.sizes import Sizes
from training.segments.levels import Levels, Status, graded, worst
from training.segments.stability import Stability

UNKNOWN = "unknown"  # the code of a label that says only that nothing is known


@dataclass(frozen=True)
class Measurable:
    """The first question.

    Attributes:
        status: The answer.
        coverage: Share of customers with a label that is not `unknown`.
        stability: How far labels depend on whom thresholds were settled on; None if this
            population would switch the scheme off.
        levels: That it was judged by.
    """

    status: Status
    coverage: float
    stability: Stability | None
    levels: Levels

    @classmethod
    def of(cls, sizes: Sizes, stability: Stability | None, levels: Levels) -> Self:
        """Judge coverage and stability; the worse of both decides."""
        coverage = sum(size.share for size in sizes.labels if size.label.code != UNKNOWN)
        covers = graded(coverage, levels.least_coverage, levels.good_coverage)
        adjusted_rand = stability.adjusted_rand if stability else 0.0
        again = graded(adjusted_rand, levels.least_stability, levels.good_stability)
        return cls(worst(covers, again), coverage, stability, levels)

    def in_words(self) -> Words:
        """The figures, and the levels that they missed."""
        return Words(f"{self._coverage.en} {self._again.en}", self._coverage.zh + self._again.zh)

    @property
    def _coverage(self) -> Words:
        levels = self.levels
        asked = f"{levels.good_coverage:.0%}" if self.coverage < levels.good_coverage else ""
        return Words(
            f"{self.coverage:.1%} of customers have a label"
            + (f"; {asked} are asked for." if asked else "."),
            f"{self.coverage:.1%}的客户有标签" + (f",要求为{asked}。" if asked else "。"),
        )

    @property
    def _again(self) -> Words:
        found, levels = self.stability, self.levels
        if found is None:
            return Words(
                "On this population thresholds cannot be settled.", "该人群的数据不足以确定阈值。"
            )
        if found.thresholds_never_move:
            return Words(
                f"Thresholds were the same in all {found.resamples} resamples: labels follow from "
                "the rule alone, so their stability is 1 by construction.",
                f"{found.resamples}次重抽样得到的阈值完全相同:标签仅由规则决定,稳定性按定义为1。",
            )
        low = found.adjusted_rand < levels.good_stability
        if found.share_agreeing is None:
            return _index_alone(found, levels.good_stability if low else None)
        off_en = (
            f" {found.switched_off} of them had too little to go by." if found.switched_off else ""
        )
        off_zh = f"其中{found.switched_off}次数据不足以分群。" if found.switched_off else ""
        return Words(
            f"With thresholds of {found.resamples} resamples, {found.share_agreeing:.1%} of "
            f"customers keep their label (adjusted Rand index {found.adjusted_rand:.2f}"
            + (f"; {levels.good_stability:.2f} is asked for)." if low else ").")
            + off_en,
            f"用{found.resamples}次重抽样的阈值重新划分,{found.share_agreeing:.1%}的客户标签不变"
            f"(调整兰德指数{found.adjusted_rand:.2f}"
            + (f",要求为{levels.good_stability:.2f})。" if low else ")。")
            + off_zh,
        )


def _index_alone(found: Stability, asked: float | None) -> Words:
    """Of clusters, whose fit keeps the index and not the share of customers."""
    index = found.adjusted_rand
    return Words(
        f"Fitted anew on {found.resamples} resamples, the labels came out alike to an adjusted "
        f"Rand index of {index:.2f}" + (f"; {asked:.2f} is asked for." if asked else "."),
        f"在{found.resamples}次重抽样上重新拟合,标签的一致程度(调整兰德指数)为{index:.2f}"
        + (f",要求为{asked:.2f}。" if asked else "。"),
    )
