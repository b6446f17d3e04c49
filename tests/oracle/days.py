"""Date arithmetic of the oracle, worked out by hand so that a mistake elsewhere cannot repeat itself here."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)

# Bank holidays by proclamation, and the days that they replaced (England and Wales).
EXTRA = {
    (2011, 4, 29), (2012, 6, 4), (2012, 6, 5), (2020, 5, 8), (2022, 6, 2), (2022, 6, 3), (2022, 9, 19), (2023, 5, 8),
}
MOVED = {(2012, 5, 28), (2020, 5, 4), (2022, 5, 30)}


def add_months(day: dt.date, count: int) -> dt.date:
    """`count` months after `day` (before it, where negative): the same day of the month, or the month's last."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years: birthdays reached since birth; a child of 29 February has theirs on 28 February in common years."""
    years = day.year - born.year
    return years if day >= add_months(born, 12 * years) else years - 1


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar."""
    century, golden = year // 100, year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return dt.date(year, month, offset + 28 - 31 * (month // 4))


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Bank holidays in England and Wales in one year."""
    first_may, last_may, last_august = dt.date(year, 5, 1), dt.date(year, 5, 31), dt.date(year, 8, 31)
    found = {
        easter(year) - 2 * DAY,
        easter(year) + DAY,
        first_may + (-first_may.weekday() % 7) * DAY,
        last_may - last_may.weekday() * DAY,
        last_august - last_august.weekday() * DAY,
    }
    new_year = dt.date(year, 1, 1)
    found.add(new_year + {5: 2, 6: 1}.get(new_year.weekday(), 0) * DAY)
    christmas = dt.date(year, 12, 25)
    # Friday: Boxing Day moves to Monday 28th. Saturday: both move. Sunday: Christmas moves to Tuesday 27th.
    substitutes = {4: (25, 28), 5: (27, 28), 6: (26, 27)}.get(christmas.weekday(), (25, 26))
    found |= {dt.date(year, 12, number) for number in substitutes}
    found -= {dt.date(*moved) for moved in MOVED}
    found |= {dt.date(*extra) for extra in EXTRA if extra[0] == year}
    return frozenset(found)


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday and no bank holiday in England and Wales."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days(day: dt.date, count: int) -> dt.date:
    """The working day `count` after `day` (before it, where negative); `day` itself is day 0."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """How many working days come after `first`, up to and including `last`; negative the other way round."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + number * DAY) for number in range(1, (last - first).days + 1))


class Span(tuple):
    """The earliest and the latest instant (UTC) that a recorded moment may stand for."""


def moment(text: str) -> tuple[dt.date, Span]:
    """The local day and the possible instants of '2025-06-01', '2025-06-01 14:30' or '2025-06-01T14:30:00+01:00'."""
    if len(text) == 10:
        day = dt.date.fromisoformat(text)
        return day, whole_day(day)
    read = dt.datetime.fromisoformat(text.replace(" ", "T"))
    if read.tzinfo is not None:
        exact = read.astimezone(dt.UTC)
        return exact.astimezone(LONDON).date(), Span((exact, exact))
    readings = [read.replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
    return read.date(), Span((min(readings), max(readings)))


def whole_day(day: dt.date) -> Span:
    """Midnight to the last tick before the next midnight in London: the possible instants of a day without a time."""
    first, last = (dt.datetime.combine(d, dt.time(), LONDON).astimezone(dt.UTC) for d in (day, day + DAY))
    return Span((first, last - TICK))


def local_day(instant: dt.datetime) -> dt.date:
    """The date in London at an instant."""
    return instant.astimezone(LONDON).date()


DURATION = re.compile(r"(\d+) (working )?(hour|day|week|month|year)s?")


def length(text: str) -> tuple[int, str]:
    """'6 weeks' as (42, 'days'), '1 year' as (12, 'months'), '7 working days' as (7, 'working'), '24 hours'."""
    found = DURATION.fullmatch(text)
    assert found, text
    count, unit = int(found[1]), found[3]
    if found[2]:
        return count, "working"
    if unit == "week":
        return count * 7, "days"
    if unit == "year":
        return count * 12, "months"
    return count, unit + "s"


def shift(day: dt.date, text: str, direction: int = 1) -> dt.date:
    """The day a duration after `day` (before it, where `direction` is -1)."""
    count, unit = length(text)
    if unit == "days":
        return day + direction * count * DAY
    if unit == "months":
        return add_months(day, direction * count)
    assert unit == "working", text
    return working_days(day, direction * count)
