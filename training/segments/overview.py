"""Every label of every scheme in numbers: how many, worth how much, and how many leave."""

from dataclasses import dataclass
from datetime import datetime

from features.feature import Words
from scoring.segments.scheme import Fitted, Scheme
from scoring.segments.schemes import BY_NAME, SCHEMES
from scoring.segments.sizes import Size, Sizes
from training.errors import TrainingError
from training.segments.comparison import Dated
from training.segments.outcome import Outcome, last_outcome
from training.segments.standpoint import Standpoint
from training.segments.standpoint_words import origin


@dataclass(frozen=True)
class Line:
    """One label.

    Attributes:
        size: Its customers today.
        eligible: Who had it at the outcome's date and could still leave; None without an outcome.
        churned: Of these, who left.
    """

    size: Size
    eligible: int | None
    churned: int | None

    @property
    def churn_rate(self) -> float | None:
        """Of those who had the label, the share who left; None where nobody could."""
        return self.churned / self.eligible if self.eligible and self.churned is not None else None


@dataclass(frozen=True)
class SchemeOverview:
    """One scheme that is on.

    Attributes:
        scheme: As registered.
        fitted: With its thresholds.
        sizes: Of all labels.
        lines: Labels in the scheme's order, then, where it holds anyone, no label.
    """

    scheme: Scheme
    fitted: Fitted
    sizes: Sizes
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class SchemeOff:
    """One scheme that cannot speak of the population."""

    scheme: Scheme
    why: Words


@dataclass(frozen=True)
class Overview:
    """Every scheme at one date.

    Attributes:
        as_of: The date.
        currency: Code of the currency that money is in.
        champion: Id of the bundle whose thresholds these are; None where fitted on the spot.
        dated: The segmentation and the customers.
        outcome: Who left in the last horizon, or why that is not known.
        schemes: Those that are on.
        off: Those that are not.
    """

    as_of: datetime
    currency: str
    champion: str | None
    dated: Dated
    outcome: Outcome | Words
    schemes: tuple[SchemeOverview, ...]
    off: tuple[SchemeOff, ...]

    @property
    def origin(self) -> Words:
        """Where the thresholds come from."""
        segmentation = self.dated.segmentation
        return origin(segmentation.as_of, segmentation.customers, self.champion)

    @property
    def churn_in_words(self) -> Words:
        """What the churn rates rest on, or why there are none."""
        return self.outcome.in_words() if isinstance(self.outcome, Outcome) else self.outcome


def overview_of(standpoint: Standpoint, as_of: datetime, only: str | None = None) -> Overview:
    """Measure every label at a date.

    Args:
        standpoint: Whose customers.
        as_of: At which date.
        only: Name of the one scheme to measure; all if None.

    Raises:
        TrainingError: There is no such scheme, or the date lies after the data.
        AsOfDateError: The date lies before the data.
    """
    chosen = SCHEMES if only is None else (named(only),)
    dated = standpoint.dated(as_of)
    outcome = last_outcome(standpoint, as_of)
    fitted, off = dated.segmentation.fitted, dated.segmentation.off
    return Overview(
        as_of=as_of,
        currency=standpoint.config.currency,
        champion=standpoint.champion.manifest.bundle_id if standpoint.champion else None,
        dated=dated,
        outcome=outcome,
        schemes=tuple(
            _measured(one, fitted[one.name], dated, outcome) for one in chosen if one.name in fitted
        ),
        off=tuple(SchemeOff(one, off[one.name].why) for one in chosen if one.name in off),
    )


def named(scheme: str) -> Scheme:
    """The scheme of that name.

    Raises:
        TrainingError: There is none.
    """
    if scheme not in BY_NAME:
        raise TrainingError(f"there is no scheme {scheme}; there are {', '.join(BY_NAME)}")
    return BY_NAME[scheme]


def _measured(
    scheme: Scheme, fitted: Fitted, dated: Dated, outcome: Outcome | Words
) -> SchemeOverview:
    positions = fitted.label(dated.customers).positions
    sizes = Sizes.of(fitted.labels, positions, dated.customers)
    known = outcome.counts(fitted).tolist() if isinstance(outcome, Outcome) else None
    lines = [
        Line(size, *(known[i] if known else (None, None)))
        for i, size in enumerate((*sizes.labels, sizes.unlabelled))
    ]
    shown = lines if sizes.unlabelled.customers else lines[:-1]
    return SchemeOverview(scheme, fitted, sizes, tuple(shown))
