"""Parameters as rule files define them: read, checked, and every problem collected with its line."""

from __future__ import annotations

import re
from typing import Any

from auditor.durations import iso_date, parse
from auditor.errors import Problem, nearest
from auditor.parameters import Parameter
from auditor.yamlfile import Map, Seq

PARAMETER_KEYS = ("value", "values", "about", "set_by", "tighter", "cites")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_parameters(problems: list[Problem], path: str, content: Map) -> tuple[Parameter, ...]:
    """The parameters that a rule defines for itself."""
    given = content.get("parameters")
    if given is None:
        return ()
    if not isinstance(given, Map):
        problems.append(
            Problem(
                path, content.line_of("parameters"), "'parameters' is a mapping of a name to {value, about, set_by}."
            )
        )
        return ()
    found = [read_parameter(problems, path, given, name, value) for name, value in given.items()]
    return tuple(parameter for parameter in found if parameter is not None)


def read_parameter(problems: list[Problem], path: str, fields: Map, name: str, given: Any) -> Parameter | None:
    """One parameter, or None where it has problems, which are added to `problems`."""
    line = fields.line_of(name)

    def problem(words: str) -> None:
        problems.append(Problem(path, line, f"Parameter '{name}': {words}"))

    before = len(problems)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        problem("a name is small letters, digits and underscores.")
    if not isinstance(given, Map):
        problem("write {value: …, about: …, set_by: law or policy}.")
        return None
    for key in given:
        if key not in PARAMETER_KEYS:
            problem(f"'{key}' is not one of its fields." + nearest(str(key), PARAMETER_KEYS))
    if ("value" in given) == ("values" in given):
        problem("give either 'value' or 'values'.")
    if given.get("set_by") not in ("law", "policy"):
        problem("'set_by' is law or policy.")
    if given.get("tighter") not in (None, "lower", "higher"):
        problem("'tighter' is lower or higher.")
    if not isinstance(given.get("about"), str):
        problem("say in 'about' what it means.")
    values: list[tuple[str | None, Any]] = [(None, given.get("value"))]
    if "values" in given:
        entries = given["values"] if isinstance(given["values"], Seq) else []
        if not entries or not all(
            isinstance(entry, Map) and set(entry) == {"from", "value"} and iso_date(entry["from"]) for entry in entries
        ):
            problem("'values' is a list of {from: year-month-day, value: …}.")
        else:
            values = sorted(
                ((entry["from"], entry["value"]) for entry in entries), key=lambda pair: pair[0], reverse=True
            )
    for _, value in values:
        if isinstance(value, str) and parse(value) is None:
            problem(f"'{value}' is not a duration; write '6 weeks', '12 months' or '7 working days', or a number.")
    if len(problems) > before:
        return None
    return Parameter(
        name,
        tuple(values),
        " ".join(given["about"].split()),
        given["set_by"],
        given.get("tighter"),
        tuple(given.get("cites") or ()),
    )
