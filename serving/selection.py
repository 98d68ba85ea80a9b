"""Which scored customers of a run are listed, in which order, page by page.

A page is read off an index from where the page before ended (keyset paging): the thousandth page
costs what the first costs, and nobody is skipped or told twice where many are equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE

from scoring.segments.paths import NO_LABEL
from scoring.segments.risk import Tier
from serving.database import MOST_VALUES, askable
from serving.errors import QueryError
from serving.labels import SchemeRecord, labels
from serving.records import Run, customers

Sort = Literal["churn_probability", "value_at_risk"]
Pairs = tuple[tuple[str, str], ...]

COLUMNS = (
    customers.c.customer_id,
    customers.c.churn_probability,
    customers.c.value_at_risk,
    customers.c.features,
    customers.c.prediction,
)


class _Seldom(FunctionElement[Any]):
    """A condition that few rows meet: without being told, SQLite would look at every row."""

    # As a Boolean it would be compared with 1, and the index be lost.
    type = NULLTYPE
    inherit_cache = True


@compiles(_Seldom)
def _as_it_is(element: _Seldom, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(_Seldom, "sqlite")
def _as_sqlite_is_told(element: _Seldom, compiler: SQLCompiler, **how: Any) -> str:
    return f"unlikely({compiler.process(element.clauses, **how)})"


@dataclass(frozen=True)
class Selection:
    """Who is listed, and in which order; who stands in several pairs of one name fits any of them.

    Attributes:
        tier: Only of this risk tier.
        segments: Only who has these labels, by scheme.
        attributes: Only who has these attributes, by name.
        least_probability: Only whose churn probability is no lower.
        least_value_at_risk: Only whose value at risk is known and no lower.
        sort: Highest first by this; where equal, by id in ascending order. Customers whose value
            at risk is not known come last.
    """

    tier: Tier | None = None
    segments: Pairs = ()
    attributes: Pairs = ()
    least_probability: float | None = None
    least_value_at_risk: float | None = None
    sort: Sort = "churn_probability"


@dataclass(frozen=True)
class Place:
    """After which customer a page begins: the value of what the list is sorted by, and the id."""

    key: float | None
    customer_id: str


@dataclass(frozen=True)
class RunList:
    """The list of one run.

    Attributes:
        run: Whose customers.
        selection: Which of them.
        schemes: What the run keeps of its schemes.
    """

    run: Run
    selection: Selection
    schemes: Sequence[SchemeRecord]


def pairs_of(texts: Sequence[str], parameter: str) -> Pairs:
    """Pairs of a name and a value out of texts such as `rfm:champions`, in the order asked.

    Raises:
        QueryError: One has no colon, or nothing before it.
    """
    pairs = []
    for text in texts:
        name, colon, value = text.partition(":")
        if not name or not colon:
            raise QueryError(
                f"write {parameter} as name:value, such as "
                f"{'rfm:champions' if parameter == 'segment' else 'region:North'}",
                parameter,
            )
        pairs.append((name, value))
    return tuple(pairs)


def attributes_of(texts: Sequence[str], *, region: str | None, owner: str | None) -> Pairs:
    """Pairs of attributes: those written name:value, and the two that have a name of their own.

    Raises:
        QueryError: See `pairs_of`.
    """
    named = (("region", region), ("owner", owner))
    short = tuple((name, value) for name, value in named if value is not None)
    return (*pairs_of(texts, "attribute"), *short)


def listed(
    connection: Connection, found_in: RunList, after: Place | None, most: int
) -> list[Row[Any]]:
    """The next customers of a list, as rows of `COLUMNS`.

    Args:
        connection: Sees the run.
        found_in: The list.
        after: Where the page before ended; None for the first.
        most: How many at the most.

    Raises:
        QueryError: The run has no such scheme, label or attribute.
    """
    asked = found_in.selection.attributes
    holdable = tuple(pair for pair in asked if askable(connection, pair[1:]))
    if {name for name, _ in holdable} != {name for name, _ in asked}:
        return []  # of one name no value can be in the database
    found_in = replace(found_in, selection=replace(found_in.selection, attributes=holdable))
    ids: list[str] = []
    for stretch in stretches(found_in, after):
        ids += connection.execute(stretch.limit(most - len(ids))).scalars()
        if len(ids) == most:
            break
    parts = (ids[start : start + MOST_VALUES] for start in range(0, len(ids), MOST_VALUES))
    return [row for part in parts for row in _rows(connection, found_in.run, part)]


def _rows(connection: Connection, run: Run, ids: Sequence[str]) -> list[Any]:
    asked = select(*COLUMNS).where(
        customers.c.run_id == run.run_id, customers.c.customer_id.in_(ids)
    )
    found = {row.customer_id: row for row in connection.execute(asked)}
    return [found[customer_id] for customer_id in ids]


def stretches(found_in: RunList, after: Place | None) -> Iterator[Select[Any]]:
    """Queries for ids that, one after the other, are the rest of the list.

    They read the index alone: a whole row is looked up for those on the page, not for all who were
    left out on the way.

    One for the equals of the last customer, one for all that come after these, and one for those
    whose key is not known. As a single condition these would be read off no index.

    Raises:
        QueryError: See `listed`.
    """
    selection = found_in.selection
    key, customer_id = customers.c[selection.sort], customers.c.customer_id
    everyone = select(customer_id).where(*_conditions(found_in))
    known = everyone.order_by(key.desc(), customer_id)
    if after is None:
        yield known.where(key.is_not(None))
    elif after.key is not None:
        equals = everyone.where(_Seldom(key == after.key), customer_id > after.customer_id)
        yield equals.order_by(customer_id)
        yield known.where(key < after.key)
    if selection.sort == "value_at_risk" and selection.least_value_at_risk is None:
        # By the key too, though all are equal in it: else PostgreSQL takes the ids' own index, and
        # looks at every customer.
        unknown = everyone.where(_Seldom(key.is_(None))).order_by(key.desc(), customer_id)
        begun = after is not None and after.key is None
        yield unknown.where(customer_id > after.customer_id) if begun and after else unknown


def _conditions(found_in: RunList) -> list[ColumnElement[bool]]:
    run, selection = found_in.run, found_in.selection
    probability, value = customers.c.churn_probability, customers.c.value_at_risk
    found = [customers.c.run_id == run.run_id, probability.is_not(None)]
    if selection.tier is not None:
        found.append(customers.c.risk_tier == selection.tier)
    if selection.least_probability is not None:
        found.append(probability >= selection.least_probability)
    if selection.least_value_at_risk is not None:
        found.append(value >= selection.least_value_at_risk)
    narrow = [
        *_labelled(run, selection.segments, found_in.schemes),
        *_attributed(run, selection.attributes),
    ]
    if narrow:
        same = and_(labels.c.run_id == run.run_id, labels.c.customer_id == customers.c.customer_id)
        found.append(exists(select(1).where(same, *narrow)))
    return found


def _labelled(
    run: Run, asked: Pairs, schemes: Sequence[SchemeRecord]
) -> Iterator[ColumnElement[bool]]:
    # A later version may have kept schemes that this one does not know.
    on = {scheme.name: scheme for scheme in schemes if not scheme.off and scheme.name in labels.c}
    for name, codes in _by_name(asked).items():
        if name not in on:
            raise QueryError(
                f"the scoring run as of {run.as_of} has no such scheme; those that are on are "
                f"{', '.join(on) or 'none'}",
                "segment",
            )
        known = [label.code for label in (*on[name].labels, NO_LABEL)]
        if not set(codes) <= set(known):
            raise QueryError(
                f"scheme {name} has no such label; it has {', '.join(known)}", "segment"
            )
        column = labels.c[name]
        if NO_LABEL.code in codes:
            yield or_(column.is_(None), column.in_(codes))
        else:
            yield column.in_(codes)


def _attributed(run: Run, asked: Pairs) -> Iterator[ColumnElement[bool]]:
    for name, values in _by_name(asked).items():
        if name not in run.attributes:
            raise QueryError(
                f"the scoring run as of {run.as_of} has no such attribute of customers; it has "
                f"{', '.join(run.attributes) or 'none'}; map others under "
                "[tables.customers.columns] and run `retinue score` again",
                "attribute",
            )
        place = run.attributes.index(name)
        yield labels.c.attributes[place].as_string().in_(values)


def _by_name(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
