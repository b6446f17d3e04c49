"""Days on which people in an office do things, and random choices of them."""

from __future__ import annotations

import datetime as dt
import functools
from random import Random

from auditor.dates import add_months, age_on, is_working_day

AS_OF = dt.date(2026, 3, 31)
HISTORY_FROM = dt.date(2023, 4, 1)
DAY = dt.timedelta(days=1)

__all__ = ["AS_OF", "HISTORY_FROM", "age_on", "at", "between", "is_working", "on_or_after", "on_or_before", "plus",
           "plus_working", "plus_years", "series"]


is_working = functools.cache(is_working_day)


def on_or_after(day: dt.date) -> dt.date:
    """The first working day from `day` on."""
    while not is_working(day):
        day += DAY
    return day


def on_or_before(day: dt.date) -> dt.date:
    """The last working day up to `day`."""
    while not is_working(day):
        day -= DAY
    return day


def plus_working(day: dt.date, n: int) -> dt.date:
    """The n-th working day after `day`, which is day 0; a negative n counts back."""
    step = DAY if n >= 0 else -DAY
    for _ in range(abs(n)):
        day += step
        while not is_working(day):
            day += step
    return day


def plus(day: dt.date, days: int) -> dt.date:
    """`days` calendar days after `day`."""
    return day + dt.timedelta(days=days)


def plus_years(day: dt.date, years: int) -> dt.date:
    """The same day of another year; 29 February becomes the 28th."""
    return add_months(day, 12 * years)


def between(rng: Random, first: dt.date, last: dt.date) -> dt.date:
    """A random day from `first` to `last`, both included."""
    return plus(first, rng.randint(0, max(0, (last - first).days)))


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A time of day; hours past 23 run into the next day."""
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hour, minutes=minute)


def series(rng: Random, first: dt.date, last: dt.date, low: int, high: int) -> list[dt.date]:
    """Working days from `first` on, `low` to `high` days apart and never more, none after `last`."""
    found = []
    day = on_or_before(first) if not is_working(first) else first
    while day <= last:
        found.append(day)
        day = on_or_before(plus(day, rng.randint(low, high)))
    return found
