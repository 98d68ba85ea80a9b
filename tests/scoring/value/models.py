"""Models by hand."""

from scoring.value.purchasing import Purchasing
from scoring.value.spending import Spending
from scoring.value.subscribing import Subscribing


def purchasing(r: float = 0.8, alpha: float = 60, a: float = 0.7, b: float = 3) -> Purchasing:
    """BG/NBD."""
    return Purchasing(r, alpha, a, b, 1000, 500, -1000.0)


def spending(p: float = 2, q: float = 3, gamma: float = 60) -> Spending:
    """Gamma-Gamma."""
    return Spending(p, q, gamma, 500, 0.0, -1000.0)


def subscribing(alpha: float = 1, beta: float = 9) -> Subscribing:
    """Shifted beta-geometric."""
    return Subscribing(alpha, beta, 1000, 500, -1000.0)
