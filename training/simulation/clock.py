"""Days to moments, and demand over the year, the week and the day."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from training.simulation.truths import Truths

WEEK = 7
SECONDS_PER_DAY = 86_400
# Demand by hour: quiet nights, a lunch break, a long evening.
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 13, 11, 10, 10, 11, 13, 16, 19, 20, 17, 11, 5)


class Clock:
    """Time is a number of days since the first day; demand runs through it unevenly.

    What comes at an even pace in demand comes more often when demand is high: laws of gaps are
    drawn in demand and mapped to days.
    """

    def __init__(self, truths: Truths, days: int) -> None:
        """Lay out the demand of each hour."""
        self.days = days
        self.weeks = -(-days // WEEK)
        first = datetime.combine(truths.first_day, datetime.min.time(), tzinfo=UTC)
        self._first_second = int(first.timestamp())
        self._hours = np.arange(self.weeks * WEEK * 24 + 1) / 24
        start = self._hours[:-1]
        day_of_year = start + truths.first_day.timetuple().tm_yday
        year = 1 + truths.year_swing * np.cos(
            2 * np.pi * (day_of_year - truths.year_peak_day) / 365.25
        )
        week = np.array(truths.weekday_demand)[
            (start.astype(np.int64) + truths.first_day.weekday()) % WEEK
        ]
        hour = np.array(HOURS)[np.arange(len(start)) % 24] / np.mean(HOURS)
        self._demand: NDArray[np.float64] = np.append(0.0, np.cumsum(year * week * hour) / 24)

    def demand_until(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Demand from the first day until each moment; a day's is 1 on average."""
        return np.interp(days, self._hours, self._demand)

    def day_of(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """The moment until which there was so much demand; infinite after the last week."""
        return np.interp(demand, self._demand, self._hours, right=np.inf)

    def week_of(self, days: NDArray[np.float64]) -> NDArray[np.int64]:
        """Index of the week, held within the weeks that there are."""
        found: NDArray[np.int64] = np.clip(days, 0, self.days - 1).astype(np.int64) // WEEK
        return found

    def moments(self, days: NDArray[np.float64]) -> NDArray[np.datetime64]:
        """Moments to the second; not a time where days are not finite."""
        known = np.isfinite(days)
        seconds = np.floor(np.where(known, days, 0) * SECONDS_PER_DAY).astype(np.int64)
        found: NDArray[np.datetime64] = np.array(seconds + self._first_second, "datetime64[s]")
        found[~known] = np.datetime64("NaT")
        return found.astype("datetime64[us]")
