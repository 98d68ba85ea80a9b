"""Every scheme, written out: the order in which people and machines read them."""

from scoring.segments.abc import ABC
from scoring.segments.clusters import CLUSTER
from scoring.segments.demography import DEMOGRAPHY
from scoring.segments.feedback import FEEDBACK
from scoring.segments.geography import GEOGRAPHY
from scoring.segments.lifecycle import LIFECYCLE
from scoring.segments.needs import NEEDS
from scoring.segments.psychography import PSYCHOGRAPHY
from scoring.segments.purchasing_power import PURCHASING_POWER
from scoring.segments.region import REGION
from scoring.segments.rfm import RFM
from scoring.segments.risk import RISK
from scoring.segments.satisfaction import SATISFACTION
from scoring.segments.scheme import Scheme
from scoring.segments.social import SOCIAL
from scoring.segments.spending_habit import SPENDING_HABIT
from scoring.segments.usage_frequency import USAGE_FREQUENCY
from scoring.segments.value import VALUE

SCHEMES: tuple[Scheme, ...] = (
    RFM,
    ABC,
    LIFECYCLE,
    PURCHASING_POWER,
    USAGE_FREQUENCY,
    SPENDING_HABIT,
    SATISFACTION,
    FEEDBACK,
    NEEDS,
    GEOGRAPHY,
    REGION,
    DEMOGRAPHY,
    PSYCHOGRAPHY,
    SOCIAL,
    VALUE,
    RISK,
    CLUSTER,
)
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}
