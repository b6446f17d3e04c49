"""The few date operations that the law needs, with one definition each.

A year is 12 months; a month keeps the day of the month, or takes the month's last day where there is none; a working
day is Monday to Friday except bank holidays in England and Wales; hours are elapsed time in London, across clock
changes.
"""

from __future__ import annotations

import datetime as dt
import importlib.resources
from calendar import monthrange
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1990, 2060
DAY = dt.timedelta(days=1)


def add_months(day: dt.date, count: int) -> dt.date:
    """`count` months after `day`, or before it where negative: 31 January and one month is the last of February."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def birthday(born_on: dt.date, age: int) -> dt.date:
    """The day someone reaches `age`; 28 February in common years for a person born on the 29th."""
    return add_months(born_on, 12 * age)


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Age in whole years on `day`."""
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1


def published_bank_holidays(first_year: int, last_year: int) -> frozenset[dt.date]:
    """Bank holidays in England and Wales as the `holidays` package knows them. Slow to import: only `make docs` asks."""
    from holidays.countries.united_kingdom import UnitedKingdom

    return frozenset(UnitedKingdom(subdiv="ENG", years=range(first_year, last_year + 1)))


@cache
def bank_holidays(first_year: int, last_year: int) -> frozenset[dt.date]:
    """Bank holidays in England and Wales from `first_year` to `last_year`, both included, from the list that ships.

    The list (`bank_holidays.txt`) is written by `make docs`; a test holds it to `published_bank_holidays`.
    """
    text = importlib.resources.files("auditor").joinpath("bank_holidays.txt").read_text(encoding="ascii")
    days = (dt.date.fromisoformat(line) for line in text.split())
    return frozenset(day for day in days if first_year <= day.year <= last_year)


def is_working_day(day: dt.date) -> bool:
    """Whether `day` is Monday to Friday and no bank holiday. Raises ValueError outside the years that are known."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Bank holidays are known for {FIRST_YEAR} to {LAST_YEAR}, not for {day.year}.")
    return day.weekday() < 5 and day not in bank_holidays(FIRST_YEAR, LAST_YEAR)


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The working day `count` after `day` (before it, where negative); `day` itself is day 0, whatever day it is."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def instant(local: dt.datetime, *, later: bool = False) -> dt.datetime:
    """The instant (UTC) of a local time in London; `later` picks the second of the two in the hour the clocks go back.

    A time that carries its own offset is taken as it is.
    """
    aware = local if local.tzinfo is not None else local.replace(tzinfo=LONDON, fold=int(later))
    return aware.astimezone(dt.UTC)


def local_day(moment: dt.datetime) -> dt.date:
    """The date in London at an instant."""
    return moment.astimezone(LONDON).date()


def hours_after(moment: dt.datetime, count: int) -> dt.datetime:
    """The instant `count` elapsed hours after another, whatever the clocks did in between."""
    return moment.astimezone(dt.UTC) + dt.timedelta(hours=count)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """How many working days there are after `start` up to and including `end`; 0 where `end` is not after it."""
    closed = bank_holidays(FIRST_YEAR, LAST_YEAR)
    days = (start + DAY * n for n in range(1, (end - start).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and day not in closed)
