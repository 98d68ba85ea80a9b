"""What became of a chunk of customers: all that the tables tell of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.campaigns import Treatments
from training.simulation.complaints import Tickets
from training.simulation.leaving import Leaving
from training.simulation.ordering import Orders
from training.simulation.population import Population
from training.simulation.prices import Subscribers


@dataclass(frozen=True)
class Course:
    """The course of things.

    Attributes:
        people: The customers.
        engaged: Shape (weeks, customers): engagement.
        effects: Shape (weeks, customers): sum of the drivers' effects.
        leaving: Who left when.
        orders: What was ordered until then.
        tickets: What was raised, also after that, if nobody had left.
        subscribers: Who subscribes, and what becomes of the price.
        treatments: Who was in which campaign, likewise.
    """

    people: Population
    engaged: NDArray[np.float64]
    effects: NDArray[np.float64]
    leaving: Leaving
    orders: Orders
    tickets: Tickets
    subscribers: Subscribers
    treatments: Treatments
