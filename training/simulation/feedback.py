"""The feedback table: scores and texts that tell what the drivers do to satisfaction."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training.simulation.arrow import words
from training.simulation.clock import Clock
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.phrases import LANGUAGES, NEGATIVE, NEUTRAL, POSITIVE, texts
from training.simulation.places import PLACES
from training.simulation.truths import Truths

SCALES = ("csat_1_5", "nps_0_10", "stars_1_5")
LOWEST, STEPS = np.array((1, 0, 1)), np.array((4, 10, 4))
CHANNELS = ("email", "app", "web")
TONES = (NEGATIVE, NEUTRAL, POSITIVE)
BANKS = [texts(language, tone) for language in LANGUAGES for tone in TONES]
BANK_SIZES = np.array([len(bank) for bank in BANKS])
BANK_STARTS = np.cumsum(BANK_SIZES) - BANK_SIZES
TEXTS = [text for bank in BANKS for text in bank]
BAD_BELOW, GOOD_FROM = 0.45, 0.7  # of the scale


def feedback_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """Feedback some days after orders, as known by the end."""
    people, orders = course.people, course.orders
    given = random.random(len(orders)) < truths.feedback_share
    customer, day = orders.customer[given], orders.day[given]
    day = day + random.exponential(2.0, len(day))
    known_at = Lateness(truths.late_feedback, 14).known_at(random, day)
    kept = known_at < clock.days
    customer, day = customer[kept], day[kept]
    n = len(day)
    loss = truths.satisfaction_loss * course.effects[clock.week_of(day), customer]
    mean = truths.satisfaction + people.mood[customer] - loss
    satisfied = np.clip(mean + random.normal(0, truths.satisfaction_spread, n), 0, 1)
    scale = random.choice(len(SCALES), n, p=(0.4, 0.3, 0.3))
    steps = np.round(satisfied * STEPS[scale])
    language = _languages(random, truths, people.place[customer])
    text = _texts(random, truths, steps / STEPS[scale], language)
    form = random.random(n)
    silent, unscored = form < truths.only_score_share, form >= 1 - truths.only_text_share
    return pa.table(
        {
            "customer_id": people.ids[customer],
            "given_at": clock.moments(day),
            "score": pa.array((LOWEST[scale] + steps).astype(np.int32), mask=unscored),
            "text": words(TEXTS, np.where(silent, -1, text)),
            "scale": words(SCALES, np.where(unscored, -1, scale)),
            "channel": words(CHANNELS, random.integers(len(CHANNELS), size=n)),
            "language": words(LANGUAGES, np.where(silent, -1, language)),
            "known_at": clock.moments(known_at[kept]),
        }
    )


def _languages(
    random: np.random.Generator, truths: Truths, place: NDArray[np.int64]
) -> NDArray[np.int64]:
    own = np.array([LANGUAGES.index(place.language) for place in PLACES])[place]
    other = random.random(len(place)) < truths.other_language_share
    return np.where(other, 1 - own, own)


def _texts(
    random: np.random.Generator,
    truths: Truths,
    share: NDArray[np.float64],
    language: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Index into TEXTS: of the score's tone, but for the contrary."""
    tone = np.where(share < BAD_BELOW, NEGATIVE, np.where(share < GOOD_FROM, NEUTRAL, POSITIVE))
    contrary = random.random(len(share)) < truths.contrary_text_share
    tone = np.where(contrary, random.integers(len(TONES), size=len(share)), tone)
    bank = language * len(TONES) + tone
    within = (random.random(len(share)) * BANK_SIZES[bank]).astype(np.int64)
    chosen: NDArray[np.int64] = BANK_STARTS[bank] + within
    return chosen
