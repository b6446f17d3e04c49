"""From YAML files to rules: the kind is read first, and every problem is collected with its file and line."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from auditor import shipped
from auditor.durations import iso_date
from auditor.errors import Problem, RulesError, UsageError, nearest
from auditor.model import AREAS, CONFIDENCES, GRADES, STATES, TYPES
from auditor.parameterfile import read_parameter, read_parameters
from auditor.parameters import Parameter
from auditor.rule import KINDS, Escalation, Rule, Rulebook
from auditor.yamlfile import LARGEST, Map, Seq, load

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
SPECIAL = {"grading.yaml", "pick.yaml", "sources.yaml", "workstreams.yaml"}
SKIPPED_FOLDERS = {"register", "synonyms"}


def load_rulebook(extra: list[Path] | None = None, *, only_extra: bool = False) -> Rulebook:
    """The shipped rulebook, with the rules of `extra` files or folders added. Raises RulesError with all problems."""
    reading = _Reading()
    if not only_extra:
        reading.folder(shipped.folder("rules"), "rules")
    for path in extra or []:
        if path.is_dir():
            reading.folder(path, str(path))
        elif path.is_file():
            reading.file(path, str(path), _sibling_cases(path))
        else:
            raise UsageError(f"--rules: there is no file or folder {path}.")
    reading.finish()
    if reading.problems:
        raise RulesError(reading.problems)
    rules = dict(sorted(reading.rules.items()))
    if not rules:
        raise RulesError([Problem(str(extra[0]) if extra else "rules", 0, "There is no rule here.")])
    from auditor import __version__

    return Rulebook(
        "Fostering Services (England)",
        __version__,
        reading.digest.hexdigest(),
        rules,
        reading.parameters,
        reading.grading,
    )


def parse_rule(
    text: str, path: str = "rule.yaml", parameters: dict[str, Parameter] | None = None
) -> tuple[Rule, dict[str, Parameter]]:
    """One rule from its text, with the parameters in force. Raises RulesError."""
    reading = _Reading()
    reading.parameters.update(parameters or {})
    reading.content(load(text, path), path, None)
    if reading.problems:
        raise RulesError(reading.problems)
    return next(iter(reading.rules.values())), reading.parameters


def _sibling_cases(path: Path) -> tuple[str, str] | None:
    beside = path.with_suffix(".cases.yaml")
    return (beside.read_text(encoding="utf-8"), str(beside)) if beside.is_file() else None


def _walk(folder: Traversable, shown: str) -> Iterator[tuple[Traversable, str]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        place = f"{shown}/{item.name}"
        if item.is_dir() and item.name not in SKIPPED_FOLDERS and not item.name.startswith("."):
            yield from _walk(item, place)
        elif item.name.endswith((".yaml", ".yml")):
            yield item, place


class _Reading:
    """Collects rules, parameters and problems from many files."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.parameters: dict[str, Parameter] = {}
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}
        self.grading: Map | None = None
        self.digest = hashlib.sha256()

    def folder(self, folder: Traversable, shown: str) -> None:
        files = {place: item for item, place in _walk(folder, shown)}
        for place, item in files.items():
            if place.endswith(".cases.yaml"):
                continue
            cases_place = place.rsplit(".", 1)[0] + ".cases.yaml"
            cases = (files[cases_place], cases_place) if cases_place in files else None
            self.file(item, place, cases)

    def file(self, item: Traversable, shown: str, cases: Any) -> None:
        try:
            data = item.read_bytes()
            if len(data) > LARGEST:
                raise RulesError([Problem(shown, 0, f"The file is larger than {LARGEST // 1_000_000} MB; split it.")])
            self.digest.update(shown.encode() + b"\0" + data + b"\0")
            content = load(data.decode("utf-8-sig"), shown)
        except UnicodeDecodeError:
            self.problems.append(Problem(shown, 0, "The file is not UTF-8 text. Save it as UTF-8."))
        except OSError as error:
            self.problems.append(Problem(shown, 0, f"The file cannot be read: {error.strerror}."))
        except RulesError as error:
            self.problems += error.problems
        else:
            if isinstance(cases, tuple) and not isinstance(cases[0], str):
                cases = (cases[0].read_text(encoding="utf-8"), cases[1])
            self.content(content, shown, cases)

    def content(self, content: Any, shown: str, cases: tuple[str, str] | None) -> None:
        name = shown.rsplit("/", 1)[-1]
        if name in SPECIAL:
            self.grading = content if name == "grading.yaml" else self.grading
            return
        if not isinstance(content, Map):
            self.problems.append(Problem(shown, 1, "A rule file is a mapping that begins with `id:`."))
        elif "/parameters/" in shown or name == "parameters.yaml":
            for key, value in content.items():
                self._keep(read_parameter(self.problems, shown, content, key, value), shown, content.line_of(key))
        else:
            rule = _rule(self.problems, shown, content, cases)
            if rule is None:
                return
            for parameter in rule.own_parameters:
                self._keep(parameter, shown, content.line_of("parameters"))
            if rule.id in self.rules:
                self.problems.append(
                    Problem(
                        shown,
                        content.line_of("id"),
                        f"The id '{rule.id}' is already used in {self.rules[rule.id].path}.",
                    )
                )
            else:
                self.rules[rule.id] = rule

    def _keep(self, parameter: Parameter | None, shown: str, line: int) -> None:
        if parameter is None:
            return
        if parameter.name in self.parameters and self.parameters[parameter.name] != parameter:
            self.problems.append(
                Problem(
                    shown,
                    line,
                    f"The parameter '{parameter.name}' is already defined otherwise in {self.places.get(parameter.name, 'another file')}.",
                )
            )
            return
        self.parameters[parameter.name] = parameter
        self.places[parameter.name] = shown

    def finish(self) -> None:
        self.problems.sort()


def _rule(problems: list[Problem], path: str, content: Map, cases: tuple[str, str] | None) -> Rule | None:
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
                f"'{cite}' is not a citation; write it as FSR 36(1), FSR Sch 7, NMS 21.8, CPPCR 28 or CA 1989 Sch 7.",
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


def with_history(rulebook: Rulebook, history: dict[str, str]) -> Rulebook:
    """The rulebook with the days from which tables' records are declared to begin."""
    return replace(rulebook, history={**rulebook.history, **history})
