"""Dates as people leave them in a cell: a date, the number that Excel keeps for it, or a day in words or figures."""

from __future__ import annotations

import datetime as dt
import re

from auditor.wording import MONTHS

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
_EPOCH = dt.date(1899, 12, 30)
_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?[ -](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")


def date_of(text: str) -> dt.date | None:
    """The day that a cell names, from 2000 to 2099, or None. In figures the day stands before the month."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) == 5:
        return _within(_EPOCH + dt.timedelta(days=int(text)))
    if found := _ISO.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if found := _FIGURES.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        return _day(year, month, day)
    if found := _WORDS.fullmatch(text):
        name = found[2].casefold()
        months = [n for n, month in enumerate(MONTHS, start=1) if month.casefold().startswith(name)]
        return _day(int(found[3]), months[0], int(found[1])) if len(months) == 1 else None
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return _within(dt.date(year, month, day))
    except ValueError:
        return None


def _within(day: dt.date) -> dt.date | None:
    return day if FIRST_DAY <= day <= LAST_DAY else None
