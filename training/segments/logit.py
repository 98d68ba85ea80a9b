"""Log-likelihood of a logistic regression on counts: enough for a likelihood-ratio test."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2

Matrix = NDArray[np.float64]


def likelihood_ratio_test(
    base: Matrix, full: Matrix, answered: Matrix, count: Matrix
) -> tuple[float, int] | None:
    """Whether the columns that `full` adds to `base` explain more than chance does.

    Args:
        base: Shape (cells, columns): the smaller model's design.
        full: Likewise; its columns span those of the base.
        answered: Shape (cells,): how many answered.
        count: Of how many.

    Returns:
        The p-value of the chi-squared approximation (Wilks, 1938) and its degrees of freedom;
        None if nothing is added.
    """
    degrees = int(np.linalg.matrix_rank(full) - np.linalg.matrix_rank(base))
    if degrees < 1:
        return None
    gain = log_likelihood(full, answered, count) - log_likelihood(base, answered, count)
    return float(chi2.sf(max(2 * gain, 0.0), degrees)), degrees


def log_likelihood(design: Matrix, answered: Matrix, count: Matrix) -> float:
    """The largest that any coefficients reach, without the binomial coefficients.

    Where a cell holds answers of one kind only, coefficients grow without end, but the
    log-likelihood has a limit, which is what is returned.
    """

    def loss(coefficients: Matrix) -> tuple[float, Matrix]:
        logits = design @ coefficients
        value = np.logaddexp(0, logits) @ count - logits @ answered
        return float(value) / total, design.T @ (expit(logits) * count - answered) / total

    total = float(count.sum())
    found = minimize(
        loss,
        np.zeros(design.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 10_000, "maxfun": 20_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    return -float(found.fun) * total
