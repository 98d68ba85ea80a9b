"""The tickets table."""

import numpy as np
import pyarrow as pa

from training.simulation.arrow import words
from training.simulation.clock import Clock
from training.simulation.complaints import CATEGORIES
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.truths import Truths


def tickets_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """The tickets of those who had not left, as known by the end."""
    tickets = course.tickets
    tickets = tickets.where(tickets.opened < course.leaving.day[tickets.customer])
    known_at = Lateness(truths.late_tickets, 3).known_at(random, tickets.opened)
    kept = known_at < clock.days
    known = tickets.where(kept)
    resolved = np.where(known.resolved < clock.days, known.resolved, np.inf)
    return pa.table(
        {
            "customer_id": course.people.ids[known.customer],
            "opened_at": clock.moments(known.opened),
            "resolved_at": clock.moments(resolved),
            "category": words(CATEGORIES, known.category),
            "known_at": clock.moments(known_at[kept]),
        }
    )
