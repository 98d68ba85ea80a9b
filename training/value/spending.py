"""Fit Gamma-Gamma by maximum likelihood."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from features.feature import Words
from scoring.value.spending import Spending
from training.value.errors import NoValueModelError
from training.value.optimum import Likelihood, Problem, Vector, highest

MODEL = Words("Gamma-Gamma", "Gamma-Gamma")
# Coordinates: log p, log of q - 1, log of the population's mean over that of the data.
LIMITS = (np.log([1e-2, 1e-2, 1e-3]), np.log([1e4, 1e4, 1e3]))
STARTS = ((1.0, 1.0), (5.0, 3.0), (0.3, 0.3))


def fit_spending(orders: Vector, mean_value: Vector, least_customers: int) -> Spending:
    """Fit Gamma-Gamma on customers of two orders and more whose mean order value is above 0.

    Args:
        orders: Number of orders, NaN or 0 where never ordered.
        mean_value: Their mean value, returns left aside.
        least_customers: With fewer such customers nothing is fitted.

    Raises:
        NoValueModelError: Too few customers, or no optimum.
    """
    chosen = (orders >= 2) & (mean_value > 0)
    customers = int(chosen.sum())
    if customers < least_customers:
        raise NoValueModelError(
            Words(
                f"{customers:,} customers have two orders or more and paid for them; the value of "
                f"an order needs {least_customers:,} ([value] least_customers); map amount in "
                "[tables.orders]",
                f"仅{customers:,}位客户有两单及以上且实际付款;预测每单金额至少需要"
                f"{least_customers:,}位([value] least_customers);请在[tables.orders]中映射amount",
            )
        )
    count, mean = orders[chosen], mean_value[chosen]
    scale = float(mean.mean())
    likelihood = likelihood_of(count, mean / scale)
    starts = [np.log([p, rest, 1.0]) for p, rest in STARTS]
    found = highest(Problem(MODEL, likelihood, LIMITS, customers), starts)
    p, q, gamma = _parameters(found.point)
    return Spending(
        p,
        q,
        gamma * scale,
        customers,
        _correlation(count, mean),
        found.log_likelihood - customers * float(np.log(scale)),
        found.standard_errors(_slopes(p, q, gamma * scale)),
    )


def likelihood_of(count: Vector, mean: Vector) -> Likelihood:
    """Mean log-likelihood (Fader and Hardie 2013, equation 1a) by LIMITS' coordinates."""
    distinct, place = np.unique(count, return_inverse=True)
    weight = np.bincount(place) / len(count)
    total = count * mean
    log_mean = float(np.log(mean).mean())
    log_total = float((count * np.log(total)).mean())

    def likelihood(point: Vector) -> tuple[float, Vector]:
        p, q, gamma = _parameters(point)
        log_sum, part = np.log(gamma + total), 1 / (gamma + total)
        both = digamma(p * distinct + q)
        value = weight @ (gammaln(p * distinct + q) - gammaln(p * distinct))
        value += q * np.log(gamma) - gammaln(q) + p * log_total - log_mean
        value -= ((p * count + q) * log_sum).mean()
        by_p = weight @ (distinct * (both - digamma(p * distinct))) + log_total
        by_p -= (count * log_sum).mean()
        by_q = weight @ both - digamma(q) + np.log(gamma) - log_sum.mean()
        by_gamma = q / gamma - ((p * count + q) * part).mean()
        return float(value), _slopes(p, q, gamma).T @ np.array([by_p, by_q, by_gamma])

    return likelihood


def _parameters(point: Vector) -> tuple[float, float, float]:
    p, rest, mean = (float(one) for one in np.exp(point))
    return p, 1 + rest, mean * rest / p


def _slopes(p: float, q: float, gamma: float) -> NDArray[np.float64]:
    """Of p, q and gamma, by coordinate."""
    return np.array([[p, 0, 0], [0, q - 1, 0], [-gamma, gamma, gamma]], dtype=np.float64)


def _correlation(count: Vector, mean: Vector) -> float:
    if np.ptp(count) == 0 or np.ptp(mean) == 0:
        return 0.0
    return float(np.corrcoef(count, mean)[0, 1])
