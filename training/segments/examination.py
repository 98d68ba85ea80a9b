"""The four questions that a classification must pass to be worth keeping, and the verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from features.feature import Words
from scoring.segments.scheme import Fitted, Population, Scheme, Settings
from scoring.segments.schemes import BY_NAME
from scoring.segments.segmentation import Segmentation
from scoring.segments.sizes import Sizes
from training.segments.accessible import Accessible
from training.segments.levels import STATUS_WORDS, Levels, Status
from training.segments.measurable import Measurable
from training.segments.responding import Responding
from training.segments.response import Answers, holm, response
from training.segments.stability import reported, stability
from training.segments.substantial import Substantial

Verdict = Literal["keep", "keep with reservations", "drop", "unknown"]
VERDICT_WORDS: dict[Verdict, Words] = {
    "keep": Words("Keep it: it passes all four questions.", "建议保留:四项检验全部通过。"),
    "keep with reservations": Words("Keep it, with reservations", "建议有保留地使用"),
    "drop": Words("Drop it", "建议弃用"),
    "unknown": Words("It cannot be judged yet", "暂无法判断"),
}
FAILURES = {
    "measurable": Words(
        "labels can be given to too few customers, or would not be given again",
        "可打标的客户过少,或标签不稳定",
    ),
    "substantial": Words("fewer than two labels are large enough", "规模足够的标签不足两个"),
    "accessible": Words(
        "customers of no label may be reached in number", "各标签均缺少可触达的客户"
    ),
    "responding": Words(
        "labels do not respond differently to campaigns", "各标签对活动的反应没有差异"
    ),
}
QUESTIONS = {
    "measurable": Words("measurable", "可衡量"),
    "substantial": Words("substantial", "规模足够"),
    "accessible": Words("accessible", "可触达"),
    "responding": Words("responding differently", "反应有差异"),
}


@dataclass(frozen=True)
class Examination:
    """The four answers for one scheme.

    Attributes:
        scheme: Its name.
        title: For people.
        measurable: Can labels be given, and would they be given again?
        substantial: Is each label large enough?
        accessible: May its customers be reached?
        responding: Do labels respond differently to campaigns?
    """

    scheme: str
    title: Words
    measurable: Measurable
    substantial: Substantial
    accessible: Accessible
    responding: Responding

    @property
    def statuses(self) -> dict[str, Status]:
        """The answer to each of `QUESTIONS`."""
        return {
            "measurable": self.measurable.status,
            "substantial": self.substantial.status,
            "accessible": self.accessible.status,
            "responding": self.responding.status,
        }

    @property
    def verdict(self) -> Verdict:
        """What follows from the four.

        A scheme that fails one is dropped. A split by lot may be stable, large and within reach:
        only that its labels respond differently tells a classification from it, so none is kept
        of which that is unknown.
        """
        found = set(self.statuses.values())
        if "fails" in found:
            return "drop"
        if self.responding.status == "unknown":
            return "unknown"
        return "keep" if found == {"passes"} else "keep with reservations"

    def in_words(self) -> Words:
        """The verdict and the questions that decided it."""
        said = VERDICT_WORDS[self.verdict]
        if self.verdict == "keep":
            return said
        if self.verdict == "drop":
            failed = [FAILURES[name] for name, status in self.statuses.items() if status == "fails"]
            return Words(
                f"{said.en}: {'; '.join(one.en for one in failed)}.",
                f"{said.zh}:{';'.join(one.zh for one in failed)}。",
            )
        doubts = [
            (QUESTIONS[name], STATUS_WORDS[status])
            for name, status in self.statuses.items()
            if status != "passes"
        ]
        return Words(
            f"{said.en}: {'; '.join(f'{asked.en}: {found.en}' for asked, found in doubts)}.",
            f"{said.zh}:{';'.join(f'{asked.zh}:{found.zh}' for asked, found in doubts)}。",
        )


@dataclass(frozen=True)
class Case:
    """One scheme to be examined.

    Attributes:
        scheme: As registered.
        fitted: Its fitted form.
        settings: Its section of the project file.
        answers: Campaigns after labels were given; None without any.
    """

    scheme: Scheme
    fitted: Fitted
    settings: Settings
    answers: Answers | None = None


def cases_of(
    segmentation: Segmentation, settings: Mapping[str, Settings], answers: Mapping[str, Answers]
) -> list[Case]:
    """A case for every scheme that is on.

    Args:
        segmentation: Fitted.
        settings: By scheme's name; a scheme without has its defaults.
        answers: By scheme's name; empty without campaigns.
    """
    return [
        Case(
            BY_NAME[name],
            fitted,
            settings.get(name, BY_NAME[name].settings()),
            answers.get(name),
        )
        for name, fitted in segmentation.fitted.items()
    ]


def examine(
    cases: Sequence[Case],
    population: Population,
    levels: Levels | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Examination]:
    """Ask the four questions of several schemes at once.

    Args:
        cases: Schemes, each with the campaigns that tell of it; the more are asked, the more a
            difference must stand out.
        population: Everyone known at one as-of date.
        levels: What each question asks for.
        tell: Called with a scheme's name as its turn comes.

    Returns:
        By scheme's name.
    """
    levels = levels or Levels()
    responses = {
        case.scheme.name: response(case.answers, case.fitted.labels, levels)
        for case in cases
        if case.answers is not None
    }
    p_values = holm({name: found.p_value for name, found in responses.items()})
    found = {}
    for case in cases:
        name = case.scheme.name
        tell(name)
        judged = Responding.of(responses.get(name), p_values.get(name), levels)
        found[name] = _examination(case, population, judged, levels)
    return found


def _examination(
    case: Case, population: Population, responding: Responding, levels: Levels
) -> Examination:
    positions = case.fitted.label(population.customers).positions
    sizes = Sizes.of(case.fitted.labels, positions, population.customers)
    stable = (
        reported(case.fitted, case.settings)
        if case.scheme.fit is None
        else stability(case.scheme, population, case.settings)
    )
    return Examination(
        case.scheme.name,
        case.scheme.title,
        Measurable.of(sizes, stable, levels),
        Substantial.of(sizes, levels),
        Accessible.of(sizes, levels),
        responding,
    )
