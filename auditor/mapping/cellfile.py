"""Reads the part of a mapping file that says where one column comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from auditor.errors import Problem, nearest
from auditor.mapping.plan import DATE_ORDERS, Cell, Lookup
from auditor.records import Column, contract
from auditor.yamlfile import Map, Seq

CELL_KEYS = (
    "from", "constant", "join", "with", "path", "split", "find", "year", "lookup", "codes", "otherwise", "empty", "dates", "else",
)
LONGEST_PATTERN = 200


class CellReader:
    """Reads values out of a mapping file, and collects what is wrong with them in `problems`."""

    def __init__(self, path: str):
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, line: int, words: str) -> None:
        """Note a problem on a line."""
        self.problems.append(Problem(self.path, line, words))

    def known(self, given: Map, keys: Sequence[str], what: str) -> None:
        """Note every key of `given` that does not belong there."""
        for key in given:
            if key not in keys:
                self.wrong(given.line_of(key), f"'{key}' does not belong to {what}." + nearest(str(key), list(keys)))

    def text(self, given: Map, key: str) -> str | None:
        """The text under `key`, if it is there."""
        value = given.get(key)
        if value is None or isinstance(value, str):
            return value
        self.wrong(given.line_of(key), f"'{key}' is a text.")
        return None

    def flag(self, given: Map, key: str) -> bool:
        """The true or false under `key`; left out, false."""
        value = given.get(key, False)
        if not isinstance(value, bool):
            self.wrong(given.line_of(key), f"'{key}' is true or false.")
            return False
        return value

    def words(self, given: Map, key: str) -> tuple[str, ...]:
        """The words under `key`: one, or a list. Numbers are taken as written."""
        value = given.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, Seq) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            self.wrong(given.line_of(key), f"'{key}' is a word or a list of words.")
            return ()
        return tuple(_word(item) for item in items)

    def cell(self, given: Any, line: int, column: Column | None) -> Cell | None:
        """Where a column comes from: a heading, a list of headings, or a mapping of what is done."""
        if isinstance(given, str) and given:
            return Cell(line, headings=(given,))
        if isinstance(given, Seq) and given and all(isinstance(item, str) for item in given):
            return Cell(line, headings=tuple(given))
        if not isinstance(given, Map):
            name = column.name if column else "a part"
            self.wrong(line, f"'{name}' is a heading, a list of headings, or a mapping such as {{from: heading}}.")
            return None
        return self._made(given, line, column)

    def _made(self, given: Map, line: int, column: Column | None) -> Cell | None:
        self.known(given, CELL_KEYS, "a column")
        sources = [key for key in ("from", "constant", "join") if key in given]
        if len(sources) != 1:
            self.wrong(line, "A column has one of 'from' (a heading), 'constant' and 'join' (a list).")
            return None
        fallback = given.get("else")
        return Cell(
            line=line,
            headings=self.words(given, "from"),
            constant=self._constant(given, column),
            join=self._join(given),
            joiner=self.text(given, "with") if "with" in given else "-",
            path=self.path_in(given) or (),
            split=self._split(given),
            find=self._find(given),
            year=self._year(given),
            lookup=self._lookup(given),
            codes=self._codes(given, column),
            otherwise=self._code(given.get("otherwise"), given.line_of("otherwise"), column),
            listed=column is not None and column.type == "codes",
            empty=self.words(given, "empty"),
            dates=self._dates(given, column),
            fallback=self.cell(fallback, given.line_of("else"), column) if fallback is not None else None,
        )

    def _constant(self, given: Map, column: Column | None) -> str | None:
        value = given.get("constant")
        return self._code(value, given.line_of("constant"), column)

    def _code(self, value: Any, line: int, column: Column | None) -> str | None:
        """A value that the mapping gives itself; for a column of codes, a word of its code set."""
        if value is None:
            return None
        if not isinstance(value, str | int | float):
            self.wrong(line, "This is a word, a number, or true or false.")
            return None
        word = _word(value)
        if column is not None and column.codeset and word not in contract().codesets[column.codeset]:
            valid = contract().codesets[column.codeset]
            self.wrong(line, f"'{word}' is not a word of the code set {column.codeset}." + nearest(word, valid))
        return word

    def _join(self, given: Map) -> tuple[Cell, ...]:
        value = given.get("join")
        if value is None:
            return ()
        if not isinstance(value, Seq) or len(value) < 2:
            self.wrong(given.line_of("join"), "'join' is a list of two or more headings.")
            return ()
        parts = [self.cell(item, value.line_of(place), None) for place, item in enumerate(value)]
        return tuple(part for part in parts if part is not None)

    def path_in(self, given: Map) -> tuple[str, ...] | None:
        """The names that lead to a value within JSON: `address.postcode`, or a list of names that may hold dots. A number
        is the place in a list, from 1. Of a column of its own, empty where the cell itself is meant."""
        value, line = given.get("path"), given.line_of("path")
        if "path" not in given:
            return None
        names = value.split(".") if isinstance(value, str) and value else list(self.words(given, "path"))
        if not names or not all(names) or not all(name.isprintable() for name in names):
            self.wrong(line, "'path' leads to a value within JSON: names with dots between them, such as address.postcode.")
            return None
        return tuple(names)

    def _split(self, given: Map) -> tuple[tuple[str, ...], int] | None:
        value = given.get("split")
        if value is None:
            return None
        if not isinstance(value, Map) or not self.words(value, "at"):
            self.wrong(given.line_of("split"), "'split' is {at: [signs], part: 1}; the last part is -1.")
            return None
        self.known(value, ("at", "part"), "split")
        part = value.get("part", 1)
        if not isinstance(part, int) or isinstance(part, bool) or part == 0:
            self.wrong(value.line_of("part"), "'part' is the number of the part, from 1; the last is -1.")
            return None
        return self.words(value, "at"), part

    def _find(self, given: Map) -> str | None:
        pattern = self.text(given, "find")
        if pattern is None or pattern == "date":
            return pattern
        try:
            groups = re.compile(pattern).groups
        except (re.error, RecursionError, OverflowError):
            groups = -1
        unsafe = re.search(r"\(\?[^:i)]|\\[1-9]|[*+?]\+", pattern)
        if groups != 1 or unsafe or len(pattern) > LONGEST_PATTERN:
            self.wrong(given.line_of("find"), "'find' is the word date, or a regular expression with one group, such as '^(\\d+)'.")
            return None
        return pattern

    def _year(self, given: Map) -> str | int | None:
        value = given.get("year")
        if value is None or isinstance(value, str) or (type(value) is int and 1900 <= value <= 2199):
            return value
        self.wrong(given.line_of("year"), "'year' is a year such as 2026, or the name given under 'unpivot'.")
        return None

    def _lookup(self, given: Map) -> Lookup | None:
        value, line = given.get("lookup"), given.line_of("lookup")
        if value is None:
            return None
        if not isinstance(value, Map) or not all(isinstance(value.get(key), str) for key in ("file", "match", "take")):
            self.wrong(line, "'lookup' is {file: pattern, match: heading of the value, take: heading of what replaces it}.")
            return None
        self.known(value, ("file", "sheet", "match", "take"), "lookup")
        return Lookup(value["file"], value["match"], value["take"], self.text(value, "sheet"), line)

    def _codes(self, given: Map, column: Column | None) -> tuple[tuple[str, str | None], ...]:
        value = given.get("codes")
        if value is None:
            return ()
        if not isinstance(value, Map):
            self.wrong(given.line_of("codes"), "'codes' gives for each word of the export the word that takes its place.")
            return ()
        return tuple((_word(word), self._code(code, value.line_of(word), column)) for word, code in value.items())

    def _dates(self, given: Map, column: Column | None) -> str | None:
        value = given.get("dates")
        if value is None:
            return None
        line = given.line_of("dates")
        if column is not None and column.type not in ("date", "datetime"):
            self.wrong(line, f"'{column.name}' is no date; 'dates' does not belong here.")
        elif value not in DATE_ORDERS and not (isinstance(value, str) and "%" in value and len(value) < 40):
            self.wrong(line, "'dates' is one of " + ", ".join(DATE_ORDERS) + ", or a format such as '%Y%m%d'."
                       + nearest(str(value), DATE_ORDERS))
        else:
            return value
        return None


def _word(value: Any) -> str:
    """A word as it was written: YAML reads true and false, and the words yes and no stay words."""
    return str(value).lower() if isinstance(value, bool) else str(value)
