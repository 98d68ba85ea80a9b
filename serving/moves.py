"""Movement between two stored runs, added up where the rows are."""

from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, Select, and_, cast, func, select

from scoring.segments.migration import Migration
from scoring.segments.money import PARTS_PER_UNIT
from scoring.segments.paths import ENTERED, LEFT, NO_LABEL
from serving.labels import SchemeRecord, labels
from serving.records import Run


def migration_between(
    connection: Connection, runs: tuple[Run, Run], schemes: tuple[SchemeRecord, SchemeRecord]
) -> Migration:
    """The matrix of movement from one run to another under one scheme that is on in both.

    The same as `Migration.between` of both runs' customers, who need not be fetched for it.

    Args:
        connection: Sees both runs.
        runs: The earlier and the later.
        schemes: The scheme as each run keeps it.
    """
    known = {label.code: label for scheme in schemes for label in scheme.labels}
    places: dict[str | None, int] = {code: i for i, code in enumerate(known)}
    places[None] = len(known)
    absent, side = len(known) + 1, len(known) + 2
    customers, before, after = np.zeros((3, side, side), dtype=np.int64)
    first, second = (run.run_id for run in runs)
    for code, other, gone, *held in connection.execute(_moves(schemes[0].name, first, second)):
        cell = (places[code], absent if gone else places[other])
        customers[cell], before[cell], after[cell] = held
    for code, _, new, *held in connection.execute(_moves(schemes[0].name, second, first)):
        if new:
            customers[absent, places[code]], after[absent, places[code]], _ = held
    every = tuple(known.values())
    return Migration(
        from_date=runs[0].as_of[:10],
        to_date=runs[1].as_of[:10],
        rows=(*every, NO_LABEL, ENTERED),
        columns=(*every, NO_LABEL, LEFT),
        customers=customers,
        parts_before=before,
        parts_after=after,
    )


def _moves(scheme: str, run_id: int, other_id: int) -> Select[Any]:
    """Per label in one run and in the other: whether absent there, customers, money in both."""
    here, there = labels.alias(), labels.alias()
    code, other = here.c[scheme], there.c[scheme]
    absent = there.c.customer_id.is_(None)
    # Stored money has four decimals, so this rounds away no more than the float's last bits.
    parts, other_parts = (
        cast(
            func.coalesce(func.sum(cast(func.round(one.c.money * PARTS_PER_UNIT), BigInteger)), 0),
            BigInteger,
        )
        for one in (here, there)
    )
    same = and_(there.c.run_id == other_id, there.c.customer_id == here.c.customer_id)
    return (
        select(code, other, absent, func.count(), parts, other_parts)
        .select_from(here.outerjoin(there, same))
        .where(here.c.run_id == run_id)
        .group_by(code, other, absent)
    )
