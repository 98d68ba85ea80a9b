"""Every scheme, written out: the order in which people and machines read them."""

from scoring.segments.abc import ABC
from scoring.segments.clusters import CLUSTER
from scoring.segments.rfm import RFM
from scoring.segments.scheme import Scheme

SCHEMES: tuple[Scheme, ...] = (
    RFM,
    ABC,
    CLUSTER,
)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
