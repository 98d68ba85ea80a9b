"""The at-risk list: who to talk to first, why, and what is at stake."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from features.catalog import NAMES, catalog_hash
from features.feature import Language
from serving.cursors import Cursor, fingerprint, followed, secret_of, signed
from serving.errors import StoreError
from serving.labels import SchemeRecord, schemes_of
from serving.names import Names
from serving.records import Run, reason_of
from serving.selection import Place, RunList, Selection, listed
from serving.store import Store

REASONS_PER_CUSTOMER = 3
PAGE = 1000
EVERYONE = sys.maxsize
SPEND = NAMES.index("spend_last_91_days")


@dataclass(frozen=True)
class AtRisk:
    """One line of the list.

    Attributes:
        customer_id: The customer.
        churn_probability: In [0, 1].
        risk_tier: critical, high, medium or low.
        cluster: The behaviour cluster's name, empty where there is none.
        spend_last_91_days: Money, in the project's currency; None of features without orders.
        value_at_risk: churn_probability times remaining value; None where that is not known.
        reasons: Up to three facts, each associated with higher risk, strongest first, out of the
            customer's five largest contributions; none where all of these lower it.
        segments: By scheme that is on, the code of the label, None where it says nothing; None
            unless asked for.
    """

    customer_id: str
    churn_probability: float
    risk_tier: str
    cluster: str
    spend_last_91_days: float | None
    value_at_risk: float | None
    reasons: list[str]
    segments: dict[str, str | None] | None = None


@dataclass(frozen=True)
class Query:
    """What to list, and how to tell it.

    Attributes:
        most: How many at the most.
        selection: Which customers, in which order.
        language: Of reasons and clusters.
        with_segments: Whether each line tells its segments.
    """

    most: int
    selection: Selection = field(default_factory=Selection)
    language: Language = "en"
    with_segments: bool = False


@dataclass(frozen=True)
class Page:
    """Lines that follow one another in the list of one run.

    Attributes:
        run: That scored them.
        lines: In the order of the list.
        schemes: Names of those that lines tell the segments of; empty unless asked for.
        next: Cursor of the next page; None where no customer is left.
    """

    run: Run
    lines: list[AtRisk]
    schemes: tuple[str, ...]
    next: str | None


def at_risk(store: Store, query: Query, currency: str, cursor: str | None = None) -> Page:
    """A page of the current run's customers who answer the query, with reasons.

    Args:
        store: Where the run is.
        query: Which customers, and in which language.
        currency: Code of the currency that money is in.
        cursor: Of the page before: this one is of the same run, though there be a later one.

    Raises:
        QueryError: The run has no such scheme, label or attribute; or the cursor was altered, or
            is of another list.
        RunGoneError: The cursor's run is no longer kept.
        StoreError: There is no run yet.
    """
    with store.reading() as (connection, runs):
        run, place = _begin(connection, runs, query, cursor)
        schemes = schemes_of(connection, run)
        # One more than asked for tells whether any are left.
        rows = listed(connection, RunList(run, query.selection, schemes), place, query.most + 1)
        secret = secret_of(connection)
    more, rows = len(rows) > query.most, rows[: query.most]
    told = _Telling.of(run, query, currency, schemes)
    return Page(
        run=run,
        lines=[told.line(row) for row in rows],
        schemes=told.schemes,
        next=signed(_end(run, query, rows[-1]), secret) if more else None,
    )


def pages(store: Store, query: Query, currency: str) -> Iterator[Page]:
    """The list page by page, all of the run that is current now; nothing is held between pages.

    Args:
        store: Where the run is.
        query: Which customers, in which language, and how many in all.
        currency: Code of the currency that money is in.

    Raises:
        QueryError: The run has no such scheme, label or attribute.
        RunGoneError: So many runs were written meanwhile that this one is no longer kept.
        StoreError: There is no run yet.
    """
    left, cursor = query.most, None
    while True:
        page = at_risk(store, replace(query, most=min(left, PAGE)), currency, cursor)
        yield page
        left, cursor = left - len(page.lines), page.next
        if cursor is None or not left:
            return


def run_of(store: Store, query: Query, cursor: str | None) -> Run:
    """The run that a page would be of, without making the page; raises as `at_risk` does."""
    with store.reading() as (connection, runs):
        return _begin(connection, runs, query, cursor)[0]


def _begin(
    connection: Connection, runs: list[Run], query: Query, cursor: str | None
) -> tuple[Run, Place | None]:
    if cursor is None:
        return runs[0], None
    run, end = followed(connection, runs, cursor, _fingerprint(query))
    return run, Place(end.key, end.customer_id)


def _end(run: Run, query: Query, last: Row[Any]) -> Cursor:
    key = last._mapping[query.selection.sort]
    return Cursor(_fingerprint(query), run.run_id, key, last.customer_id)


def _fingerprint(query: Query) -> str:
    chosen = asdict(query.selection)
    pairs = {name: sorted({*chosen[name]}) for name in ("segments", "attributes")}
    return fingerprint("at-risk", sorted((chosen | pairs).items()))


@dataclass(frozen=True)
class _Telling:
    """What the lines of one run have in common."""

    clusters: Mapping[str, str]
    schemes: tuple[str, ...]
    language: Language
    currency: str
    with_segments: bool
    of_this_catalog: bool
    names: Names

    @classmethod
    def of(
        cls, run: Run, query: Query, currency: str, schemes: Sequence[SchemeRecord]
    ) -> "_Telling":
        clusters = [one for one in schemes if one.name == "cluster"]
        names = {label.code: label.name for one in clusters for label in one.labels}
        on = tuple(one.name for one in schemes if not one.off) if query.with_segments else ()
        return cls(
            clusters={code: name.said(query.language) for code, name in names.items()},
            schemes=on,
            language=query.language,
            currency=currency,
            with_segments=query.with_segments,
            of_this_catalog=run.catalog_hash == catalog_hash(),
            names=run.names,
        )

    def line(self, row: Row[Any]) -> AtRisk:
        if row.features is None or row.prediction is None:
            raise StoreError("a scored customer without a score; run `retinue score` again")
        prediction = self.names.prediction_of(row.prediction)
        segments = prediction["segments"]
        reasons = (reason_of(stored) for stored in prediction["reasons"])
        raising = (reason for reason in reasons if reason.contribution > 0)
        return AtRisk(
            customer_id=row.customer_id,
            churn_probability=row.churn_probability,
            risk_tier=prediction["risk_tier"],
            cluster=self.clusters.get(segments.get("cluster") or "", ""),
            spend_last_91_days=self._spend(row.features),
            value_at_risk=row.value_at_risk,
            reasons=[
                reason.fact(self.language, self.currency)
                for reason in islice(raising, REASONS_PER_CUSTOMER)
            ],
            segments=(
                {name: segments.get(name) for name in self.schemes} if self.with_segments else None
            ),
        )

    def _spend(self, features: bytes) -> float | None:
        values = np.frombuffer(features, dtype=np.float64)
        # Of features of another kind, who knows what was spent?
        if not self.of_this_catalog or len(values) != len(NAMES):
            return None
        return float(np.nan_to_num(values[SPEND]))
