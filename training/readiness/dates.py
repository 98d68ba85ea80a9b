"""Findings about the as-of dates that training would use: too few, too late, not over yet."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from features.errors import RetinueError
from features.readiness.facts import Facts
from features.readiness.finding import Finding
from training.config import TrainingConfig
from training.readiness import codes
from training.splits import TimeSplit

if TYPE_CHECKING:
    from features.tables import Tables

REACHES = 1  # from the latest fit date to the test date


def no_orders() -> Finding:
    """What is said of a project without orders."""
    return Finding(
        codes.NO_ORDERS,
        "stops",
        None,
        "there is no [tables.orders] in the project file",
        "churn is no order within the horizon, so nobody has a label",
        "add [tables.orders] with customer_id, ordered_at and amount; of subscriptions alone, "
        "payments or renewals can serve as orders",
    )


def nothing_to_label(error: RetinueError) -> Finding:
    """What is said when the project lacks what the churn definition looks at."""
    found, *_, remedy = str(error).split("; ")
    return Finding(codes.NOTHING_TO_LABEL, "stops", None, found, "nobody has a label", remedy)


def too_little_history(config: TrainingConfig, tables: "Tables", error: RetinueError) -> Finding:
    """What is said when no dates can be found; the longest horizon that would do is added."""
    churn, reports = config.churn, [tables.reports[name] for name in tables.spine]
    first = min((found.first for found in reports if found.first), default=None)
    last = max((found.last for found in reports if found.last), default=None)
    remedy = "bring a longer history"
    if first and last:
        days = ((config.test_as_of or last) - first - config.warm_up).days
        longest = days // (REACHES + (config.test_as_of is None))
        longest -= churn.reach.days - churn.horizon_days
        if longest > 0:
            remedy += f", or set [churn] horizon_days = {longest} or shorter"
        remedy += f", or [training] warm_up_days below {config.warm_up.days}"
    span = f"orders are of {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "no orders"
    return Finding(
        codes.TOO_LITTLE_HISTORY,
        "stops",
        None,
        f"{span}; a horizon of {churn.horizon_days} days needs {REACHES + 1} times "
        f"{churn.reach.days} days after the first {config.warm_up.days}",
        _sentence(error),
        remedy,
        numbers={"horizon_days": churn.horizon_days, "warm_up_days": config.warm_up.days},
    )


def labels_not_known(error: RetinueError) -> Finding:
    """What is said when a label window ends after the data."""
    return Finding(
        codes.LABELS_NOT_KNOWN,
        "stops",
        None,
        _sentence(error),
        "who has not ordered yet may still do so",
        "set an earlier [training] test_as_of, or leave it out: the latest date is then taken",
    )


def find_outcomes(config: TrainingConfig, split: TimeSplit, facts: Facts) -> Iterator[Finding]:
    """Whether the outcomes of the test lie in the future."""
    end, now = split.test + config.churn.reach, facts.now
    if end <= now:
        return
    orders = facts.tables["orders"].counts
    first, usual_end = orders.days[0][0], orders.nearly_last or now.date()
    latest = min(now.date(), usual_end) - config.churn.reach - timedelta(days=1)
    until = f", or set [training] test_as_of = {latest} or earlier" if latest > first else ""
    yield Finding(
        codes.OUTCOMES_IN_THE_FUTURE,
        "stops",
        None,
        f"the test is at {split.test:%Y-%m-%d}, and its outcomes would be known on {end:%Y-%m-%d}, "
        f"later than now ({now:%Y-%m-%d})",
        "nobody can know them: a model would be judged on what has not happened",
        f"correct or leave out the orders of the future: see future_dates{until}",
        numbers={"test": f"{split.test:%Y-%m-%d}", "known_on": f"{end:%Y-%m-%d}"},
    )


def _sentence(error: RetinueError) -> str:
    """What an error found, without what it says to do."""
    return str(error).partition(";")[0]
