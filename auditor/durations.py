"""Lengths of time and days as rules write them: '6 weeks', '12 months', '7 working days', '24 hours'."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

_FORM = re.compile(r"(\d{1,4})\s+(working\s+)?(hour|day|week|month|year)s?")


@dataclass(frozen=True)
class Duration:
    """`count` of `unit`: hours, days, working_days or months. Weeks are 7 days and years 12 months."""

    count: int
    unit: str

    def __str__(self) -> str:
        word = self.unit.replace("_", " ")
        if self.unit == "months" and self.count % 12 == 0:
            years = self.count // 12
            return f"{years} year" + ("s" if years != 1 else "")
        if self.unit == "days" and self.count % 7 == 0 and self.count:
            weeks = self.count // 7
            return f"{weeks} week" + ("s" if weeks != 1 else "")
        return f"{self.count} {word if self.count != 1 else word[:-1]}"

    @property
    def size(self) -> float:
        """Rough length in days, for comparing a policy's value with a legal limit."""
        return self.count * {"hours": 1 / 24, "days": 1.0, "working_days": 7 / 5, "months": 365.25 / 12}[self.unit]


def parse(text: object) -> Duration | None:
    """The duration that `text` writes, or None if it writes none."""
    found = _FORM.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    if found is None:
        return None
    count, working, unit = int(found.group(1)), bool(found.group(2)), found.group(3)
    if working:
        return Duration(count, "working_days") if unit == "day" else None
    if unit == "week":
        return Duration(count * 7, "days")
    if unit == "year":
        return Duration(count * 12, "months")
    return Duration(count, unit + "s")


def iso_date(text: Any) -> dt.date | None:
    """The date that an ISO text writes, or None."""
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
