"""Sentences for findings: a rule's message with its placeholders filled, and dates as 31 March 2026."""

from __future__ import annotations

import datetime as dt
import re
import string
from typing import Any

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PLACEHOLDERS = (
    "subject",
    "household",
    "child",
    "worker",
    "person",
    "trigger_on",
    "due_on",
    "done_on",
    "as_of",
    "since",
    "days",
    "days_late",
    "working_days",
    "working_days_late",
    "missing",
    "amount",
    "allowed",
)


ONE = re.compile(r"\b1 (working )?days\b")


def long_date(day: dt.date | None) -> str:
    """31 March 2026; 'no date' where there is none."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day is not None else "no date"


def number(value: Any) -> str:
    """A count or a percentage without needless decimals."""
    if value is None:
        return "none"
    return str(int(value)) if float(value).is_integer() else f"{float(value):.1f}"


def listed(items: tuple[str, ...]) -> str:
    """'a, b and c', with the underscores of code words as spaces."""
    words = [item.replace("_", " ") for item in items]
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def placeholders_in(text: str) -> list[str]:
    """The names in braces, so that a rule's message can be checked."""
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def sentence(
    messages: dict[str, str], state: str, outcome: str, values: dict[str, Any], title: str, unknown: str
) -> str:
    """The message of a finding."""
    if outcome == "not_evidenced":
        text = messages.get("not_evidenced")
        if text is None:
            gap = f"not recorded: {unknown}" if unknown else "the records needed are not complete"
            return f"The records do not settle whether this is met ({gap}). Requirement: {title}."
    else:
        text = messages.get(state) or messages.get("default") or title
    return ONE.sub(r"1 \1day", text.format(**values))


def in_doubt(rows: str, title: str) -> str:
    """The message of a finding that rows which could not be used may answer."""
    return (
        f"This cannot be told: what may answer it could not be used or not be read in full ({rows}). Put that right in the "
        f"records and run the audit again. Requirement: {title}."
    )
