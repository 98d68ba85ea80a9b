"""The customers table, and the truth about them that no project file maps."""

import numpy as np
import pyarrow as pa

from training.simulation.arrow import numbers, words
from training.simulation.clock import Clock
from training.simulation.course import Course
from training.simulation.leaving import CAUSES
from training.simulation.places import PLACES
from training.simulation.population import GENDERS, INCOME_BANDS, Population
from training.simulation.truths import ACQUISITION, ARCHETYPES, Truths

PLACE = ("country", "region", "city", "settlement")


def customers_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """One row per customer who joined before the end."""
    people = course.people
    unknown = random.random((2, len(people))) < truths.unknown_share
    return pa.table(
        {
            "customer_id": people.ids,
            "joined_at": clock.moments(people.joined),
            "birth_year": numbers(truths.first_day.year - people.age, ~unknown[0]),
            "gender": words(GENDERS, np.where(unknown[1], -1, people.gender)),
            **{name: _of_place(name, people) for name in PLACE},
            "income_band": words(INCOME_BANDS, people.income),
            "acquisition_channel": words(ACQUISITION, people.acquisition),
            "consent_email": people.consent_email,
            "consent_phone": people.consent_phone,
        }
    )


def truth_table(clock: Clock, course: Course) -> pa.Table:
    """What nobody is told: archetype, own gap, hazard at rest, day and cause of leaving."""
    people, leaving = course.people, course.leaving
    return pa.table(
        {
            "customer_id": people.ids,
            "left_at": clock.moments(leaving.day),
            "left_by": words(CAUSES, leaving.cause),
            "archetype": words(ARCHETYPES, people.archetype),
            "usual_gap_days": people.usual_gap,
            "hazard_per_month": people.hazard,
            "tickets_factor": people.trouble,
        }
    )


def _of_place(name: str, people: Population) -> pa.Array:
    values, chosen = np.unique([getattr(place, name) for place in PLACES], return_inverse=True)
    return words(values.tolist(), chosen[people.place])
