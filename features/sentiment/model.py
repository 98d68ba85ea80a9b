"""The text model: reads texts in Chinese or English and says how likely each is a positive one."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from features.errors import SentimentError
from features.sentiment.grams import BUCKETS, TEXTS_AT_ONCE, Grams, grams_of

FORMAT = 1
SHIPPED = Path(__file__).with_name("shipped.npz")
# A text's sum is divided by the root of its grams plus this: a short text says less than a long
# one, and a long one does not become certain by length alone.
SOFTENING = 50
# What numpy and we say of a file that is something else, cut short or altered.
NOT_A_MODEL = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    BadZipFile,
    zlib.error,
)
LEAST_LIKELY = 700.0  # log-odds against, beyond which the exponential overflows
LABELS = np.array(["negative", "neutral", "positive", "unknown"])

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Sentiments:
    """What the model says of several texts, in their order.

    Attributes:
        label: positive, neutral, negative or unknown, shape (n,).
        positive_probability: Shape (n,); NaN where the label is unknown.
    """

    label: NDArray[np.str_]
    positive_probability: Probabilities


@dataclass(frozen=True)
class SentimentModel:
    """A linear model over grams; use `shipped()` or `read()` to get one.

    Attributes:
        weights: One whole number per bucket, so that sums are exact in any order.
        scale: Log-odds of one unit of weight, before a text's length is divided out.
        intercept: Log-odds of a text without any known gram.
        neutral: A text whose probability lies between these two, ends included, is neutral.
        learned_until: Texts known by then were learned from; None for the shipped model, which
            knows no customer's.
    """

    weights: NDArray[np.int8]
    scale: float
    intercept: float
    neutral: tuple[float, float]
    learned_until: datetime | None = None

    @staticmethod
    def shipped() -> "SentimentModel":
        """The model that comes with Retinue, read once, when first asked for."""
        return _shipped()

    @classmethod
    def read(cls, path: Path) -> "SentimentModel":
        """Read a model from a file that `write` made; nothing in it is ever run.

        Raises:
            SentimentError: The file is absent or is not such a file.
        """
        try:
            # Opened here: numpy leaves a file that is no archive open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return cls._of({name: stored[name] for name in stored.files})
        except FileNotFoundError as error:
            raise SentimentError(
                f"there is no text model {path}; make one by `retinue feedback fit`"
            ) from error
        except NOT_A_MODEL as error:
            raise SentimentError(
                f"{path} is not a text model of format {FORMAT}: {error}; "
                "make it again by `retinue feedback fit`, or remove it"
            ) from error

    @classmethod
    def _of(cls, stored: dict[str, NDArray[np.generic]]) -> "SentimentModel":
        if int(stored["format"]) != FORMAT:
            raise ValueError(f"it says format {stored['format']}")
        weights, numbers = stored["weights"], stored["numbers"]
        if weights.dtype != np.int8 or weights.shape != (BUCKETS,):
            raise ValueError(f"its weights are {weights.shape} of {weights.dtype}")
        if numbers.dtype != np.float64 or numbers.shape != (4,) or not np.isfinite(numbers).all():
            raise ValueError(f"its numbers are {numbers}")
        scale, intercept, low, high = (float(number) for number in numbers)
        until = str(stored["learned_until"])
        learned_until = datetime.fromisoformat(until) if until else None
        return cls(
            weights.astype(np.int8, copy=False), scale, intercept, (low, high), learned_until
        )

    @property
    def digest(self) -> str:
        """What the model reads out of texts depends on no more than this: 16 hexadecimal digits."""
        numbers = np.array([self.scale, self.intercept, *self.neutral])
        return hashlib.sha256(self.weights.tobytes() + numbers.tobytes()).hexdigest()[:16]

    def write(self, path: Path) -> None:
        """Write the model, whole or not at all; the same model gives the same bytes."""
        aside = path.with_name(f".{path.name}.aside")
        with aside.open("wb") as file:
            np.savez_compressed(
                file,
                format=np.array(FORMAT),
                weights=self.weights,
                numbers=np.array([self.scale, self.intercept, *self.neutral]),
                learned_until=np.array(
                    self.learned_until.isoformat() if self.learned_until else ""
                ),
            )
        aside.replace(path)

    def log_odds(self, texts: Sequence[str | None]) -> Probabilities:
        """Log-odds that each text is positive; NaN where nothing in it can be read.

        A text gets the same number to the last bit alone and among others.
        """
        batches = [
            self._log_odds(grams_of(texts[first : first + TEXTS_AT_ONCE]))
            for first in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return np.concatenate([np.empty(0), *batches])

    def positive_probability(self, texts: Sequence[str | None]) -> Probabilities:
        """Probability that each text is positive rather than negative; NaN where unknown."""
        return 1 / (1 + np.exp(np.minimum(-self.log_odds(texts), LEAST_LIKELY)))

    def negative_probability(self, texts: Sequence[str | None]) -> Probabilities:
        """One minus the probability of positive; NaN where unknown."""
        return 1 - self.positive_probability(texts)

    def predict(self, texts: Sequence[str | None]) -> Sentiments:
        """Label and probability of each text."""
        probability = self.positive_probability(texts)
        low, high = self.neutral
        # Comparisons with NaN are false.
        which = np.where(probability < low, 0, np.where(probability > high, 2, 1))
        return Sentiments(LABELS[np.where(np.isnan(probability), 3, which)], probability)

    def _log_odds(self, grams: Grams) -> Probabilities:
        # Sums of whole numbers below 2**53 are exact, whatever their order.
        sums = np.bincount(
            grams.text, self.weights[grams.bucket].astype(np.float64), minlength=len(grams.counts)
        )
        log_odds = self.intercept + self.scale * sums / np.sqrt(grams.counts + SOFTENING)
        return np.where(grams.intelligible, log_odds, np.nan)


@lru_cache(maxsize=1)
def _shipped() -> SentimentModel:
    return SentimentModel.read(SHIPPED)
