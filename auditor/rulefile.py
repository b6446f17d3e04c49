"""From YAML files to rules: the kind is read first, and every problem is collected with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from auditor import shipped
from auditor.errors import Problem, RulesError, UsageError
from auditor.parameterfile import read_parameter
from auditor.parameters import Parameter
from auditor.rule import Rule, Rulebook
from auditor.rulefields import read_rule
from auditor.yamlfile import LARGEST, Map, load

SPECIAL = {"grading.yaml", "pick.yaml", "sources.yaml", "workstreams.yaml"}
SKIPPED_FOLDERS = {"register", "synonyms"}


def load_rulebook(extra: list[Path] | None = None, *, only_extra: bool = False) -> Rulebook:
    """The shipped rulebook, with the rules of `extra` files or folders added. Raises RulesError with all problems."""
    reading = _Reading()
    if not only_extra:
        reading.folder(shipped.folder("rules"), "rules")
    reading.own = True
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
        self.own = False

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
            rule = read_rule(self.problems, shown, content, cases)
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
                self.rules[rule.id] = replace(rule, own=self.own)

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


def with_history(rulebook: Rulebook, history: dict[str, str]) -> Rulebook:
    """The rulebook with the days from which tables' records are declared to begin."""
    return replace(rulebook, history={**rulebook.history, **history})
