"""Every scheme, written out: the order in which people and machines read them."""

from scoring.segments.abc import ABC
from scoring.segments.demography import DEMOGRAPHY
from scoring.segments.feedback import FEEDBACK
from scoring.segments.geography import GEOGRAPHY
from scoring.segments.needs import NEEDS
from scoring.segments.psychography import PSYCHOGRAPHY
from scoring.segments.region import REGION
from scoring.segments.rfm import RFM
from scoring.segments.satisfaction import SATISFACTION
from scoring.segments.scheme import Scheme
from scoring.segments.social import SOCIAL

SCHEMES: tuple[Scheme, ...] = (
    RFM,
    ABC,
    SATISFACTION,
    FEEDBACK,
    NEEDS,
    GEOGRAPHY,
    REGION,
    DEMOGRAPHY,
    PSYCHOGRAPHY,
    SOCIAL,
)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
