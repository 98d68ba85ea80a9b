"""Campaigns by lot, and whom they keep, leave cold or drive away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.clock import Clock
from training.simulation.population import Population
from training.simulation.truths import Truths

FIRST_CAMPAIGN = 45
ANSWERS_WITHIN = 14


@dataclass(frozen=True)
class Treatments:
    """Who was in which campaign; every array has shape (treatments,).

    Attributes:
        customer: Position in the population.
        campaign: From 0.
        day: Days since the first day.
        treated: Whether in the treated arm.
        converted: Day of the order that answers it; infinite if none does.
    """

    customer: NDArray[np.int64]
    campaign: NDArray[np.int64]
    day: NDArray[np.float64]
    treated: NDArray[np.bool_]
    converted: NDArray[np.float64]


def campaign_days(truths: Truths, days: int) -> NDArray[np.float64]:
    """Day on which each campaign begins."""
    return np.arange(FIRST_CAMPAIGN, days, truths.campaign_every)


def treat(
    random: np.random.Generator, truths: Truths, clock: Clock, people: Population
) -> Treatments:
    """Choose customers who have joined and may be written to; treat some of them by lot."""
    begins = campaign_days(truths, clock.days)
    chosen = random.random((len(begins), len(people))) < truths.campaign_share
    chosen &= people.consent_email & (people.joined < begins[:, None])
    campaign, customer = np.nonzero(chosen)
    n = len(customer)
    day = begins[campaign] + random.uniform(8, 18, n) / 24
    treated = random.random(n) < truths.treated_share
    chances = np.array([truths.conversion_control, truths.conversion_treated])
    answers = random.random(n) < chances[treated.astype(int), people.archetype[customer]]
    after = day + random.uniform(0.05, ANSWERS_WITHIN, n)
    converted = np.where(answers & (after < clock.days), after, np.inf)
    return Treatments(customer, campaign, day, treated, converted)


def factor_of_campaigns(
    truths: Truths, clock: Clock, people: Population, treatments: Treatments
) -> NDArray[np.float64]:
    """Shape (weeks, customers): the treated's factor in the weeks after, by archetype."""
    factors = np.ones((clock.weeks, len(people)))
    customer = treatments.customer[treatments.treated]
    first = clock.week_of(treatments.day[treatments.treated]) + 1
    factor = np.array(truths.campaign_factor)[people.archetype[customer]]
    for after in range(truths.campaign_weeks):
        within = first + after < clock.weeks
        factors[first[within] + after, customer[within]] = factor[within]
    return factors
