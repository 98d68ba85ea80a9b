"""Risk tiers at and around their thresholds."""

import numpy as np
import pytest

from scoring.segments.risk import RiskTiers

TIERS = RiskTiers(critical=0.5, high=0.25, medium=0.1)


@pytest.mark.parametrize(
    ("probability", "tier"),
    [
        (1.0, "critical"),
        (0.5, "critical"),
        (np.nextafter(0.5, 0), "high"),
        (0.25, "high"),
        (np.nextafter(0.25, 0), "medium"),
        (0.1, "medium"),
        (np.nextafter(0.1, 0), "low"),
        (0.0, "low"),
    ],
)
def test_a_probability_on_a_threshold_is_in_the_upper_tier(probability: float, tier: str) -> None:
    assert TIERS.label(np.array([probability])).tolist() == [tier]


def test_labels_stand_in_the_order_of_the_probabilities() -> None:
    assert TIERS.label(np.array([0.05, 0.9, 0.3, 0.2])).tolist() == [
        "low", "critical", "high", "medium",
    ]  # fmt: skip
