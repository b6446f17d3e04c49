"""Choices: a thin layer over Hypothesis that makes days where mistakes are likely (ends of months, leap days, clock
changes, the very day a time runs out) more frequent than they are in life."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.oracle import days

T = TypeVar("T")
AUDIT_DAYS = tuple(dt.date.fromisoformat(text) for text in (
    "2026-03-31", "2024-02-29", "2025-02-28", "2025-10-26", "2026-03-29", "2025-12-31", "2024-12-30", "2025-06-15",
    "2025-04-21", "2023-07-31",
))
CLOCKS = tuple(dt.date.fromisoformat(text) for text in (
    "2023-03-26", "2023-10-29", "2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29",
))
TIMES = ("00:00", "00:30", "01:15", "01:59", "09:00", "12:00", "17:30", "23:30", "23:59")


@cache
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


class Chance:
    """Choices of whole numbers in a range, and what can be made of them. `as_of` is the audit date of the example,
    from which other days are drawn back; `since` is the first day of its window (`own_since` if it is not the usual one)."""

    def __init__(self, number: Callable[[int, int], int], as_of: dt.date, since: dt.date | None) -> None:
        self.number = number
        self.as_of = as_of
        self.own_since = since
        self.since = since or days.add_months(as_of, -12)
        self.count = 0

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def often(self) -> bool:
        """True three times in four."""
        return self.number(0, 3) > 0

    def seldom(self) -> bool:
        """True once in four."""
        return self.number(0, 3) == 3

    def key(self, letter: str) -> str:
        """A key that no other record has. Keys do not run in the order of days."""
        self.count += 1
        return f"{letter}{self.count * 7 % 1000:03d}"

    def day(self, back: int = 800) -> dt.date:
        """A day up to `back` days before the audit date, seldom after it, often one that is apt to be got wrong."""
        how = self.number(0, 11)
        if how == 0:
            return self.as_of + self.number(0, 3) * days.DAY
        if how in (1, 5):
            return self.since + self.number(-1, 1) * days.DAY
        day = self.as_of - self.number(0, back) * days.DAY
        if how == 2:
            return dt.date(2024, 2, 29)
        if how == 3:
            return days.add_months(day.replace(day=1), 1) - days.DAY
        if how == 4:
            return self.pick([clock for clock in CLOCKS if clock <= self.as_of])
        return day

    def near(self, mark: dt.date, lengths: Sequence[str]) -> dt.date:
        """A day about when one of `lengths` after `mark` runs out, or any time after the mark."""
        if self.often():
            return edge(mark, self.pick(lengths)) + self.number(-1, 1) * days.DAY
        return mark + self.number(0, 400) * days.DAY

    def moment(self, day: dt.date) -> str:
        """A day, mostly with a time, seldom with an offset."""
        how = self.number(0, 5)
        if how == 0:
            return day.isoformat()
        time = self.pick(TIMES)
        if how == 1:
            return f"{day}T{time}:00+00:00"
        if day in CLOCKS and day.month == 3 and time.startswith("01"):
            time = "02:15"      # a time that the clocks skipped does not exist
        return f"{day} {time}"

    def maybe(self, value: T) -> T | None:
        """The value, or nothing."""
        return None if self.seldom() else value


def chances(draw: Callable[[st.SearchStrategy], Any]) -> tuple[Chance, Chance]:
    """The choices of one example's rule, which Hypothesis makes one by one and can simplify, and those of its records,
    which follow from one drawn number: hundreds of separate draws would make most examples too large to keep."""
    as_of = draw(st.sampled_from(AUDIT_DAYS))
    luck = random.Random(draw(st.integers(0, 2**64 - 1)))
    since = as_of - luck.randint(0, 500) * days.DAY if luck.random() < 0.3 else None
    return Chance(lambda low, high: draw(_between(low, high)), as_of, since), Chance(luck.randint, as_of, since)


def edge(mark: dt.date, length: str) -> dt.date:
    """The day on which a duration after `mark` runs out (hours as whole days)."""
    count, unit = days.length(length)
    return mark + count // 24 * days.DAY if unit == "hours" else days.shift(mark, length)


def text(day: dt.date | None) -> str | None:
    """A day as records write it."""
    return None if day is None else day.isoformat()
