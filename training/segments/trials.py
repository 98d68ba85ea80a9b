"""Campaigns after an as-of date and who answered them: like labels, this looks past the date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.segments.customers import Customers
from scoring.segments.scheme import UNLABELLED, Labels
from training.errors import TrainingError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.tables import Tables

COLUMNS = ["customer_id", "campaign_id", "treated_at", "arm", "answered_at"]


@dataclass(frozen=True)
class TrialWindow:
    """Which treatments belong to an as-of date, and what counts as an answer.

    Attributes:
        days: Treatments in [T, T + days), and before the next date if there are several.
        answer_days: An answer comes within so many days after the treatment.
        outcome: A conversion as logged, or any order that is not a return.
    """

    days: int = 60
    answer_days: int = 14
    outcome: Literal["conversion", "order"] = "conversion"


@dataclass(frozen=True)
class Trials:
    """The treatments of one as-of date, a customer's first in each campaign.

    Attributes:
        as_of: The date; every treatment came at or after it.
        customer_ids: Shape (treatments,).
        campaigns: Ids, likewise.
        arms: Names, likewise.
        answered: Whether an answer came in time.
        left_out: Treatments not counted, by cause: `no_arm`; `repeated`, the customer was in the
            campaign already; `unfinished`, the time to answer ends after the data.
    """

    as_of: datetime
    customer_ids: NDArray[np.object_]
    campaigns: NDArray[np.object_]
    arms: NDArray[np.object_]
    answered: NDArray[np.bool_]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        """Number of treatments."""
        return len(self.customer_ids)

    def positions(self, customers: Customers, labels: Labels) -> NDArray[np.int64]:
        """Labels of the treated as of the date, `UNLABELLED` for who was no customer then.

        Args:
            customers: Everyone known at the date of these trials, or an earlier one.
            labels: Of these customers.

        Raises:
            TrainingError: The customers are of a later date: their labels know the campaign.
        """
        rows = customers.rows
        if len(rows) and rows.as_of.max() > np.datetime64(self.as_of):
            raise TrainingError(
                f"labels of {rows.as_of.max().astype('datetime64[D]')} already know how customers "
                f"answered campaigns after {self.as_of:%Y-%m-%d}; label them as of that date"
            )
        places = pd.Index(rows.customer_ids).get_indexer(pd.Index(self.customer_ids))
        return np.append(labels.positions, UNLABELLED)[places]


def campaign_dates(tables: "Tables") -> list[datetime]:
    """Each midnight before a campaign's first treatment at which anyone was a customer.

    Raises:
        TrainingError: The project has no treatments.
    """
    rows = _treatments(tables)
    first = rows.group_by("campaign_id").agg(first=rows.treated_at.min()).to_pyarrow()
    midnights = first["first"].to_numpy().astype("datetime64[D]").astype("datetime64[us]")
    dates = np.unique(midnights).astype(datetime)
    return [date for date in dates.tolist() if date > tables.first]


def trials_after(
    tables: "Tables", as_of_dates: Sequence[datetime], window: TrialWindow
) -> list[Trials]:
    """The treatments of each date, ascending, with answers as known by the end of the data.

    Raises:
        TrainingError: The project has no treatments, or not what the outcome is made from.
    """
    rows = _treatments(tables)
    answered = rows if window.outcome == "conversion" else _ordered(tables, rows, window)
    if "answered_at" not in answered.columns:
        raise TrainingError(
            "treatments say nothing of conversions; map converted_at in [tables.treatments], or "
            "count orders as answers"
        )
    found = answered.select(COLUMNS).to_pyarrow().to_pandas()
    found = found.sort_values(COLUMNS, ignore_index=True)
    starts = sorted(as_of_dates)
    ends = [start + timedelta(days=window.days) for start in starts]
    stops = [
        min(end, following) for end, following in zip(ends, [*starts[1:], ends[-1]], strict=True)
    ]
    return [
        _trials(found, start, stop, window.answer_days, _data_until(tables))
        for start, stop in zip(starts, stops, strict=True)
    ]


def _trials(
    rows: pd.DataFrame, start: datetime, stop: datetime, answer_days: int, until: datetime
) -> Trials:
    """Rows are sorted by customer, campaign and moment."""
    rows = rows[(rows.treated_at >= start) & (rows.treated_at < stop)]
    deadline = rows.treated_at + timedelta(days=answer_days)
    causes = {
        "no_arm": rows.arm.isna() | rows.campaign_id.isna(),
        "repeated": rows.duplicated(["customer_id", "campaign_id"]),
        "unfinished": deadline > until,
    }
    left_out, counted = np.zeros(len(rows), dtype=bool), {}
    for cause, these in causes.items():
        counted[cause] = int((these & ~left_out).sum())
        left_out |= these.to_numpy()
    kept = rows[~left_out]
    in_time = (kept.answered_at >= kept.treated_at) & (kept.answered_at < deadline[~left_out])
    ids, campaigns, arms = (
        kept[name].to_numpy(dtype=object) for name in ("customer_id", "campaign_id", "arm")
    )
    return Trials(start, ids, campaigns, arms, in_time.to_numpy(dtype=bool), counted)


def _treatments(tables: "Tables") -> "ir.Table":
    if "treatments" not in tables.rows:
        raise TrainingError(
            "there is no [tables.treatments] in the project file; add the log of campaigns"
        )
    rows = tables.rows["treatments"]
    ids = {name: rows[name].cast("string") for name in ("customer_id", "campaign_id")}
    return rows.mutate(**ids).rename(
        {"answered_at": "converted_at"} if "converted_at" in rows.columns else {}
    )


def _ordered(tables: "Tables", rows: "ir.Table", window: TrialWindow) -> "ir.Table":
    """The treatments, answered by the customer's first order within the days after."""
    orders = tables.orders.filter(~tables.orders.is_return)
    orders = orders.select(buyer=orders.customer_id.cast("string"), ordered_at=orders.ordered_at)
    rows = rows.drop("answered_at") if "answered_at" in rows.columns else rows
    within = rows.treated_at + ibis.interval(timedelta(days=window.answer_days))
    placed = rows.join(
        orders,
        [
            rows.customer_id == orders.buyer,
            orders.ordered_at > rows.treated_at,
            orders.ordered_at < within,
        ],
    )
    keys = ["customer_id", "treated_at"]
    first = placed.group_by(keys).agg(answered_at=placed.ordered_at.min())
    return rows.left_join(first, keys)


def _data_until(tables: "Tables") -> datetime:
    """The last moment of which orders and subscriptions tell: later answers cannot be known."""
    lasts = (tables.reports[name].last for name in tables.spine)
    return max(last for last in lasts if last is not None)
