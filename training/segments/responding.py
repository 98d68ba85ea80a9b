"""Responding differently: would one treat the labels differently, going by logged campaigns?"""

from dataclasses import dataclass
from typing import Self

from features.feature import Words
from training.segments.levels import Levels, Status
from training.segments.response import LabelResponse, Response

NO_CAMPAIGNS = Words(
    "No campaign was logged after labels were given; add [tables.treatments] with arm and "
    'converted_at, some customers left alone by lot as arm "control".',
    "打标之后没有活动记录;请添加[tables.treatments](含arm与converted_at),"
    "并随机保留一部分客户作为对照组(arm为control)。",
)


@dataclass(frozen=True)
class Responding:
    """The fourth question.

    Attributes:
        status: Passes if the effect of campaigns differs by label beyond chance; weak if only
            the rate of answers does, for want of a control; unknown if there was too little to
            see a difference that matters.
        response: What campaigns tell; None without any.
        p_value: Adjusted for the number of schemes that were asked; None where not tested.
        levels: That it was judged by.
    """

    status: Status
    response: Response | None
    p_value: float | None
    levels: Levels

    @classmethod
    def of(cls, response: Response | None, p_value: float | None, levels: Levels) -> Self:
        """Judge the test.

        Args:
            response: None if no campaign was logged.
            p_value: The response's, adjusted for the number of schemes that were asked.
            levels: Significance, and the power below which finding nothing says nothing.
        """
        if response is None or p_value is None:
            return cls("unknown", response, None, levels)
        if p_value < levels.significance:
            status: Status = "passes" if response.kind == "effect" else "weak"
        else:
            status = "fails" if response.power >= levels.least_power else "unknown"
        return cls(status, response, p_value, levels)

    def in_words(self) -> Words:
        """The finding, with its p-value and what it rests on."""
        found = self.response
        if found is None or (not found.treatments and self.p_value is None and not _any(found)):
            return NO_CAMPAIGNS
        if self.p_value is None:
            return Words(
                "Campaigns reached too few customers of two labels, or of too few it is known "
                "whether they answered, to compare labels.",
                "活动触达的客户或已知的响应过少,不足以比较两个标签。",
            )
        rests = Words(
            f"p = {self.p_value:.2g}, {found.treatments:,} treatments in {found.campaigns} "
            f"{'campaign' if found.campaigns == 1 else 'campaigns'}",
            f"p = {self.p_value:.2g},{found.campaigns}次活动共{found.treatments:,}人次",
        )
        about = _effect(found) if found.kind == "effect" else CONVERSION
        if self.status in ("passes", "weak"):
            return Words(about["yes"].en.format(rests.en), about["yes"].zh.format(rests.zh))
        if self.status == "fails":
            return Words(about["no"].en.format(rests.en), about["no"].zh.format(rests.zh))
        points = f"{100 * self.levels.telling_difference:.0f}"
        return Words(
            f"No difference was seen ({rests.en}), but these campaigns would have shown one of "
            f"{points} points with a chance of {found.power:.0%} only.",
            f"未发现差异({rests.zh}),但即使存在{points}个百分点的差异,"
            f"这些活动也仅有{found.power:.0%}的可能发现。",
        )


CONVERSION = {
    "yes": Words(
        "Labels answer campaigns at different rates ({}); without a control, nobody can tell "
        "whether they would have bought anyway. Leave some customers alone by lot, as arm "
        '"control".',
        "各标签对活动的响应率不同({});但没有对照组,无法判断客户是否本来就会购买。"
        "请随机保留一部分客户作为对照组(arm为control)。",
    ),
    "no": Words(
        "Labels do not even answer campaigns at different rates, beyond chance ({}).",
        "各标签的活动响应率之差未超出随机范围({})。",
    ),
}


def _any(response: Response) -> bool:
    return any(label.control or label.treated for label in response.labels)


def _effect(response: Response) -> dict[str, Words]:
    effects = [
        (label.effect, label)
        for label in response.labels
        if label.is_tested and label.effect is not None
    ]
    best, worst = max(effects, key=_value), min(effects, key=_value)
    span = Words(
        f"from {_points(best[0], 'en')} ({best[1].label.name.en}) to {_points(worst[0], 'en')} "
        f"({worst[1].label.name.en})",
        f"从{_points(best[0], 'zh')}(「{best[1].label.name.zh}」)到"
        f"{_points(worst[0], 'zh')}(「{worst[1].label.name.zh}」)",
    )
    return {
        "yes": Words(
            f"A campaign's effect on the rate of answers differs by label, {span.en} ({{}}).",
            f"活动对响应率的影响因标签而异,{span.zh}({{}})。",
        ),
        "no": Words(
            f"A campaign's effect does not differ by label beyond chance: {span.en} ({{}}).",
            f"活动效果在各标签之间的差异未超出随机范围:{span.zh}({{}})。",
        ),
    }


def _value(effect: tuple[float, LabelResponse]) -> float:
    return effect[0]


def _points(effect: float, language: str) -> str:
    return f"{100 * effect:+.1f}" + (" points" if language == "en" else "个百分点")
