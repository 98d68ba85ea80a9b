"""A likelihood-ratio test between logistic regressions, for customers who come up repeatedly."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2
from threadpoolctl import threadpool_limits

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Observations:
    """Yes or no of many rows, of which those in one cell share all that explains them.

    Attributes:
        cells: Shape (rows,): from 0, every number up to the highest in use.
        answered: Shape (rows,).
        customers: Shape (rows,): from 0, who it was.
    """

    cells: NDArray[np.int64]
    answered: NDArray[np.bool_]
    customers: NDArray[np.int64]

    @cached_property
    def counts(self) -> Matrix:
        """Rows of each cell."""
        return np.bincount(self.cells).astype(np.float64)

    @cached_property
    def answers(self) -> Matrix:
        """Rows of each cell that answered."""
        return np.bincount(self.cells, weights=self.answered).astype(np.float64)


@dataclass(frozen=True)
class RatioTest:
    """What a likelihood-ratio test found.

    Attributes:
        p_value: Chance of so much gain where there is nothing to gain.
        degrees: Of freedom.
        design_effect: By which the gain was divided: 1 and more.
    """

    p_value: float
    degrees: int
    design_effect: float


def likelihood_ratio_test(base: Matrix, full: Matrix, rows: Observations) -> RatioTest | None:
    """Whether the columns that `full` has beyond `base` explain more than chance does.

    Twice the gain in log-likelihood is chi-squared (Wilks, 1938) if all rows are independent. Two
    rows of one customer are not, so it is divided by the mean design effect (Rao and Scott, 1984)
    where that is above 1.

    Args:
        base: Shape (cells, columns): the smaller model's design.
        full: Likewise; it begins with the columns of the base.
        rows: What is to be explained.

    Returns:
        None if nothing is added.
    """
    degrees = int(np.linalg.matrix_rank(full) - np.linalg.matrix_rank(base))
    if degrees < 1:
        return None
    # On matrices this small, threads only wait for each other.
    with threadpool_limits(1):
        smaller, rates = fit(base, rows.answers, rows.counts)
        larger, _ = fit(full, rows.answers, rows.counts)
        effect = design_effect(base, full[:, base.shape[1] :], rates, rows, degrees)
    effect = max(effect, 1.0)
    gain = max(2 * (larger - smaller), 0.0) / effect
    return RatioTest(float(chi2.sf(gain, degrees)), degrees, effect)


def fit(design: Matrix, answers: Matrix, counts: Matrix) -> tuple[float, Matrix]:
    """The largest log-likelihood, without binomial coefficients, and each cell's rate there.

    Where all or none of a cell answer, coefficients may grow without end; the log-likelihood has
    a limit all the same, and that is what is returned.
    """
    total = float(counts.sum())

    def loss(coefficients: Matrix) -> tuple[float, Matrix]:
        logits = design @ coefficients
        value = np.logaddexp(0, logits) @ counts - logits @ answers
        return float(value) / total, design.T @ (expit(logits) * counts - answers) / total

    found = minimize(
        loss,
        np.zeros(design.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 10_000, "maxfun": 20_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    return -float(found.fun) * total, expit(design @ found.x)


def design_effect(
    base: Matrix, added: Matrix, rates: Matrix, rows: Observations, degrees: int
) -> float:
    """How much more the added columns' scores vary, customer by customer, than row by row.

    1 where rows are independent, k where every row stands there k times.
    """
    root = np.sqrt(rows.counts * rates * (1 - rates))[:, None]
    explained, *_ = np.linalg.lstsq(root * base, root * added, rcond=None)
    left = added - base @ explained
    scores = np.zeros((int(rows.customers.max()) + 1, added.shape[1]))
    surprise = rows.answered - rates[rows.cells]
    for column, values in enumerate(left.T):
        scores[:, column] = np.bincount(rows.customers, weights=values[rows.cells] * surprise)
    by_row = (root * left).T @ (root * left)
    return float(np.trace(np.linalg.pinv(by_row, hermitian=True) @ (scores.T @ scores)) / degrees)
