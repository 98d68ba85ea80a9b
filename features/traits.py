"""Facts beside features that classes are made of: attributes, social events, themes, tones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.errors import AsOfDateError, TableError
from features.history.cut import CARRIED, MICROSECONDS_PER_DAY, aggregated
from features.themes import Theme
from features.trait_parts import PRESENT, Part, together

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.before import History

SOCIAL_DAYS = 91
THEME_DAYS = 365
SOCIAL: Mapping[str, tuple[str, ...]] = {
    "shares": ("share",),
    "comments": ("comment",),
    "likes": ("like",),
    "referrals": ("referral",),
}
ENGAGEMENTS = "engagements"
LAST_TONE, DAYS_SINCE_LAST_TEXT = "last_tone", "days_since_last_text"
POSITIVE_TEXTS, NEGATIVE_TEXTS = "positive_texts_last_365_days", "negative_texts_last_365_days"
AGE = "age_in_years"
# What the customers table holds beside attributes.
NO_ATTRIBUTES = ("customer_id", "as_of", "joined_at", "birth_year", "joined_by_then")
TONE_VALUES = 3  # -1, 0 and 1


@dataclass(frozen=True)
class Questions:
    """What a project asks beside its columns.

    Attributes:
        social: By trait, the kinds of events that it counts.
        themes: Themes to count; the tables must have been opened with the same.
        asked: Sets of kinds of events that a churn definition asks for (features/asked.py).
    """

    social: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(SOCIAL))
    themes: tuple[Theme, ...] = ()
    asked: tuple[tuple[str, ...], ...] = ()


NO_THEMES = Questions()


@dataclass(frozen=True)
class Traits:
    """What is known of customers at one as-of date beside features, ordered by customer.

    Attributes:
        customer_ids: Shape (customers,): whom any table but orders and subscriptions holds.
        present: Shape (customers,): false of whom nothing is known but a row of the customers
            table that says they join later.
        values: By trait, shape (customers,): texts as objects with None for unknown, yes or no
            as 1.0 and 0.0, numbers as float64, both with NaN for unknown.
        counts: The traits that are counts: a customer without a row counts 0.
    """

    customer_ids: pa.Array
    present: NDArray[np.bool_]
    values: Mapping[str, NDArray[Any]]
    counts: frozenset[str] = frozenset()

    @classmethod
    def of_nobody(cls) -> Self:
        """Where the project has no table that could tell."""
        return cls(pa.array([], pa.string()), np.array([], dtype=bool), {})


def build_traits(history: "History", questions: Questions) -> Traits:
    """Traits of everyone at the history's one as-of date.

    Raises:
        AsOfDateError: The history is of several dates.
        TableError: An attribute has the name of a count, or the tables were opened without the
            themes asked for.
    """
    table = trait_table(history, questions)
    if table is None:
        return Traits.of_nobody()
    return traits_of(table.order_by("customer_id").to_pyarrow())


def traits_of(found: pa.Table) -> Traits:
    """An engine's answer as arrays."""
    names = [name for name in found.column_names if name not in ("customer_id", PRESENT)]
    return Traits(
        found["customer_id"].combine_chunks(),
        found[PRESENT].to_numpy().astype(bool),
        {name: _values(found[name]) for name in names},
        frozenset(name for name in names if pa.types.is_integer(found[name].type)),
    )


def trait_table(history: "History", questions: Questions) -> "ir.Table | None":
    """The traits as one table: customer_id, `present`, then a column per trait.

    One row per customer who stands in any table but orders and subscriptions, in one scan of each
    and without a join. None where the project has no such table. Attributes of a customers table
    without known_at are those it holds today.

    Raises:
        AsOfDateError: The history is of several dates.
        TableError: As `build_traits`.
    """
    if history.as_of_dates != CARRIED and len(history.as_of_dates) != 1:
        raise AsOfDateError(
            f"traits are of one as-of date, found {len(history.as_of_dates)}; ask for one at a time"
        )
    parts = [
        part
        for part in (
            _attributes(history),
            _events(history, questions.social),
            _texts(history, questions.themes),
            _categories(history, questions.themes),
            *_ids(history),
        )
        if part is not None
    ]
    return together(parts) if parts else None


def _attributes(history: "History") -> Part | None:
    if history.customers is None:
        return None
    rows = history.customers.attributes
    found: dict[str, ir.Column] = {}
    for name in rows.columns:
        if name not in NO_ATTRIBUTES:
            column = rows[name]
            found[name] = column if column.type().is_string() else column.cast("float64")
    if "birth_year" in rows.columns:
        found[AGE] = rows.as_of.year() - rows.birth_year.cast("float64")
    attributes = rows.select("customer_id", **(found | {PRESENT: rows.joined_by_then}))
    return Part(attributes, facts=tuple(found))


def _events(history: "History", social: Mapping[str, tuple[str, ...]]) -> Part | None:
    events = history.events
    if events is None:
        return None
    recent = events.since(SOCIAL_DAYS)
    counts = {
        name: events.count(where=recent & events.kind.isin(kinds)) for name, kinds in social.items()
    } | {ENGAGEMENTS: events.count(where=recent)}
    return Part(aggregated(events.table, history.as_of_dates, **counts), tuple(counts))


def _texts(history: "History", themes: tuple[Theme, ...]) -> Part | None:
    feedback = history.feedback
    if feedback is None:
        return None
    rows = feedback.table
    if not {"text", "tone"} & set(history.columns["feedback"]):
        return Part(rows.select("customer_id").distinct())
    unread = [theme.column for theme in themes if theme.column not in rows.columns]
    if unread:
        raise TableError(
            f"feedback: texts were not searched for {unread}; give open_tables the same themes"
        )
    recent = feedback.since(THEME_DAYS)
    counts = {
        POSITIVE_TEXTS: feedback.count(where=recent & (feedback.tone == 1)),
        NEGATIVE_TEXTS: feedback.count(where=recent & (feedback.tone == -1)),
    } | {theme.column: feedback.count(where=recent & rows[theme.column]) for theme in themes}
    # Moment and tone in one number, so that one pass finds the latest text; of several at one
    # moment the worst counts as the latest.
    ago = rows.as_of.delta(rows.given_at, unit="microsecond")
    latest = (ago * TONE_VALUES + feedback.tone + 1).min(where=feedback.tone.notnull())
    found = aggregated(rows, history.as_of_dates, latest=latest, **counts)
    per_day = TONE_VALUES * MICROSECONDS_PER_DAY
    found = found.mutate(
        **{
            LAST_TONE: (found.latest % TONE_VALUES - 1).cast("float64"),
            DAYS_SINCE_LAST_TEXT: (found.latest // per_day).cast("float64"),
        }
    )
    return Part(found, tuple(counts), (LAST_TONE, DAYS_SINCE_LAST_TEXT))


def _categories(history: "History", themes: tuple[Theme, ...]) -> Part | None:
    if history.categories is None or not themes:
        return None
    rows = history.categories.table
    counts = {
        theme.column: rows.lines_last_365_days.sum(where=theme.in_category(rows.category))
        for theme in themes
    }
    return Part(aggregated(rows, history.as_of_dates, **counts), tuple(counts))


def _ids(history: "History") -> list[Part]:
    tickets = None if history.tickets is None else history.tickets.table
    found = [rows for rows in (tickets, history.treatments) if rows is not None]
    return [Part(rows.select("customer_id").distinct()) for rows in found]


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    # Each distinct text once: a million customers share a few of them. Stripped here, as Ibis
    # strips the letters f and v too on Spark.
    encoded = column.combine_chunks().dictionary_encode()
    stripped = [text.strip() or None for text in encoded.dictionary.to_pylist()]
    texts = np.array([*stripped, None], dtype=object)
    places: NDArray[np.int64] = encoded.indices.fill_null(len(texts) - 1).to_numpy(
        zero_copy_only=False
    )
    return texts[places]
