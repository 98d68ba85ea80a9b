"""What the benchmark of the text model found, as a page for people and as JSON."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.report import machine

LIBRARIES = ("numpy", "scikit-learn", "scipy", "snownlp", "vaderSentiment")

IN_ENGLISH = {
    "书籍": "books",
    "平板": "tablets",
    "手机": "phones",
    "水果": "fruit",
    "洗发水": "shampoo",
    "热水器": "water heaters",
    "蒙牛": "milk",
    "衣服": "clothes",
    "计算机": "computers",
    "酒店": "hotels",
}

PAGE = """\
# Reading reviews: accuracy and speed

The text model that ships with Retinue beside SnowNLP on Chinese and VADER on English reviews that
it did not learn from: one tenth of two public sets, split by a hash of the letters written, so that
no copy of a text stands in two parts. "Tuned" is the accuracy at the threshold that was best on
another tenth; the rest is at one half. Balanced accuracy is the mean over both kinds (0.5 is
chance); most English reviews are positive, so plain accuracy flatters whoever says so of all.

    {command}

{judged}

Read it with this in mind: Retinue learned from other reviews of the same shops, VADER from none of
them. SnowNLP's own training texts hold {copies:.1%} of the Chinese test texts word for word.

## Goods it has not seen

Accuracy on the Chinese test texts by what was bought. "Unseen" is the model fitted without that
category; "after 200" and "after 1000" are that one after learning from so many texts of the
category, as `retinue feedback fit` does. No second English set was at hand, so nothing is measured
on English other than clothing; expect less there.

{categories}

## Neutral

Shares of test texts that the shipped model calls neutral:

{neutral}

## Speed

Texts a second of one core's time, best of three rounds over 2,000 texts, cut to {short} characters
and whole; English for VADER, Chinese for the others.

{speeds}

Measured on {date}: {cpu}, {cores} cores, {memory} GiB of memory, {system};
{versions}.
Raw numbers are in [sentiment.json](sentiment.json).
"""


@dataclass(frozen=True)
class Figures:
    """How well some texts were read."""

    texts: int
    accuracy: float
    balanced_accuracy: float
    roc_auc: float
    accuracy_tuned: float | None = None


@dataclass(frozen=True)
class Speed:
    """Texts a second on one core."""

    name: str
    short: float
    whole: float


@dataclass(frozen=True)
class Category:
    """One category: read by the shipped model, unseen, after some own texts, by SnowNLP."""

    name: str
    shipped: Figures
    unseen: Figures
    own: dict[int, Figures]
    snownlp: Figures


@dataclass(frozen=True)
class Findings:
    """Everything that was measured."""

    command: str
    date: str
    chinese: dict[str, Figures]
    english: dict[str, Figures]
    neutral: dict[str, float]
    copies: float
    speeds: list[Speed]
    categories: list[Category]


def write(findings: Findings, folder: Path, short: int = 50) -> str:
    """Write sentiment.md and sentiment.json; the page is returned."""
    page = PAGE.format(
        command=findings.command,
        judged=_judged(findings),
        copies=findings.copies,
        categories=_categories(findings.categories),
        neutral="\n".join(f"- {name}: {share:.1%}" for name, share in findings.neutral.items()),
        short=short,
        speeds=_table(
            ("", "short texts/s", "whole texts/s"),
            [(one.name, f"{one.short:,.0f}", f"{one.whole:,.0f}") for one in findings.speeds],
        ),
        date=findings.date,
        versions=", ".join(f"{name} {number}" for name, number in _versions().items()),
        **machine(),
    )
    raw = asdict(findings) | {"machine": machine(), "versions": _versions()}
    (folder / "sentiment.md").write_text(page, encoding="utf-8")
    text = json.dumps(raw, indent=2, ensure_ascii=False)
    (folder / "sentiment.json").write_text(text + "\n", encoding="utf-8")
    return page


def _judged(findings: Findings) -> str:
    rows = [
        (
            f"{language}, {one.texts:,} texts",
            name,
            f"{one.accuracy:.3f}",
            f"{one.accuracy_tuned:.3f}",
            f"{one.balanced_accuracy:.3f}",
            f"{one.roc_auc:.3f}",
        )
        for language, found in (("Chinese", findings.chinese), ("English", findings.english))
        for name, one in found.items()
    ]
    return _table(("", "", "accuracy", "tuned", "balanced accuracy", "ROC AUC"), rows)


def _categories(categories: Sequence[Category]) -> str:
    sizes = sorted({size for one in categories for size in one.own})
    header = ("accuracy", "texts", "shipped", "unseen", *(f"after {n}" for n in sizes), "SnowNLP")
    rows = [
        (
            IN_ENGLISH.get(one.name, one.name),
            f"{one.unseen.texts:,}",
            f"{one.shipped.accuracy:.3f}",
            f"{one.unseen.accuracy:.3f}",
            *(f"{one.own[size].accuracy:.3f}" if size in one.own else "" for size in sizes),
            f"{one.snownlp.accuracy:.3f}",
        )
        for one in categories
    ]
    return _table(header, rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
