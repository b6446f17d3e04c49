"""From `rules/workstreams.yaml` to the workstreams of an improvement plan: which rule belongs to which, who leads it, and by
when things are put right. Every problem of the file is collected with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from auditor import shipped
from auditor.durations import Duration, parse
from auditor.errors import Problem, RulesError, nearest
from auditor.model import GRADES, TYPES
from auditor.register import cited_under
from auditor.yamlfile import Map, Seq, load

FILE = "rules/workstreams.yaml"
TOP = ("put_right", "targets", "reports", "milestones", "workstreams")
STREAM = ("id", "title", "lead", "aim", "evidence")
STREAM_ALSO = ("provisions", "rules", "rest")
WHEN = ("critical", "major", "any")


@dataclass(frozen=True)
class Step:
    """A milestone: so long after the audit date, in workstreams whose worst grade is critical, at least major, or any."""

    after: Duration
    when: str
    what: str


@dataclass(frozen=True)
class Workstream:
    """One workstream. `provisions` and `rules` say what belongs to it; the one with `rest` takes what is left."""

    id: str
    title: str
    lead: str
    aim: str
    evidence: tuple[str, ...]
    provisions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Workstreams:
    """All workstreams in the plan's order. `put_right` is the time for each grade, `targets` the per cent of cases that
    is to meet a rule of each type, `reports` when progress is told."""

    put_right: dict[str, Duration]
    targets: dict[str, int]
    reports: tuple[Duration, ...]
    steps: tuple[Step, ...]
    streams: tuple[Workstream, ...]

    def of(self, rule_id: str, cites: Iterable[str]) -> Workstream:
        """The one workstream of a rule."""
        for stream in self.streams:
            if rule_id in stream.rules:
                return stream
        for cite in cites:
            near = [(len(p), s) for s in self.streams for p in s.provisions if cited_under(cite, p)]
            if near:
                return max(near, key=lambda pair: pair[0])[1]
        return next(stream for stream in self.streams if stream.rest)


@lru_cache(maxsize=1)
def shipped_workstreams() -> Workstreams:
    """The workstreams that ship with the rulebook. Raises RulesError."""
    return read(shipped.text("rules", "workstreams.yaml"), FILE)


def problems(rules: Collection[str], cites: Collection[str]) -> list[Problem]:
    """What is wrong in the shipped file, given the ids of all rules and the provisions of the register."""
    try:
        read(shipped.text("rules", "workstreams.yaml"), FILE, rules, cites)
    except RulesError as error:
        return error.problems
    return []


def read(text: str, path: str, rules: Collection[str] = (), cites: Collection[str] = ()) -> Workstreams:
    """The workstreams in a text. With `rules` (ids) or `cites` (provisions of the register), a name that is not among
    them is a problem too. Raises RulesError with every problem's line."""
    reader = _Reader(path)
    content = load(text, path)
    if not isinstance(content, Map):
        raise RulesError([Problem(path, 1, "This file is a mapping with the keys " + ", ".join(TOP) + ".")])
    reader.keys(content, TOP, ())
    found = Workstreams(
        reader.durations_by(content, "put_right", GRADES),
        reader.percents(content),
        tuple(reader.duration(item, content.line_of("reports")) for item in reader.items(content, "reports")),
        tuple(reader.step(item) for item in reader.items(content, "milestones") if reader.is_map(item, content)),
        tuple(reader.stream(item) for item in reader.items(content, "workstreams") if reader.is_map(item, content)),
    )
    reader.whole(content, set(rules), list(cites))
    if reader.problems:
        raise RulesError(reader.problems)
    return found


class _Reader:
    """Reads the parts of the file, collecting problems."""

    def __init__(self, path: str):
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, line: int, words: str) -> None:
        self.problems.append(Problem(self.path, line, words))

    def keys(self, entry: Map, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        for key in entry:
            if key not in required + optional:
                hint = nearest(str(key), required + optional)
                self.wrong(entry.line_of(key), f"'{key}' is not a key of this mapping.{hint}")
        for key in required:
            if key not in entry:
                self.wrong(entry.line, f"The key '{key}' is missing here.")

    def items(self, entry: Map, key: str) -> list[Any]:
        value = entry.get(key, Seq())
        if isinstance(value, Seq):
            return value
        self.wrong(entry.line_of(key), f"'{key}' is a list.")
        return []

    def is_map(self, item: Any, parent: Map) -> bool:
        if not isinstance(item, Map):
            self.wrong(parent.line, "Each entry of 'milestones' and 'workstreams' is a mapping.")
        return isinstance(item, Map)

    def duration(self, value: Any, line: int) -> Duration:
        found = parse(value)
        if found is None or found.unit not in ("days", "months"):
            self.wrong(line, f"'{value}' is not a time in days, weeks or months; write '28 days' or '3 months'.")
            return Duration(0, "days")
        return found

    def mapping(self, content: Map, key: str, names: tuple[str, ...]) -> Map:
        value = content.get(key)
        if not isinstance(value, Map):
            if key in content:
                self.wrong(content.line_of(key), f"'{key}' is a mapping with the keys {', '.join(names)}.")
            return Map()
        self.keys(value, names, ())
        return value

    def durations_by(self, content: Map, key: str, names: tuple[str, ...]) -> dict[str, Duration]:
        value = self.mapping(content, key, names)
        return {name: self.duration(value[name], value.line_of(name)) for name in names if name in value}

    def percents(self, content: Map) -> dict[str, int]:
        value = self.mapping(content, "targets", TYPES)
        for name, number in value.items():
            if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 100:
                self.wrong(value.line_of(name), f"The target '{name}' is a whole number from 1 to 100, in per cent.")
        return dict(value)

    def text(self, entry: Map, key: str) -> str:
        value = entry.get(key, "")
        if key in entry and (not isinstance(value, str) or not value.strip()):
            self.wrong(entry.line_of(key), f"'{key}' is a text.")
            return ""
        return " ".join(str(value).split())

    def texts(self, entry: Map, key: str) -> tuple[str, ...]:
        items = self.items(entry, key)
        if not all(isinstance(item, str) and item.strip() for item in items):
            self.wrong(entry.line_of(key), f"'{key}' is a list of texts.")
            return ()
        return tuple(" ".join(item.split()) for item in items)

    def step(self, entry: Map) -> Step:
        self.keys(entry, ("after", "when", "what"), ())
        when = self.text(entry, "when")
        if "when" in entry and when not in WHEN:
            self.wrong(entry.line_of("when"), f"'{when}' is not a value of 'when'.{nearest(when, WHEN)}")
        after = self.duration(entry["after"], entry.line_of("after")) if "after" in entry else Duration(0, "days")
        return Step(after, when, self.text(entry, "what"))

    def stream(self, entry: Map) -> Workstream:
        self.keys(entry, STREAM, STREAM_ALSO)
        if "rest" in entry and not isinstance(entry["rest"], bool):
            self.wrong(entry.line_of("rest"), "'rest' is true or false.")
        return Workstream(
            id=self.text(entry, "id"),
            title=self.text(entry, "title"),
            lead=self.text(entry, "lead"),
            aim=self.text(entry, "aim"),
            evidence=self.texts(entry, "evidence"),
            provisions=self.texts(entry, "provisions"),
            rules=self.texts(entry, "rules"),
            rest=entry.get("rest") is True,
        )

    def whole(self, content: Map, rules: set[str], cites: list[str]) -> None:
        """What no single entry shows: nothing stands twice, one takes the rest, and every name is known."""
        streams = [entry for entry in self.items(content, "workstreams") if isinstance(entry, Map)]
        rests = [entry for entry in streams if entry.get("rest") is True]
        if len(rests) != 1:
            self.wrong(
                content.line_of("workstreams"), "Exactly one workstream takes what is left: give it 'rest: true'."
            )
        first: dict[tuple[str, str], int] = {}
        for entry in streams:
            named = [("id", entry.get("id"), entry.line_of("id"))]
            for key in ("provisions", "rules"):
                items = entry.get(key, Seq())
                named += (
                    [(key, item, items.line_of(n)) for n, item in enumerate(items)] if isinstance(items, Seq) else []
                )
            for key, name, line in named:
                if (key, str(name)) in first:
                    self.wrong(line, f"'{name}' stands twice; first on line {first[key, str(name)]}.")
                first.setdefault((key, str(name)), line)
                if key == "rules" and rules and name not in rules:
                    self.wrong(line, f"There is no rule '{name}'.{nearest(str(name), sorted(rules))}")
                if key == "provisions" and cites and not any(cited_under(cite, str(name)) for cite in cites):
                    self.wrong(line, f"'{name}' is no provision of the register.{nearest(str(name), cites)}")
