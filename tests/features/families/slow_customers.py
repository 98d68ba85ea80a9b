"""Features of attributes said slowly, over the rows known of one customer."""

from collections.abc import Sequence
from datetime import datetime

from tests.features.families.plain import NAN, whole_days
from tests.features.streams import Row


def slow_customers(versions: Sequence[Row], as_of: datetime) -> dict[str, float]:
    """Features of one customer from what last became known by `as_of`."""
    row = max(versions, key=lambda version: version.get("known_at", as_of), default=None)
    if row is None:
        row = dict.fromkeys(
            ("joined_at", "birth_year", "consent_email", "consent_phone", "settlement")
        )
    joined, born = row["joined_at"], row["birth_year"]
    return {
        "days_since_joined": NAN if joined is None else whole_days(joined, as_of),
        "age_in_years": NAN if born is None else as_of.year - born,
        "consents_to_email": _yes(row["consent_email"]),
        "consents_to_phone": _yes(row["consent_phone"]),
        "lives_in_a_city": _is(row["settlement"], "urban"),
        "lives_in_the_country": _is(row["settlement"], "rural"),
    }


def _yes(value: bool | None) -> float:
    return NAN if value is None else float(value)


def _is(value: str | None, word: str) -> float:
    return NAN if value is None else float(value.lower() == word)
