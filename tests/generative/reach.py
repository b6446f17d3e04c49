"""What an example reaches: outcomes, states, options of the rule, and what the records hold."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from tests.generative.chance import CLOCKS
from tests.generative.compare import oracle_rows
from tests.generative.example import Example

STATES = {
    "recurring": {"late", "missed", "overdue"},
    "quota": {"missing"},
    "deadline": {"late", "overdue", "out_of_order"},
    "matrix": {"late", "overdue"},
    "current": {"missing", "expired", "uncovered"},
    "complete": {"incomplete"},
    "limit": {"over_limit"},
}
NEVER_PENDING = {"complete", "limit"}
OPTIONS = {
    "recurring": {"applies_to", "span", "pause", "first_within", "every: table"},
    "quota": {"applies_to", "span", "pause", "anchor"},
    "deadline": {"due", "or", "not_before", "nth", "direction", "hours", "working days", "within: table"},
    "matrix": {"hours", "working days", "when"},
    "current": {"throughout", "within", "valid_for", "expires", "count", "span"},
    "complete": {"where"},
    "limit": {"any_day", "as_of", "window", "in_any", "unless_same", "share", "sum", "distinct", "at_least"},
}


def reached(example: Example) -> set[str]:
    """All that one example reaches."""
    rows = oracle_rows(example)
    found = {row.outcome for row in rows} | {row.state for row in rows if row.outcome == "breach" and row.state}
    return found | _options(example) | {name for name, test in FEATURES.items() if test(example)}


def _options(example: Example) -> set[str]:
    """Options named in the rule as a key, as the value of `when`, or as the unit of a duration."""
    check = yaml.safe_load(example.rule)["check"]
    names, text = set().union(*OPTIONS.values()), example.rule
    words = {name for name in names if f"{name}:" in text or f"when: {name}\n" in text or f" {name}\n" in text}
    return words | {f"{name}: table" for name in ("every", "within") if isinstance(check.get(name), list)}


def _dates(example: Example) -> list[str]:
    values = [value for rows in example.records.values() for row in rows for value in row.values()]
    return [value[:10] for value in values if isinstance(value, str) and value[:2] == "20"]


FEATURES: dict[str, Callable[[Example], bool]] = {
    "a leap day": lambda e: any(day.endswith("-02-29") for day in _dates(e)),
    "the end of a month": lambda e: any(day.endswith(("-01-31", "-02-28", "-04-30")) for day in _dates(e)),
    "a change of the clocks": lambda e: bool({str(day) for day in CLOCKS} & set(_dates(e))),
    "the audit date": lambda e: str(e.as_of) in _dates(e),
    "a day after the audit date": lambda e: any(day > str(e.as_of) for day in _dates(e)),
    "an empty table": lambda e: any(not rows for rows in e.records.values()),
    "a column that is empty throughout": lambda e: any(
        len(rows) > 1 and any(all(row.get(column) is None for row in rows) for column in rows[0])
        for rows in e.records.values()
    ),
    "records that begin on a day": lambda e: bool(e.history_from),
    "a rule in force from a day": lambda e: "in_force" in e.rule,
    "a window of its own": lambda e: e.since is not None,
    "other rows in a condition": lambda e: "EXISTS (SELECT" in e.rule,
    "a column reached through a reference": lambda e: any(
        f"{word}." in e.rule for word in ("worker", "household", "child")
    ),
}
