"""Settle which inputs a population is clustered by, and on what scale."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from features.feature import Words
from scoring.segments.cluster_inputs import INPUTS, Axis, Input, transformed
from scoring.segments.clusters import LeftOut

CAPPED = 0.01  # of the known values at each end
# Where nearly everyone has the same value, its spread is made by a handful, and a cluster of them
# would be found whatever the others do.
LEAST_DIFFERENT = 0.05


def settle(
    raw: Mapping[str, NDArray[np.float64]],
) -> tuple[tuple[Axis, ...], tuple[LeftOut, ...]]:
    """The axes of a population, and the inputs that do not tell its customers apart.

    Args:
        raw: By input's name, its values before the transform, NaN where unknown.
    """
    found = [_axis(one, np.sort(raw[one.name])) for one in INPUTS]
    return (
        tuple(one for one in found if isinstance(one, Axis)),
        tuple(one for one in found if isinstance(one, LeftOut)),
    )


def _axis(one: Input, raw: NDArray[np.float64]) -> Axis | LeftOut:
    """The scale of one input; `raw` is sorted, so that sums do not depend on customers' order."""
    values = transformed(raw, one.transform)
    known = values[~np.isnan(values)]
    if not len(known):
        return LeftOut(
            one.name,
            Words(
                f"nothing known of any customer; it comes from {one.source.en}",
                f"所有客户均未知；来自{one.source.zh}",
            ),
        )
    different = 1 - np.unique(known, return_counts=True)[1].max() / len(known)
    told = different * len(known) / len(values)
    low, high = np.quantile(known, (CAPPED, 1 - CAPPED), method="inverted_cdf")
    capped = np.clip(known, low, high)
    if told < LEAST_DIFFERENT or low == high:
        return LeftOut(
            one.name,
            Words(
                f"the same, or unknown, for all but {told:.1%} of the customers",
                f"除{told:.1%}的客户外均相同或未知",
            ),
        )
    return Axis(
        one.name, one.transform, float(low), float(high), float(capped.mean()), float(capped.std())
    )
