"""The treatments table."""

import numpy as np
import pyarrow as pa

from training.simulation.arrow import words
from training.simulation.campaigns import campaign_days
from training.simulation.clock import Clock
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.truths import Truths

ARMS = ("control", "treated")
COST = 1.5


def treatments_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """The treatments of customers who had not left for long, as known by the end."""
    treatments = course.treatments
    known_at = Lateness(truths.late_treatments, 7).known_at(random, treatments.day)
    left = course.leaving.day[treatments.customer]
    kept = (known_at < clock.days) & (treatments.day < left + truths.noticed_after_days)
    converted = np.where(treatments.converted < left, treatments.converted, np.inf)[kept]
    names = [f"campaign-{i + 1:02}" for i in range(len(campaign_days(truths, clock.days)))]
    return pa.table(
        {
            "customer_id": course.people.ids[treatments.customer[kept]],
            "campaign_id": words(names, treatments.campaign[kept]),
            "treated_at": clock.moments(treatments.day[kept]),
            "arm": words(ARMS, treatments.treated[kept].astype(np.int64)),
            "cost": np.where(treatments.treated[kept], COST, 0.0),
            "converted_at": clock.moments(converted),
            "known_at": clock.moments(known_at[kept]),
        }
    )
