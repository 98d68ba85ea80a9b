"""Who the customers are: what their table says, and what nobody can see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.places import PLACES
from training.simulation.truths import ACQUISITION, ARCHETYPES, Truths

GENDERS = ("female", "male", "other")
INCOME_BANDS = ("low", "middle", "high")
DO_NOT_DISTURB = ARCHETYPES.index("do_not_disturb")


@dataclass(frozen=True)
class Population:
    """One chunk of customers, column by column; every array has shape (customers,).

    Attributes:
        ids: Customer ids, from 1.
        joined: Days since the first day; negative before it.
        age: In years on the first day.
        gender: Index into GENDERS.
        income: Index into INCOME_BANDS.
        place: Index into PLACES.
        acquisition: Index into ACQUISITION.
        consent_email: May be written to.
        consent_phone: May be called.
        uses_app: Has the app.
        archetype: Index into ARCHETYPES.
        usual_gap: Days between orders, in a year's average demand.
        hazard: Of leaving, per 30 days, all drivers at 0.
        means: Factor on prices of what the customer buys.
        trouble: Factor on tickets per order.
        liveliness: Factor on events.
        mood: What the customer's satisfaction is off the mean.
    """

    ids: NDArray[np.int64]
    joined: NDArray[np.float64]
    age: NDArray[np.int64]
    gender: NDArray[np.int64]
    income: NDArray[np.int64]
    place: NDArray[np.int64]
    acquisition: NDArray[np.int64]
    consent_email: NDArray[np.bool_]
    consent_phone: NDArray[np.bool_]
    uses_app: NDArray[np.bool_]
    archetype: NDArray[np.int64]
    usual_gap: NDArray[np.float64]
    hazard: NDArray[np.float64]
    means: NDArray[np.float64]
    trouble: NDArray[np.float64]
    liveliness: NDArray[np.float64]
    mood: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of customers."""
        return len(self.ids)


def populate(
    random: np.random.Generator, truths: Truths, ids: NDArray[np.int64], days: int
) -> Population:
    """Draw customers with the ids."""
    n = len(ids)
    age = np.clip(random.normal(42, 14, n), 18, 85).astype(np.int64)
    income = random.choice(len(INCOME_BANDS), n, p=(0.3, 0.5, 0.2))
    acquisition = random.choice(len(ACQUISITION), n, p=(0.3, 0.25, 0.15, 0.15, 0.15))
    archetype = draw_archetypes(random, truths, acquisition, age)
    spread = np.exp(random.normal(0, truths.hazard_spread, n))
    return Population(
        ids=ids,
        joined=_joined(random, truths, n, days),
        age=age,
        gender=random.choice(len(GENDERS), n, p=(0.5, 0.47, 0.03)),
        income=income,
        place=random.choice(len(PLACES), n, p=[place.share for place in PLACES]),
        acquisition=acquisition,
        consent_email=random.random(n) < truths.consent_email_share,
        consent_phone=random.random(n) < truths.consent_phone_share,
        uses_app=random.random(n) < truths.app_share,
        archetype=archetype,
        usual_gap=truths.usual_gap_days * np.exp(random.normal(0, truths.usual_gap_spread, n)),
        hazard=truths.monthly_hazard * np.array(truths.archetype_hazard)[archetype] * spread,
        means=np.array((0.75, 1.0, 1.5))[income] * np.exp(random.normal(0, 0.3, n)),
        trouble=random.gamma(2.0, 0.5, n),
        liveliness=np.exp(random.normal(0, 0.4, n)),
        mood=random.normal(0, truths.satisfaction_spread, n),
    )


def draw_archetypes(
    random: np.random.Generator,
    truths: Truths,
    acquisition: NDArray[np.int64],
    age: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How each customer answers to a campaign, by how they came and how old they are."""
    bounds = np.cumsum(truths.archetype_shares, axis=1)[acquisition]
    drawn = np.minimum((random.random((len(age), 1)) >= bounds).sum(axis=1), len(ARCHETYPES) - 1)
    older = age >= truths.older_from_age
    disturbed = older & (random.random(len(age)) < truths.older_do_not_disturb)
    return np.where(disturbed, DO_NOT_DISTURB, drawn)


def _joined(random: np.random.Generator, truths: Truths, n: int, days: int) -> NDArray[np.float64]:
    before = random.random(n) < truths.joined_before_share
    share = random.random(n)
    return np.where(before, -share * truths.joined_before_days, share * days * truths.joining_until)
