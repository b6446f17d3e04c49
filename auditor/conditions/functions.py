"""The functions of rule expressions: for each its argument types, result type, and SQL.

The SQL keeps to what sqlglot can transpile to PostgreSQL and Spark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

DATE = "date"
TEXT = "text"
NUMBER = "number"
BOOLEAN = "boolean"
CODES = "codes"
ANY = "any"


@dataclass(frozen=True)
class Function:
    """`arguments`: the type of each; a last type followed by '...' repeats. `result` 'same' takes the arguments' type.
    `sql` gets the SQL of each argument."""

    name: str
    arguments: tuple[str, ...]
    result: str
    sql: Callable[..., str]
    literal_from: int | None = None


def add_months(day: str, count: str) -> str:
    """`count` months after `day`, keeping the day of the month or taking the month's last."""
    return f"CAST({day} + ({count}) * INTERVAL '1' MONTH AS DATE)"


def add_days(day: str, count: str) -> str:
    return f"CAST({day} + ({count}) * INTERVAL '1' DAY AS DATE)"


def days_between(start: str, end: str) -> str:
    return f"DATE_DIFF('DAY', {start}, {end})"


def ordinal(day: str) -> str:
    """How many working days there are up to and including `day`, from the calendar's start."""
    return f"(SELECT calendar.ordinal FROM calendar WHERE calendar.day = {day})"


def working_days_after(day: str, count: str) -> str:
    """The day `count` working days after `day`; `day` itself is day 0 whatever day it is."""
    return f"(SELECT working_day.day FROM working_day WHERE working_day.ordinal = {ordinal(day)} + ({count}))"


def working_days_before(day: str, count: str) -> str:
    """The day `count` working days before `day`; `day` itself is day 0 whatever day it is."""
    before = ordinal(add_days(day, "-1"))
    return (
        f"CASE WHEN ({count}) = 0 THEN {day} ELSE "
        f"(SELECT working_day.day FROM working_day WHERE working_day.ordinal = {before} - ({count}) + 1) END"
    )


def _age_on(born: str, day: str) -> str:
    years = f"DATE_PART('YEAR', {day}) - DATE_PART('YEAR', {born})"
    birthday = f"CAST({born} + ({years}) * INTERVAL '1' YEAR AS DATE)"
    return f"(({years}) - CASE WHEN {day} < {birthday} THEN 1 ELSE 0 END)"


def _words(text: str) -> str:
    tidy = f"TRIM(REGEXP_REPLACE({text}, '\\s+', ' ', 'g'))"
    return f"(CASE WHEN {tidy} = '' THEN 0 ELSE LENGTH({tidy}) - LENGTH(REPLACE({tidy}, ' ', '')) + 1 END)"


def _has(codes: str, *wanted: str) -> str:
    tests = [f"STRPOS(';' || {codes} || ';', ';' || {code} || ';') > 0" for code in wanted]
    return "(" + " AND ".join(tests) + ")"


def _lists(references: str, wanted: str) -> str:
    tidy = f"REPLACE(REPLACE({references}, ' ', ''), ',', ';')"
    return f"(STRPOS(';' || {tidy} || ';', ';' || TRIM({wanted}) || ';') > 0)"


def phrase_pattern(phrase: str, *, whole: bool = True) -> str:
    """A regular expression, as an SQL literal, that finds a lower-case phrase as words (or at the start of a word)."""
    body = re.sub(r"\\?\s+", r"\\s+", re.escape(" ".join(phrase.lower().split())))
    end = "([^a-z0-9]|$)" if whole else ""
    return "'" + f"(^|[^a-z0-9]){body}{end}".replace("'", "''") + "'"


def _contains(text: str, *phrases: str) -> str:
    literal = [phrase[1:-1].replace("''", "'") for phrase in phrases]
    tests = [f"REGEXP_MATCHES(LOWER({text}), {phrase_pattern(phrase)})" for phrase in literal]
    return "(" + " OR ".join(tests) + ")"


def _call(name: str) -> Callable[..., str]:
    return lambda *arguments: f"{name}({', '.join(arguments)})"


FUNCTIONS = {
    function.name: function
    for function in (
        Function("coalesce", (ANY, ANY, "..."), "same", _call("COALESCE")),
        Function("nullif", (ANY, ANY), "same", _call("NULLIF")),
        Function("greatest", (ANY, ANY, "..."), "same", _call("GREATEST")),
        Function("least", (ANY, ANY, "..."), "same", _call("LEAST")),
        Function("lower", (TEXT,), TEXT, _call("LOWER")),
        Function("upper", (TEXT,), TEXT, _call("UPPER")),
        Function("trim", (TEXT,), TEXT, _call("TRIM")),
        Function("length", (TEXT,), NUMBER, _call("LENGTH")),
        Function("abs", (NUMBER,), NUMBER, _call("ABS")),
        Function("round", (NUMBER, NUMBER), NUMBER, _call("ROUND")),
        Function("age_on", (DATE, DATE), NUMBER, _age_on),
        Function("birthday", (DATE, NUMBER), DATE, lambda born, age: add_months(born, f"12 * ({age})")),
        Function("days_between", (DATE, DATE), NUMBER, days_between),
        Function("working_days_between", (DATE, DATE), NUMBER, lambda a, b: f"({ordinal(b)} - {ordinal(a)})"),
        Function("add_days", (DATE, NUMBER), DATE, add_days),
        Function("add_months", (DATE, NUMBER), DATE, add_months),
        Function("words", (TEXT,), NUMBER, _words),
        Function("has", (CODES, TEXT), BOOLEAN, _has, literal_from=1),
        Function("has_all", (CODES, TEXT, "..."), BOOLEAN, _has, literal_from=1),
        Function("lists", (TEXT, TEXT), BOOLEAN, _lists),
        Function("contains", (TEXT, TEXT, "..."), BOOLEAN, _contains, literal_from=1),
    )
}
AGGREGATES = {"min": "same", "max": "same", "count": NUMBER, "sum": NUMBER, "avg": NUMBER}
