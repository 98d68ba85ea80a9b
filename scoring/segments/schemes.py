"""Every scheme, written out: the order in which people and machines read them."""

from scoring.segments.abc import ABC
from scoring.segments.rfm import RFM
from scoring.segments.scheme import Scheme
from scoring.segments.value import VALUE

SCHEMES: tuple[Scheme, ...] = (
    RFM,
    ABC,
    VALUE,
)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
