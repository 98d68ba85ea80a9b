"""What the training population looked like: for typical values, percentiles and drift."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from features.build import FeatureRows
from features.feature import Words
from scoring.pieces import cut
from scoring.segments.scheme import Off
from scoring.value.purchasing import Purchasing

NOT_FITTED = Off(Words("it was not fitted", "未拟合该模型"))


@dataclass(frozen=True)
class FeatureReference:
    """One feature in the training population.

    Attributes:
        edges: Inner bin edges: the distinct deciles.
        shares: Share of known values per bin, one more than edges.
        null_share: Share of rows in which the feature is null.
        minimum: Smallest known value; None where the feature was always null.
        median: Median of the known values.
        maximum: Largest known value.
        importance: Of all contributions by size, the share that is this feature's.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    null_share: float
    minimum: float | None
    median: float | None
    maximum: float | None
    importance: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64], importance: float = 0.0) -> "FeatureReference":
        """Describe one feature's values, NaN for null."""
        known = values[~np.isnan(values)]
        if not len(known):
            return cls((), (), 1.0, None, None, None, importance)
        edges = np.unique(np.quantile(known, np.arange(0.1, 1.0, 0.1)))
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        return cls(
            edges=tuple(edges.tolist()),
            shares=tuple((counts / len(known)).tolist()),
            null_share=1.0 - len(known) / len(values),
            minimum=float(known.min()),
            median=float(np.median(known)),
            maximum=float(known.max()),
            importance=importance,
        )


@dataclass(frozen=True)
class _Bounds:
    """Of every feature, arrays of shape (features,), made once for all requests."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    usually_known: NDArray[np.bool_]
    names: NDArray[np.str_]


@dataclass(frozen=True)
class _Familiar:
    """What features that the model goes by showed, a whole width beyond it included."""

    names: tuple[str, ...]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    importance: NDArray[np.float64]
    never_null: NDArray[np.bool_]

    def places(self, names: tuple[str, ...]) -> NDArray[np.intp]:
        """Where in rows of those names the features stand."""
        return _places(self.names, names)


@cache
def _places(wanted: tuple[str, ...], names: tuple[str, ...]) -> NDArray[np.intp]:
    return np.array([names.index(name) for name in wanted], dtype=np.intp)


@dataclass(frozen=True)
class Reference:
    """The training population.

    Attributes:
        features: By feature name, in catalog order.
        probabilities: 101 quantiles of the churn probability, 0 % to 100 %.
        recency_slope: Of the recency rule: log-odds = slope * log(1 + days silent) + intercept.
        recency_intercept: Likewise.
        bg_nbd: Fitted on everyone known at the calibration date, as a model to beat; or what the
            data lacks for it.
    """

    features: dict[str, FeatureReference]
    probabilities: tuple[float, ...]
    recency_slope: float
    recency_intercept: float
    bg_nbd: Purchasing | Off = NOT_FITTED

    @classmethod
    def of(
        cls,
        rows: FeatureRows,
        probabilities: NDArray[np.float64],
        recency_rule: tuple[float, float],
        bg_nbd: Purchasing | Off = NOT_FITTED,
        contributions: NDArray[np.float64] | None = None,
    ) -> "Reference":
        """Describe the rows a model was calibrated on and what it said of them.

        Args:
            rows: The customers.
            probabilities: Shape (rows,): of churn.
            recency_rule: Slope and intercept.
            bg_nbd: The model to beat, or why there is none.
            contributions: Of some of the rows, shape (some, features); without, no feature counts
                as important.
        """
        names = rows.names
        size = np.zeros(len(names)) if contributions is None else np.abs(contributions).mean(axis=0)
        shares = size / (size.sum() or 1.0)
        return cls(
            features={
                name: FeatureReference.of(rows.column(name), float(share))
                for name, share in zip(names, shares, strict=True)
            },
            probabilities=tuple(np.quantile(probabilities, np.linspace(0, 1, 101)).tolist()),
            recency_slope=recency_rule[0],
            recency_intercept=recency_rule[1],
            bg_nbd=bg_nbd,
        )

    def percentile(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """Per customer, the share of the population with a lower churn probability, 0 to 100."""
        below = np.searchsorted(self._quantiles, probabilities, side="left")
        return np.clip(below, 0, 100).astype(np.int64)

    def recency_log_odds(self, rows: FeatureRows) -> NDArray[np.float64]:
        """What the recency rule says of each row."""
        return self.recency_slope * log_silence(rows) + self.recency_intercept

    @cached_property
    def typical(self) -> tuple[float | None, ...]:
        """Typical values, in the model's order: medians, or None where a feature is mostly null."""
        seen = self.features.values()
        return tuple(None if one.null_share > 0.5 else one.median for one in seen)

    def missing(self, values: NDArray[np.float64]) -> list[list[str]]:
        """Per row of values, the features that are null though known for most of the population."""
        return self._named(np.isnan(values) & self._bounds.usually_known)

    def unlike(self, rows: FeatureRows) -> NDArray[np.float64]:
        """Per row, the share of the model's reasons that rest on what the population never showed.

        Counted by importance are features that are null here and never were, or that lie beyond
        all that was seen by more than the whole width of it: some grow with the calendar, and a
        little beyond is no news. Shape (rows,), 0 to 1.
        """
        known = self._familiar
        if not known.names:
            return np.zeros(len(rows))
        values = rows.values[:, known.places(rows.names)]
        unlike = (values < known.least) | (values > known.most)
        unlike |= known.never_null & np.isnan(values)
        # Feature after feature: equal bits for a customer alone and in a batch.
        return np.add.accumulate(known.importance * unlike, axis=1)[:, -1]

    def out_of_range(self, values: NDArray[np.float64]) -> list[list[str]]:
        """Per row of values, the features outside all that the model was calibrated on."""
        return self._named((values < self._bounds.low) | (values > self._bounds.high))

    @cached_property
    def _quantiles(self) -> NDArray[np.float64]:
        return np.array(self.probabilities)

    @cached_property
    def _bounds(self) -> "_Bounds":
        seen = self.features.values()
        return _Bounds(
            np.array([-np.inf if one.minimum is None else one.minimum for one in seen]),
            np.array([np.inf if one.maximum is None else one.maximum for one in seen]),
            np.array([one.null_share < 0.5 for one in seen]),
            np.array([*self.features]),
        )

    @cached_property
    def _familiar(self) -> "_Familiar":
        """What the features that matter showed, in the model's order."""
        known = [
            (name, one.minimum, one.maximum, one.importance, one.null_share == 0)
            for name, one in self.features.items()
            if one.importance and one.minimum is not None and one.maximum is not None
        ]
        least, most = (np.array([one[place] for one in known], np.float64) for place in (1, 2))
        width = most - least
        return _Familiar(
            tuple(one[0] for one in known),
            least - width,
            most + width,
            np.array([one[3] for one in known], np.float64),
            np.array([one[4] for one in known], np.bool_),
        )

    def _named(self, marked: NDArray[np.bool_]) -> list[list[str]]:
        """Per row, the names of the features that are marked."""
        _, places = np.nonzero(marked)
        return cut(self._bounds.names[places].tolist(), marked.sum(axis=1))


def log_silence(rows: FeatureRows) -> NDArray[np.float64]:
    """What the recency rule looks at: log(1 + days since the last order). Shape (rows,).

    A subscriber who never ordered has been silent since the first subscription began.
    """
    silent, since = map(rows.column, ("days_since_last_order", "days_since_first_subscription"))
    days: NDArray[np.float64] = np.nan_to_num(np.where(np.isnan(silent), since, silent))
    return np.asarray(np.log1p(days))
