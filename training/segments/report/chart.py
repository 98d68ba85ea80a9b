"""Charts as figures, and figures as files: SVG in the page's language, PNG in English."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from features.feature import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Language = Literal["en", "zh"]
Draw = Callable[[Language], "Figure"]

# Okabe and Ito's colours, which the colour-blind tell apart.
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#e69f00", "#009e73", "#8a8f98"
HEAT = "Blues"
INK = "#1f2430"
LEAST_OF_NEXT = 999.5  # what rounds to 1,000 is 1 of the next unit


@dataclass(frozen=True)
class Chart:
    """One picture.

    Attributes:
        name: Of its files, without ending.
        title: What it shows, for those who cannot see it.
        draw: Makes it in a language.
        of_movement: Whether it stands with the movement between two dates.
    """

    name: str
    title: Words
    draw: Draw
    of_movement: bool = False

    def svg(self, language: Language) -> bytes:
        """With its text as text, which the reader's own fonts show, whatever the language."""
        import matplotlib as mpl

        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": self.name}), _no_glyphs():
            return _written(self.draw(language), "svg")

    def png(self) -> bytes | None:
        """In English; None where some name has letters that this machine's font has not."""
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            content = _written(self.draw("en"), "png")
        return None if any("Glyph" in str(one.message) for one in found) else content


@dataclass(frozen=True)
class Picture:
    """A chart as the page shows it: `address` is what an <img> takes."""

    alt: str
    address: str
    of_movement: bool


def said(words: Words, language: Language) -> str:
    """The words in that language."""
    return words.en if language == "en" else words.zh


def blank(width: float, height: float) -> "Figure":
    """An empty figure, in inches."""
    # Matplotlib takes most of a second to import; only a report needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def short(money: float) -> str:
    """Money in three digits: 4.47M, 340k, 95."""
    if abs(money) < LEAST_OF_NEXT:
        return f"{money:.0f}"
    for unit, letter in ((1e3, "k"), (1e6, "M")):
        if abs(money) < LEAST_OF_NEXT * unit:
            return f"{money / unit:.3g}{letter}"
    return f"{money / 1e9:,.3g}G"


def _no_glyphs() -> warnings.catch_warnings:
    """The reader's fonts will have what this machine's lack."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)


def _written(figure: "Figure", kind: Literal["svg", "png"]) -> bytes:
    target = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    figure.savefig(target, format=kind, dpi=160, facecolor="white", metadata=metadata)
    return target.getvalue()
