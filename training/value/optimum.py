"""Maximum likelihood within limits, from several starts, with standard errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize
from threadpoolctl import threadpool_limits

from features.feature import Words
from training.value.errors import NoValueModelError

Vector = NDArray[np.float64]
# A point to the mean log-likelihood of the data there, and its gradient.
Likelihood = Callable[[Vector], tuple[float, Vector]]

FLAT = 1e-4  # largest slope per customer, in logarithms of parameters, at an optimum
STEP = 1e-4


@dataclass(frozen=True)
class Optimum:
    """Where the likelihood is highest.

    Attributes:
        point: In the coordinates of the likelihood.
        log_likelihood: Of all customers together.
        covariance: Of the point, from the curvature; NaN for coordinates at a limit.
    """

    point: Vector
    log_likelihood: float
    covariance: NDArray[np.float64]

    def standard_errors(self, jacobian: NDArray[np.float64]) -> tuple[float | None, ...]:
        """Of parameters, by the delta method; None where a coordinate they need is at a limit.

        Args:
            jacobian: Shape (parameters, coordinates): slopes of parameters by coordinate.
        """
        found = []
        for row in jacobian:
            needed = row != 0
            variance = row[needed] @ self.covariance[np.ix_(needed, needed)] @ row[needed]
            found.append(float(np.sqrt(variance)) if variance > 0 else None)
        return tuple(found)


@dataclass(frozen=True)
class Problem:
    """A likelihood to be climbed.

    Attributes:
        model: Its name, for the error.
        likelihood: Mean log-likelihood of a customer, and its gradient.
        limits: Lowest and highest point.
        customers: How many the likelihood is the mean of.
        rough: The same over a part of the data, to choose among starts quickly.
    """

    model: Words
    likelihood: Likelihood
    limits: tuple[Vector, Vector]
    customers: int
    rough: Likelihood | None = None


def highest(problem: Problem, starts: Sequence[Vector]) -> Optimum:
    """The best optimum over all starts.

    Raises:
        NoValueModelError: No start leads to an optimum.
    """
    # One thread: sums in another order would move parameters by a bit, and the bundle's id.
    with threadpool_limits(1):
        return _highest(problem, starts)


def _highest(problem: Problem, starts: Sequence[Vector]) -> Optimum:
    likelihood, limits, customers = problem.likelihood, problem.limits, problem.customers
    tried = [_climb(problem.rough or likelihood, start, limits) for start in starts]
    point = max(tried, key=lambda one: one[1])[0]
    point, value, slope = _climb(likelihood, point, limits)
    inside = (point > limits[0] + STEP) & (point < limits[1] - STEP)
    if not np.isfinite(value) or np.abs(slope[inside]).max(initial=0.0) > FLAT:
        raise NoValueModelError(
            Words(
                f"the {problem.model.en} model does not settle on this data ({customers:,} "
                f"customers, {len(starts)} starts); check amounts and dates with "
                "`retinue check`, or bring more history",
                f"{problem.model.zh}模型在该数据上无法收敛({customers:,}位客户,{len(starts)}个起点);"
                "请用`retinue check`检查金额与日期,或提供更长的历史",
            )
        )
    covariance = _covariance(likelihood, point, inside, customers)
    return Optimum(point, value * customers, covariance)


def _climb(
    likelihood: Likelihood, start: Vector, limits: tuple[Vector, Vector]
) -> tuple[Vector, float, Vector]:
    def downhill(point: Vector) -> tuple[float, Vector]:
        value, slope = likelihood(point)
        return -value, -slope

    found = minimize(
        downhill,
        np.clip(start, *limits),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(*limits),
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7},
    )
    value, slope = likelihood(found.x)
    return found.x, value, slope


def _covariance(
    likelihood: Likelihood, point: Vector, inside: NDArray[np.bool_], customers: int
) -> NDArray[np.float64]:
    """Inverse of the observed information, from differences of the gradient."""
    free = np.flatnonzero(inside)
    curvature = np.empty((len(free), len(free)))
    for row, i in enumerate(free):
        step = np.zeros_like(point)
        step[i] = STEP
        change = likelihood(point + step)[1] - likelihood(point - step)[1]
        curvature[row] = -customers * change[free] / (2 * STEP)
    covariance = np.full((len(point), len(point)), np.nan)
    curvature = (curvature + curvature.T) / 2
    if len(free) and np.linalg.eigvalsh(curvature)[0] > 0:
        covariance[np.ix_(free, free)] = np.linalg.inv(curvature)
    return covariance
