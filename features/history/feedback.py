"""Feedback as of a date: scores on the scale they were given on, and what texts say."""

from typing import TYPE_CHECKING

import ibis

from features.history.cut import AsOfDates, DatedRows, cut, dated_rows, keys_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

CSAT, NPS, STARS = "csat_1_5", "nps_0_10", "stars_1_5"
LOWEST_HIGHEST = {CSAT: (1, 5), NPS: (0, 10), STARS: (1, 5)}


class FeedbackHistory(DatedRows):
    """One row per customer, as-of date and feedback given before it.

    Beside customer_id, as_of and days_ago the table has: score and scale, null where not mapped;
    level, the score between the lowest (0) and the highest (1) of its scale; tone, what the text
    says: -1 negative, 0 neutral, 1 positive, null without a text; and turn, 1 for the customer's
    latest feedback of the scale, 2 for the one before.
    """

    @property
    def score(self) -> "ir.DecimalColumn":
        """As given."""
        return self.table.score

    @property
    def level(self) -> "ir.FloatingColumn":
        """The score from 0, the scale's lowest, to 1, its highest."""
        return self.table.level

    @property
    def tone(self) -> "ir.IntegerColumn":
        """-1, 0 or 1."""
        return self.table.tone

    def last(self, scale: str) -> "ir.BooleanValue":
        """The latest scored feedback on a scale."""
        return self.on(scale) & (self.table.turn == 1)

    def on(self, scale: str) -> "ir.BooleanValue":
        """Scored feedback on one scale."""
        return (self.table.scale == scale) & self.score.notnull()


def feedback_before(rows: "ir.Table", as_of_dates: AsOfDates) -> FeedbackHistory:
    """The feedback known at each as-of date."""
    types = {"score": "decimal(18, 4)", "scale": "string", "tone": "int8"}
    missing = {name: ibis.null(kind) for name, kind in types.items() if name not in rows.columns}
    known = dated_rows(cut("feedback", rows.mutate(**missing), as_of_dates), "given_at")
    known = known.mutate(level=_level(known), scored=known.score.notnull())
    # Of two scores given at one moment, the lower counts as the later.
    turn = ibis.row_number().over(
        group_by=[*keys_of(as_of_dates), "scale", "scored"],
        order_by=[ibis.desc("given_at"), "score"],
    )
    return FeedbackHistory(known.mutate(turn=turn + 1))


def _level(rows: "ir.Table") -> "ir.FloatingColumn":
    score = rows.score.cast("float64")
    on_scale = [
        (rows.scale == scale, (score - lowest) / (highest - lowest))
        for scale, (lowest, highest) in LOWEST_HIGHEST.items()
    ]
    return ibis.cases(*on_scale)
