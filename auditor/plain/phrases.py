"""The functions of rule conditions as phrases: `age_on(child.born_on, as_of)` is the age of the child on the audit date."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

COMPARED = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.LT: "is less than",
    exp.LTE: "is at most",
    exp.GT: "is more than",
    exp.GTE: "is at least",
}
COMPARED_DAYS = {
    exp.LT: "is earlier than",
    exp.LTE: "is not later than",
    exp.GT: "is later than",
    exp.GTE: "is not earlier than",
}
OPPOSITE = {exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.LT: exp.GTE, exp.GTE: exp.LT, exp.GT: exp.LTE, exp.LTE: exp.GT}
ARITHMETIC = {exp.Add: "plus", exp.Sub: "less", exp.Mul: "times", exp.Div: "divided by"}
DAY_FUNCTIONS = ("birthday", "add_days", "add_months")


def function_in_words(name: str, given: list[str], *, negated: bool = False) -> str:
    """A function with its arguments already in words; empty for one that has no phrase."""
    if name == "contains":
        phrases = ", ".join(f"“{one}”" for one in given[1:])
        return f"{given[0]} {'does not speak' if negated else 'speaks'} of {phrases}"
    if name in ("has", "has_all"):
        return f"{given[0]} {'does not hold' if negated else 'holds'} {', '.join(given[1:])}"
    if name == "lists":
        return f"{given[0]} {'does not name' if negated else 'names'} {given[1]}"
    if name in ("add_days", "add_months"):
        return _moved(given, name.removeprefix("add_"))
    phrase = _PHRASES.get(name)
    return phrase(given) if phrase else ""


def _moved(given: list[str], unit: str) -> str:
    """A day moved by some days or months: 12 months before ‘started on’."""
    back = given[1].startswith("-")
    count = given[1].lstrip("-")
    word = unit.removesuffix("s") if count == "1" else unit
    return f"{count} {word} {'before' if back else 'after'} {given[0]}"


def _among(given: list[str]) -> str:
    """Several days, with brackets around those that depend on another being empty."""
    parts = [f"({one})" if " or, where empty, " in one else one for one in given]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _of_whom(born: str) -> str:
    """Whose age it is: of the child, or nobody's by name where the day of birth is the record's own."""
    owner = born.removeprefix("the ").removeprefix("‘born on’")
    return owner if born.endswith(owner) and "‘born on’" in born else f" (by {born})"


_PHRASES: dict[str, Callable[[list[str]], str]] = {
    "age_on": lambda a: f"the age{_of_whom(a[0])} on {a[1]}",
    "birthday": lambda a: f"the {a[1]}th birthday{_of_whom(a[0])}",
    "days_between": lambda a: f"the days from {a[0]} to {a[1]}",
    "working_days_between": lambda a: f"the working days from {a[0]} to {a[1]}",
    "words": lambda a: f"the number of words of {a[0]}",
    "greatest": lambda a: f"the latest of {_among(a)}",
    "least": lambda a: f"the earliest of {_among(a)}",
    "min": lambda a: f"the first {a[0]}",
    "max": lambda a: f"the last {a[0]}",
    "sum": lambda a: f"the sum of {a[0]}",
    "avg": lambda a: f"the average {a[0]}",
    "count": lambda a: f"the number of {'records' if a[0] in ('1', '*', '`*`') else 'different ' + a[0]}",
    "lower": lambda a: a[0],
    "upper": lambda a: a[0],
    "trim": lambda a: a[0],
    "length": lambda a: f"the length of {a[0]}",
    "abs": lambda a: f"{a[0]} without its sign",
    "round": lambda a: f"{a[0]} rounded",
}
