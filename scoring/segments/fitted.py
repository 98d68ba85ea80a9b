"""Every scheme's fitted thresholds, as one value: the content of the bundle's segments.json."""

from dataclasses import dataclass

from scoring.segments.clusters import Clusters
from scoring.segments.risk import RiskTiers


@dataclass(frozen=True)
class Segments:
    """The schemes a bundle labels customers by."""

    cluster: Clusters
    risk: RiskTiers
