"""Who has which label of a scheme in a run, page by page, in ascending order of id."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from scoring.segments.paths import NO_LABEL
from serving.cursors import Cursor, fingerprint, followed, secret_of, signed
from serving.errors import UnknownRunError, UnknownSegmentError
from serving.labels import SchemeRecord, labels
from serving.records import Run, customers
from serving.segments import scheme_that_is_on
from serving.store import Store


@dataclass(frozen=True)
class MembersQuery:
    """Which customers to list.

    Attributes:
        scheme: By which they are labelled.
        most: How many at the most.
        label: Only of this code; `NO_LABEL`'s for those of whom the scheme says nothing.
        run_id: Of this run, if it is still kept; None for the current one.
    """

    scheme: str
    most: int
    label: str | None = None
    run_id: int | None = None


@dataclass(frozen=True)
class Member:
    """One customer under one scheme.

    Attributes:
        customer_id: The customer.
        label: Code; `NO_LABEL`'s where the scheme says nothing.
        money: A year's, to four decimals.
        churn_probability: None where not scored.
    """

    customer_id: str
    label: str
    money: float
    churn_probability: float | None


@dataclass(frozen=True)
class Members:
    """Customers of a scheme that follow one another in one run.

    Attributes:
        run: That labelled them.
        scheme: By which.
        lines: One per customer.
        next: Cursor of the next page; None where no customer is left.
    """

    run: Run
    scheme: SchemeRecord
    lines: list[Member]
    next: str | None


def members(store: Store, query: MembersQuery, cursor: str | None = None) -> Members:
    """A page of a scheme's customers.

    Args:
        store: Where the run is.
        query: Which customers.
        cursor: Of the page before: this one is of the same run, though there be a later one.

    Raises:
        UnknownSegmentError: There is no such scheme or label, or the scheme is off.
        UnknownRunError: There is no such run.
        QueryError: The cursor was altered, or is of another list.
        RunGoneError: The cursor's run is no longer kept.
        StoreError: There is no run, or none with segments.
    """
    with store.reading() as (connection, runs):
        run, after = _begin(connection, runs, query, cursor)
        scheme = scheme_that_is_on(connection, run, query.scheme)
        _check_label(scheme, query.label)
        # One more than asked for tells whether any are left.
        page = labelled(run, query, after).limit(query.most + 1)
        rows = connection.execute(page).all()
        secret = secret_of(connection)
    more, rows = len(rows) > query.most, rows[: query.most]
    return Members(
        run=run,
        scheme=scheme,
        lines=[Member(id_, label or NO_LABEL.code, *known) for id_, label, *known in rows],
        next=signed(_end(run, query, rows[-1].customer_id), secret) if more else None,
    )


def members_run(store: Store, query: MembersQuery, cursor: str | None) -> Run:
    """The run that a page would be of, without making it; raises as `members` does of runs."""
    with store.reading() as (connection, runs):
        return _begin(connection, runs, query, cursor)[0]


def labelled(run: Run, query: MembersQuery, after: str | None) -> Select[Any]:
    """The customers of a run from the one after that id on, read off the key of the labels."""
    code = labels.c[query.scheme]
    of_both = (labels.c.run_id == customers.c.run_id) & (
        labels.c.customer_id == customers.c.customer_id
    )
    found = (
        select(labels.c.customer_id, code, labels.c.money, customers.c.churn_probability)
        .join_from(labels, customers, of_both)
        .where(labels.c.run_id == run.run_id)
        .order_by(labels.c.customer_id)
    )
    if query.label is not None:
        unlabelled = query.label == NO_LABEL.code
        found = found.where(code.is_(None) if unlabelled else code == query.label)
    if after is None:
        return found
    # Of both, though they are equal: else PostgreSQL looks at all customers up to there again.
    return found.where(labels.c.customer_id > after, customers.c.customer_id > after)


def _begin(
    connection: Connection, runs: list[Run], query: MembersQuery, cursor: str | None
) -> tuple[Run, str | None]:
    if cursor is not None:
        run, end = followed(connection, runs, cursor, _fingerprint(query))
        return run, end.customer_id
    return runs[0] if query.run_id is None else _run_by_id(runs, query.run_id), None


def _end(run: Run, query: MembersQuery, customer_id: str) -> Cursor:
    return Cursor(_fingerprint(query), run.run_id, None, customer_id)


def _fingerprint(query: MembersQuery) -> str:
    return fingerprint("members", query.scheme, query.label, query.run_id)


def _run_by_id(runs: list[Run], run_id: int) -> Run:
    for run in runs:
        if run.run_id == run_id:
            return run
    kept = ", ".join(str(run.run_id) for run in runs)
    raise UnknownRunError(f"there is no such scoring run; those kept are {kept}")


def _check_label(scheme: SchemeRecord, code: str | None) -> None:
    known = [label.code for label in (*scheme.labels, NO_LABEL)]
    if code is not None and code not in known:
        raise UnknownSegmentError(
            f"scheme {scheme.name} has no such label; it has {', '.join(known)}"
        )
