"""The fields of a rule as its file gives them: read, checked, and every problem collected with its line."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from auditor.durations import iso_date
from auditor.errors import Problem, nearest
from auditor.model import AREAS, CONFIDENCES, GRADES, STATES, TYPES
from auditor.parameterfile import read_parameters
from auditor.rule import KINDS, Escalation, Rule
from auditor.yamlfile import Map, Seq

REQUIRED = (
    "id",
    "version",
    "title",
    "cites",
    "area",
    "type",
    "confidence",
    "kind",
    "check",
    "grade",
    "message",
    "remedy",
)
OPTIONAL = ("note", "in_force", "optional", "escalate", "parameters")
ID = re.compile(r"[A-Z][A-Za-z0-9.]*(-[A-Za-z0-9.]+)+")
CITE = re.compile(r"(FSR|NMS|CPPCR|CA 1989|SCCIF|VOL4|WT|MISSING|OFSTED|POLICY) \S.*")


def read_rule(problems: list[Problem], path: str, content: Map, cases: tuple[str, str] | None) -> Rule | None:
    """One rule, or None where it has problems, which are added to `problems` with their lines."""
    before = len(problems)

    def problem(key: str, words: str) -> None:
        problems.append(Problem(path, content.line_of(key), words))

    kind = content.get("kind")
    if kind not in KINDS:
        problem("kind", f"'{kind}' is not a kind of check." + nearest(str(kind), list(KINDS)))
    for key in content:
        if key not in REQUIRED + OPTIONAL:
            problem(key, f"'{key}' is not a field of a rule." + nearest(str(key), REQUIRED + OPTIONAL))
    for key in REQUIRED:
        if content.get(key) is None:
            problem(key, f"A rule needs the field '{key}'.")
    _check_id(content, problem)
    for key, valid in (("area", AREAS), ("type", TYPES), ("grade", GRADES), ("confidence", CONFIDENCES)):
        if content.get(key) is not None and content[key] not in valid:
            problem(key, f"'{content[key]}' is not a value of '{key}'." + nearest(str(content[key]), valid))
    cites = _texts(content, "cites", problem)
    for cite in cites:
        if not CITE.fullmatch(cite):
            problem(
                "cites",
                f"'{cite}' is not a citation; write it as FSR 36(1), FSR Sch 7, NMS 21.8, CPPCR 28 or CA 1989 Sch 7; the service's own policy as POLICY 4.2.",
            )
    if content.get("confidence") in ("medium", "low") and not content.get("note"):
        problem("confidence", "Say in 'note' why the confidence is not high.")
    if not isinstance(content.get("check"), Map) and content.get("check") is not None:
        problem("check", "'check' is a mapping of the parameters of the kind.")
    start, end = _in_force(content, problem)
    escalate = _escalations(content, problem)
    messages = _messages(content, problem)
    parameters = read_parameters(problems, path, content)
    for key in ("title", "remedy", "note"):
        if content.get(key) is not None and not isinstance(content[key], str):
            problem(key, f"'{key}' is a text.")
    if len(problems) > before:
        return None
    return Rule(
        id=content["id"],
        version=content["version"],
        title=content["title"].strip(),
        cites=tuple(cites),
        area=content["area"],
        type=content["type"],
        kind=kind,
        check=content["check"],
        grade=content["grade"],
        messages=messages,
        remedy=" ".join(content["remedy"].split()),
        confidence=content["confidence"],
        note=" ".join((content.get("note") or "").split()),
        in_force_from=start,
        in_force_to=end,
        optional=tuple(_texts(content, "optional", problem)),
        escalate=escalate,
        path=path,
        line=content.line,
        cases=cases,
        own_parameters=parameters,
    )


def _check_id(content: Map, problem: Any) -> None:
    given = content.get("id")
    if given is not None and not isinstance(given, str):
        problem("id", f"The id {given} is a bare number; give it letters, such as NMS21.8-unannounced.")
    elif given is not None and not ID.fullmatch(given):
        problem(
            "id",
            f"The id '{given}' must begin with a capital letter and hold letters, digits, dots and hyphens, such as NMS21.8-unannounced.",
        )
    version = content.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
        problem("version", "'version' is a whole number from 1.")


def _texts(content: Map, key: str, problem: Any) -> list[str]:
    given = content.get(key)
    if given is None:
        return []
    if not isinstance(given, Seq) or not all(isinstance(item, str) and item.strip() for item in given) or not given:
        problem(key, f"'{key}' is a list of texts; quote a number.")
        return []
    return [item.strip() for item in given]


def _in_force(content: Map, problem: Any) -> tuple[dt.date | None, dt.date | None]:
    given = content.get("in_force")
    if given is None:
        return None, None
    if not isinstance(given, Map) or set(given) - {"from", "to"}:
        problem("in_force", "'in_force' is {from: 2011-04-01} and optionally `to`.")
        return None, None
    days = []
    for key in ("from", "to"):
        day = iso_date(given.get(key))
        if given.get(key) is not None and day is None:
            problem("in_force", f"'{key}' is a date, year-month-day.")
        days.append(day)
    return days[0], days[1]


def _escalations(content: Map, problem: Any) -> tuple[Escalation, ...]:
    given = content.get("escalate")
    if given is None:
        return ()
    found = []
    for place, entry in enumerate(given if isinstance(given, Seq) else [None]):
        if (
            not isinstance(entry, Map)
            or set(entry) != {"to", "when"}
            or entry["to"] not in GRADES
            or not isinstance(entry["when"], str)
        ):
            problem("escalate", "'escalate' is a list of {to: critical, when: condition}.")
            continue
        found.append(Escalation(entry["to"], entry["when"], given.line_of(place)))
    return tuple(found)


def _messages(content: Map, problem: Any) -> dict[str, str]:
    given = content.get("message")
    if isinstance(given, str):
        return {"default": " ".join(given.split())}
    if not isinstance(given, Map):
        if given is not None:
            problem("message", "'message' is a text, or a mapping of state to text.")
        return {}
    known = ("default", "not_evidenced", *STATES)
    for key, text in given.items():
        if key not in known:
            problem("message", f"'{key}' is not a state." + nearest(str(key), known))
        elif not isinstance(text, str):
            problem("message", f"The message for '{key}' is a text.")
    return {key: " ".join(str(text).split()) for key, text in given.items()}
