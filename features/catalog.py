"""Every feature, written out once: column order, documentation and reason texts derive from it."""

import hashlib
import json

from features.families.basket import BASKET
from features.families.engagement import ENGAGEMENT
from features.families.frequency import FREQUENCY
from features.families.monetary import MONETARY
from features.families.profile import PROFILE
from features.families.recency import RECENCY
from features.families.satisfaction import SATISFACTION
from features.families.subscription import SUBSCRIPTION

CATALOG = (
    *RECENCY,
    *FREQUENCY,
    *MONETARY,
    *BASKET,
    *ENGAGEMENT,
    *SATISFACTION,
    *PROFILE,
    *SUBSCRIPTION,
)

NAMES = tuple(feature.name for feature in CATALOG)


def catalog_hash() -> str:
    """A digest of names, order and units: equal hashes mean columns that a model may share.

    What a function computes is not in it: a feature whose meaning changes takes a new name.
    """
    listed = [[feature.name, feature.family, feature.unit.many] for feature in CATALOG]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
