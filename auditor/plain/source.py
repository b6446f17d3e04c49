"""What every kind of check has in its words: amounts and durations, tables, sources of rows, subjects and their time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditor.parameters import Parameter
from auditor.plain.condition import field, in_words, parts_in_words
from auditor.records import contract
from auditor.wording import listed

Lines = Iterator[tuple[int, str]]
EXPRESSION = re.compile(r"[^\w.]")


def value_words(value: Any) -> str:
    """A parameter's value in words: a duration, a number, or the names of a list."""
    if isinstance(value, list):
        return ", ".join(str(one.get("name", one)) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


class Values:
    """Parameters by name, in words."""

    def __init__(self, parameters: dict[str, Parameter]) -> None:
        self.parameters = parameters
        self.plain = {name: value_words(one.at(None)) for name, one in parameters.items()}

    def amount(self, given: Any) -> str:
        """A duration or number; `$name` with its value; or one that depends on the case."""
        if isinstance(given, list):
            parts = [
                self.amount(one["value"]) + (f" where {self.say(one['when'])}" if "when" in one else " otherwise")
                for one in given
            ]
            return "; ".join(parts)
        text = str(given)
        if text.startswith("$"):
            return f"{self.plain.get(text[1:], '?')} (`{text[1:]}`)"
        return self.say(text) if EXPRESSION.search(text.replace(" ", "")) or "_" in text else text

    def items(self, given: Any) -> list[Any]:
        """A list of items, or the value of the parameter that holds it."""
        if isinstance(given, str) and given.startswith("$"):
            parameter = self.parameters.get(given[1:])
            value = parameter.at(None) if parameter else []
            return value if isinstance(value, list) else [value]
        return given if isinstance(given, list) else [given]

    def say(self, text: Any) -> str:
        return in_words(str(text), self.plain)

    def conditions(self, text: Any) -> Lines:
        for part in parts_in_words(str(text), self.plain):
            yield 1, part + "."


def table_name(table: str) -> str:
    return f"`{table}`"


def day_of(source: dict, values: Values, *, key: str = "date") -> str:
    """The day of a record: what the rule says, or the table's own date."""
    if source.get(key):
        return values.say(source[key])
    table = contract().tables.get(source.get("table", ""))
    return field(table.dated_by) if table is not None and table.dated_by else ""


def tie_of(source: dict) -> str:
    """How the records of a source are tied to the case."""
    match = source.get("match")
    if isinstance(match, str):
        return f", tied by {field(match)}"
    if isinstance(match, dict) and match:
        return ", tied by " + listed(tuple(field(name) for name in match))
    return ""


def source_lines(first: str, source: dict, values: Values, *, key: str = "date") -> Lines:
    """A sentence for a source of rows, and one for each condition on them."""
    day = day_of(source, values, key=key)
    dated = f", by {day}" if day else ""
    tail = ", where:" if source.get("where") else "."
    yield 0, f"{first} {table_name(source['table'])}{tie_of(source)}{dated}{tail}"
    if source.get("where"):
        yield from values.conditions(source["where"])


def subject_lines(check: dict, values: Values, *, what: str = "Asked of each record in") -> Lines:
    """The subject of a check: its table, condition and span."""
    tail = ", where:" if check.get("applies_to") else "."
    yield 0, f"{what} {table_name(check['subject'])}{tail}"
    if check.get("applies_to"):
        yield from values.conditions(check["applies_to"])
    yield from span_lines(check.get("span"), values)


def span_lines(span: Any, values: Values, begins: str = "Its time begins on", ends: str = "Its time ends on") -> Lines:
    if not span:
        return
    if span.get("from"):
        yield 0, f"{begins} {values.say(span['from'])}."
    if span.get("to"):
        yield 0, f"{ends} {values.say(span['to'])}."


def pause_lines(check: dict, values: Values) -> Lines:
    if check.get("pause"):
        pause = check["pause"]
        yield (
            0,
            f"Days inside a record of {table_name(pause['table'])} are not counted"
            + (", where:" if pause.get("where") else "."),
        )
        if pause.get("where"):
            yield from values.conditions(pause["where"])
