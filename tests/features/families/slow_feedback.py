"""Features of feedback said slowly, over one customer's known answers."""

from collections.abc import Sequence
from datetime import datetime

from tests.features.families.plain import NAN, halved, least, over, whole_days
from tests.features.streams import TONES, Row

SCALES = {"csat": "csat_1_5", "nps": "nps_0_10", "stars": "stars_1_5"}
LEAST_WEIGHT = 0.5**13


def slow_feedback(answers: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from the feedback known at `as_of`."""
    texts = [
        (TONES[answer["text"]], whole_days(answer["given_at"], as_of))
        for answer in answers
        if answer["text"] in TONES
    ]
    lately = [tone for tone, days in texts if days < 365]
    return {
        "feedback_in_total": len(answers),
        "days_since_last_feedback": least(
            whole_days(answer["given_at"], as_of) for answer in answers
        ),
        **{f"last_{name}": _last(answers, scale) for name, scale in SCALES.items()},
        **{f"recent_{name}": _recent(answers, scale, as_of) for name, scale in SCALES.items()},
        "share_of_texts_negative": over(sum(tone < 0 for tone in lately), len(lately)),
        "days_since_last_negative_text": least(days for tone, days in texts if tone < 0),
    }


def _scored(answers: Sequence[Row], scale: str) -> list[tuple[datetime, float]]:
    return [
        (answer["given_at"], answer["score"])
        for answer in answers
        if answer["scale"] == scale and answer["score"] is not None
    ]


def _last(answers: Sequence[Row], scale: str) -> float:
    scored = _scored(answers, scale)
    if not scored:
        return NAN
    latest = max(at for at, _ in scored)
    return min(score for at, score in scored if at == latest)


def _recent(answers: Sequence[Row], scale: str, as_of: datetime) -> float:
    scored = _scored(answers, scale)
    weights = [max(halved(whole_days(at, as_of), 91), LEAST_WEIGHT) for at, _ in scored]
    weighted = [score * weight for (_, score), weight in zip(scored, weights, strict=True)]
    return over(sum(weighted), sum(weights))
