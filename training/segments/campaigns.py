"""The logged campaigns of a project, with every scheme's labels from before each of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from scoring.segments.segmentation import Segmentation
from training.segments.response import Answers
from training.segments.standpoint import Standpoint
from training.segments.trials import TrialWindow, campaign_dates, trials_after

MOST_DATES = 8  # at each, everyone is described anew
LEAST_APART = timedelta(days=28)


def campaign_answers(
    standpoint: Standpoint,
    segmentation: Segmentation,
    until: datetime,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Answers]:
    """By scheme, who was treated and who answered; empty where no campaign was logged.

    Customers are scored only at dates after all outcomes that the champion learned from: scores of
    earlier dates may know who answered.

    Args:
        standpoint: Whose campaigns.
        segmentation: Labels the customers as of the day before.
        until: Campaigns that began at or after this moment are left out.
        tell: Called with a sentence as each date begins.
    """
    tables = standpoint.tables
    if "treatments" not in tables.rows:
        return {}
    if "converted_at" in tables.rows["treatments"].columns:
        window = TrialWindow()
    elif "orders" in tables.rows:
        window = TrialWindow(outcome="order")
    else:
        return {}
    dates = spread([date for date in campaign_dates(tables) if date < until])
    if not dates:
        return {}
    found: dict[str, list[Answers]] = {name: [] for name in segmentation.fitted}
    learned = standpoint.learned_until
    for date, trials in zip(dates, trials_after(tables, dates, window), strict=True):
        tell(f"campaigns from {date:%Y-%m-%d} on")
        customers = standpoint.customers(date, scored=learned is not None and date >= learned)
        for name, labels in segmentation.label(customers).items():
            found[name].append(Answers.of(trials, customers, labels))
    return {name: Answers.joined(parts) for name, parts in found.items()}


def spread(dates: list[datetime]) -> list[datetime]:
    """The latest dates that lie well apart, ascending; each stands for those that follow it."""
    chosen: list[datetime] = []
    for date in sorted(dates, reverse=True):
        if len(chosen) < MOST_DATES and (not chosen or chosen[-1] - date >= LEAST_APART):
            chosen.append(date)
    return chosen[::-1]
