"""A service's own policy file: parameter values, days from which records begin, and waivers.

A policy may tighten a limit that the law sets, and never loosen it: a looser value is an error that names the provision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor.durations import iso_date, parse
from auditor.errors import Problem, RulesError, nearest
from auditor.parameters import Parameter
from auditor.records import contract
from auditor.rule import Rulebook
from auditor.yamlfile import Map, Seq, load_file

KEYS = ("parameters", "history_from", "waivers", "rules")
WAIVER_KEYS = ("rule", "subject", "reason", "approved_by", "until")


@dataclass(frozen=True)
class WaiverRule:
    """A finding of `rule` about `subject` that the service accepts until a day, with the reason and who approved it."""

    rule: str
    subject: str
    reason: str
    approved_by: str
    until: dt.date


def read_policy(path: Path) -> tuple[Map, list[Path]]:
    """The content of a policy file, and the rule files it adds (relative to the file). Raises RulesError."""
    content = load_file(path)
    if not isinstance(content, Map):
        raise RulesError([Problem(str(path), 1, "A policy file is a mapping of " + ", ".join(KEYS) + ".")])
    problems = [
        Problem(str(path), content.line_of(key), f"'{key}' is not a field of a policy file." + nearest(str(key), KEYS))
        for key in content
        if key not in KEYS
    ]
    extra = content.get("rules") or []
    if not isinstance(extra, list) or not all(isinstance(item, str) for item in extra):
        problems.append(Problem(str(path), content.line_of("rules"), "'rules' is a list of rule files or folders."))
        extra = []
    if problems:
        raise RulesError(problems)
    return content, [path.parent / item for item in extra]


def apply_policy(book: Rulebook, content: Map, path: str) -> Rulebook:
    """The rulebook with the policy's values. Raises RulesError with every problem."""
    problems = [
        Problem(path, content.line_of(key), f"'{key}' gives a value for each name, one on each line.")
        for key in ("parameters", "history_from")
        if content.get(key) is not None and not isinstance(content[key], Map)
    ]
    if problems:
        raise RulesError(problems)
    parameters = dict(book.parameters)
    for name, value in (content.get("parameters") or {}).items():
        line = content["parameters"].line_of(name)
        if name not in parameters:
            problems.append(
                Problem(path, line, f"There is no parameter '{name}'." + nearest(str(name), list(parameters)))
            )
            continue
        wrong = _unfit(parameters[name], value)
        if wrong:
            problems.append(Problem(path, line, wrong))
            continue
        parameters[name] = replace(parameters[name], values=_tightened(parameters[name], value), from_policy=True)
    history = dict(book.history)
    for table, day in (content.get("history_from") or {}).items():
        line = content["history_from"].line_of(table)
        if table not in contract().tables:
            problems.append(
                Problem(
                    path,
                    line,
                    f"'{table}' is not a table of the record model." + nearest(str(table), list(contract().tables)),
                )
            )
        elif iso_date(day) is None:
            problems.append(Problem(path, line, f"'{table}' needs a date, year-month-day."))
        else:
            history[table] = day
    waivers = _waivers(content, path, book, problems)
    if problems:
        raise RulesError(problems)
    return replace(book, parameters=parameters, history=history, waivers=tuple(waivers))


def _unfit(parameter: Parameter, value: Any) -> str | None:
    """Why a policy's value cannot be used, or None."""
    for _, current in parameter.values:
        if isinstance(current, str) and parse(value) is None:
            return f"'{parameter.name}' is a duration such as '{current}'."
        if isinstance(current, (int, float)) and (not isinstance(value, (int, float)) or isinstance(value, bool)):
            return f"'{parameter.name}' is a number such as {current}."
        if isinstance(current, list) and not isinstance(value, Seq):
            return f"'{parameter.name}' is a list of items."
    if parameter.set_by != "law":
        return None
    current = parameter.at(None)
    if parameter.tighter is None:
        return f"'{parameter.name}' is set by law ({_cited(parameter)}) and cannot be changed by a policy."
    if _size(value) != _size(current) and (_size(value) > _size(current)) == (parameter.tighter == "lower"):
        return f"'{parameter.name}: {value}' is looser than the law allows: {_cited(parameter)} sets {current}. A policy may only be stricter."
    return None


def _cited(parameter: Parameter) -> str:
    return ", ".join(parameter.cites) or "the law"


def _size(value: Any) -> float:
    duration = parse(value)
    return duration.size if duration is not None else float(value)


def _tightened(parameter: Parameter, value: Any) -> tuple[tuple[str | None, Any], ...]:
    """The policy's value; for a law that changed, earlier versions stay where the policy's value would loosen them."""
    if parameter.set_by != "law" or len(parameter.values) == 1:
        return ((None, value),)
    keep = min if parameter.tighter == "lower" else max
    return tuple((start, keep((old, value), key=_size)) for start, old in parameter.values)


def _waivers(content: Map, path: str, book: Rulebook, problems: list[Problem]) -> list[WaiverRule]:
    given = content.get("waivers")
    if given is None:
        return []
    if not isinstance(given, Seq):
        problems.append(
            Problem(
                path, content.line_of("waivers"), "'waivers' is a list of {rule, subject, reason, approved_by, until}."
            )
        )
        return []
    found = []
    for place, entry in enumerate(given):
        line = given.line_of(place)
        if not isinstance(entry, Map) or set(entry) != set(WAIVER_KEYS):
            problems.append(
                Problem(path, line, "A waiver has rule, subject, reason, approved_by and until, and nothing else.")
            )
        elif entry["rule"] not in book.rules:
            problems.append(
                Problem(
                    path, line, f"There is no rule '{entry['rule']}'." + nearest(str(entry["rule"]), list(book.rules))
                )
            )
        elif iso_date(entry["until"]) is None:
            problems.append(Problem(path, line, "'until' is a date, year-month-day: a waiver always ends."))
        else:
            found.append(
                WaiverRule(
                    entry["rule"],
                    str(entry["subject"]),
                    str(entry["reason"]),
                    str(entry["approved_by"]),
                    dt.date.fromisoformat(entry["until"]),
                )
            )
    return found
