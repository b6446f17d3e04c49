"""Reads `rules/pick.yaml`: what makes a case one that an inspector would open first, as data with the words why."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.errors import Problem, RulesError, nearest
from auditor.model import GRADES
from auditor.records import Column, Table, contract
from auditor.yamlfile import Map, Seq, load

OF = ("children", "households")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
KEYS = ("children", "households", "shortfalls", "signals", "questions")
REQUIRED = ("id", "of", "table", "points", "most", "one", "many")
OPTIONAL = ("where", "where_not", "within_months", "open", "empty", "at_least", "dated_by")


@dataclass(frozen=True)
class Signal:
    """One risk: rows of `table` that count for a child or a household. `dated_by` is the date that `within_months`
    looks at; `ends` the column that must be empty, or later than the audit date, where `open`."""

    id: str
    of: str
    table: str
    points: int
    most: int
    one: str
    many: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where_not: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within_months: int | None = None
    dated_by: str | None = None
    ends: str | None = None
    empty: tuple[str, ...] = ()
    at_least: int = 1

    def because(self, count: int) -> str:
        """Why the case is picked, as a sentence."""
        said = (self.one if count == 1 else self.many).format(count=in_words(count))
        return said[:1].upper() + said[1:]


def in_words(count: int) -> str:
    """Small numbers as words, larger ones as figures."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


@dataclass(frozen=True)
class PickRules:
    """How many cases to pick, the points for shortfalls by grade with the most they can give, the signals, and the
    citations of the questions for each kind of case with the line each stands on."""

    number: Mapping[str, int]
    shortfalls: Mapping[str, int]
    signals: tuple[Signal, ...]
    questions: Mapping[str, tuple[tuple[str, int], ...]]


def parse(text: str, path: str) -> PickRules:
    """The content of the file. Raises RulesError with every problem's file and line."""
    content = load(text, path)
    if not isinstance(content, Map):
        raise RulesError([Problem(path, 1, "This file is a mapping with children, households, shortfalls, signals.")])
    reading = _Reading(path)
    for key in content:
        if key not in KEYS:
            reading.wrong(content.line_of(key), f"'{key}' is not a field of this file.{nearest(str(key), KEYS)}")
    rules = PickRules(
        number={of: reading.whole(content, of, least=0) for of in OF},
        shortfalls=reading.shortfalls(content),
        signals=reading.signals(content),
        questions=reading.questions(content),
    )
    if reading.problems:
        raise RulesError(reading.problems)
    return rules


class _Reading:
    """Collects problems while the file is read."""

    def __init__(self, path: str):
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, line: int, words: str) -> None:
        self.problems.append(Problem(self.path, line, words))

    def whole(self, entry: Map, key: str, *, least: int = 1, default: int | None = None) -> int:
        value = entry.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.wrong(entry.line_of(key), f"'{key}' is a whole number, {least} or more.")
            return least
        return value

    def shortfalls(self, content: Map) -> dict[str, int]:
        entry = content.get("shortfalls")
        if not isinstance(entry, Map):
            self.wrong(
                content.line_of("shortfalls"), "'shortfalls' gives points for critical, major and minor, and 'most'."
            )
            return {}
        for key in entry:
            if key not in (*GRADES, "most"):
                self.wrong(entry.line_of(key), f"'{key}' is not a grade.{nearest(str(key), (*GRADES, 'most'))}")
        return {key: self.whole(entry, key, least=0) for key in (*GRADES, "most")}

    def signals(self, content: Map) -> tuple[Signal, ...]:
        entries = content.get("signals")
        if not isinstance(entries, Seq):
            self.wrong(content.line_of("signals"), "'signals' is a list; each signal begins with '- id:'.")
            return ()
        found: list[Signal] = []
        for number, entry in enumerate(entries):
            if not isinstance(entry, Map):
                self.wrong(entries.line_of(number), "A signal is a mapping that begins with 'id:'.")
                continue
            signal = self.signal(entry)
            if signal is not None and any(signal.id == other.id for other in found):
                self.wrong(entry.line, f"The id '{signal.id}' is used twice.")
            elif signal is not None:
                found.append(signal)
        return tuple(found)

    def signal(self, entry: Map) -> Signal | None:
        before = len(self.problems)
        for key in entry:
            if key not in REQUIRED + OPTIONAL:
                hint = nearest(str(key), REQUIRED + OPTIONAL)
                self.wrong(entry.line_of(key), f"'{key}' is not a field of a signal.{hint}")
        for key in REQUIRED:
            if key not in entry:
                self.wrong(entry.line, f"The signal lacks '{key}'.")
        if len(self.problems) > before:
            return None
        if entry["of"] not in OF:
            self.wrong(entry.line_of("of"), f"'{entry['of']}' is not a kind of case.{nearest(str(entry['of']), OF)}")
        table = contract().tables.get(str(entry["table"]))
        if table is None:
            hint = nearest(str(entry["table"]), list(contract().tables))
            self.wrong(entry.line_of("table"), f"'{entry['table']}' is not a table of the record model.{hint}")
            return None
        self.sentences(entry)
        needed = ("child_id",) if entry["of"] == "children" else ("household_id", "child_id")
        if not any(name in table.columns for name in needed):
            self.wrong(
                entry.line_of("table"), f"'{table.name}' has no {' or '.join(needed)}, so its rows concern no case."
            )
        signal = Signal(
            id=str(entry["id"]),
            of=str(entry["of"]),
            table=table.name,
            points=self.whole(entry, "points"),
            most=self.whole(entry, "most"),
            one=str(entry["one"]),
            many=str(entry["many"]),
            where=self.words(entry, "where", table),
            where_not=self.words(entry, "where_not", table),
            within_months=self.whole(entry, "within_months") if "within_months" in entry else None,
            dated_by=self.dated_by(entry, table),
            ends=self.ends(entry, table),
            empty=self.empty(entry, table),
            at_least=self.whole(entry, "at_least", default=1),
        )
        return signal if len(self.problems) == before else None

    def sentences(self, entry: Map) -> None:
        for key in ("one", "many"):
            text = entry[key]
            try:
                names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            except (ValueError, TypeError):
                names = {"?"}
            if names - {"count"}:
                self.wrong(entry.line_of(key), f"'{key}' is a sentence in which only {{count}} stands for something.")

    def column(self, table: Table, name: Any, line: int) -> Column | None:
        column = table.columns.get(str(name))
        if column is None:
            self.wrong(line, f"'{table.name}' has no column '{name}'.{nearest(str(name), list(table.columns))}")
        return column

    def words(self, entry: Map, key: str, table: Table) -> dict[str, tuple[str, ...]]:
        """Columns with the words they may hold: codes of their set, or yes and no."""
        given = entry.get(key)
        if given is None:
            return {}
        if not isinstance(given, Map):
            self.wrong(entry.line_of(key), f"'{key}' gives a list of words for each column.")
            return {}
        found = {}
        for name, values in given.items():
            line = given.line_of(name)
            column = self.column(table, name, line)
            if column is None:
                continue
            valid = contract().codesets[column.codeset] if column.codeset else ("yes", "no")
            if column.type not in ("code", "boolean") or not isinstance(values, Seq):
                self.wrong(line, f"'{name}' must be a column of codes, or of yes and no, with a list of words.")
                continue
            for value in values:
                if str(value) not in valid:
                    self.wrong(line, f"'{value}' is not a word of {table.name}.{name}.{nearest(str(value), valid)}")
            found[str(name)] = tuple(str(value) for value in values)
        return found

    def dated_by(self, entry: Map, table: Table) -> str | None:
        name = entry.get("dated_by", table.dated_by)
        if name is None and "within_months" in entry:
            self.wrong(entry.line, f"'{table.name}' has no date of its own; name a column in 'dated_by'.")
        if name is None:
            return None
        column = self.column(table, name, entry.line_of("dated_by"))
        if column is not None and column.type not in ("date", "datetime"):
            self.wrong(entry.line_of("dated_by"), f"'{name}' is not a column of dates.")
        return str(name)

    def ends(self, entry: Map, table: Table) -> str | None:
        if "open" not in entry:
            return None
        if entry["open"] is not True or table.span is None:
            self.wrong(entry.line_of("open"), f"'open' is true, or left out; '{table.name}' must have a span of days.")
            return None
        return table.span[1]

    def empty(self, entry: Map, table: Table) -> tuple[str, ...]:
        names = entry.get("empty", Seq())
        if not isinstance(names, Seq):
            self.wrong(entry.line_of("empty"), "'empty' is a list of columns.")
            return ()
        for name in names:
            self.column(table, name, entry.line_of("empty"))
        return tuple(str(name) for name in names)

    def questions(self, content: Map) -> dict[str, tuple[tuple[str, int], ...]]:
        entry = content.get("questions")
        if not isinstance(entry, Map) or any(not isinstance(entry.get(of), Seq) for of in OF):
            self.wrong(content.line_of("questions"), "'questions' lists citations for children and for households.")
            return dict.fromkeys(OF, ())
        for key in entry:
            if key not in OF:
                self.wrong(entry.line_of(key), f"'{key}' is not a kind of case.{nearest(str(key), OF)}")
        return {of: tuple((str(cite), entry[of].line_of(number)) for number, cite in enumerate(entry[of])) for of in OF}
