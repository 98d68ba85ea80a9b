"""Fit the interval around a churn probability on the customers that its sigmoid was fitted on."""

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from scoring.venn_abers import VennAbers

Vector = NDArray[np.float64]

# Of equal count. Binning scores leaves the method's promise as it is, and a million customers cost
# no more than five hundred.
MOST_BINS = 500


def fit_venn_abers(log_odds: Vector, churned: NDArray[np.bool_]) -> VennAbers:
    """Per bin of log-odds, the rate that isotonic regression says with one customer more in it.

    Args:
        log_odds: Shape (rows,), of customers whose labels the model has not seen.
        churned: Shape (rows,): their labels.
    """
    inner = np.linspace(0, 1, min(MOST_BINS, len(log_odds)) + 1)[1:-1]
    edges = np.unique(np.quantile(log_odds, inner))
    bins = np.searchsorted(edges, log_odds, side="right")
    count = np.bincount(bins, minlength=len(edges) + 1).astype(np.float64)
    gone = np.bincount(bins, weights=churned, minlength=len(edges) + 1).astype(np.float64)
    stayed, left = (
        np.array([_rate(gone, count, bin_, label) for bin_ in range(len(count))])
        for label in (0, 1)
    )
    return _merged(edges, stayed, left)


def _rate(gone: Vector, count: Vector, bin_: int, label: int) -> float:
    """The isotonic churn rate of a bin, had it one customer more with that label."""
    more = np.arange(len(count)) == bin_
    weight = count + more
    known = weight > 0  # a bin between equal log-odds may hold nobody
    rates = (gone + label * more)[known] / weight[known]
    fitted = isotonic_regression(rates, sample_weight=weight[known])
    return float(fitted[int(known[:bin_].sum())])


def _merged(edges: Vector, stayed: Vector, left: Vector) -> VennAbers:
    """Neighbouring bins of which the same is said, as one."""
    differs = (np.diff(stayed) != 0) | (np.diff(left) != 0)
    starts = np.append(True, differs)
    return VennAbers(
        tuple(edges[differs].tolist()), tuple(stayed[starts].tolist()), tuple(left[starts].tolist())
    )
