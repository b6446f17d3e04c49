"""Reads and checks a mapping file. Every problem is found at once, each with its line."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import re
from pathlib import Path
from typing import Any

from auditor.errors import Problem, RulesError, nearest
from auditor.mapping.cellfile import CellReader
from auditor.mapping.plan import DATE_ORDERS, IN_NAME, Entry, Header, Mapping, Split, Test, Unpivot
from auditor.records import contract
from auditor.yamlfile import Map, Seq, load, load_file

KEYS = ("mapping", "about", "tables", "ignore", "empty", "dates", "time_zone", "history_from")
ENTRY_KEYS = (
    "file", "sheet", "header", "columns", "keep", "drop", "unpivot", "split", "distinct", "continues", "fill_down", "ignore", "dates",
    "about",
)
TEST_KEYS = ("column", "is", "like", "blank")
ZONES = {"Europe/London": None, "UTC": "Z", "GMT": "Z"}
MOST_PARTS = 20
SHIPPED = ("ssda903",)


def read_mapping(path: Path) -> Mapping:
    """The mapping file at `path`, or the one that ships under that name. Raises RulesError with every problem of it."""
    if str(path) in SHIPPED and not path.exists():
        text = importlib.resources.files("auditor.mapping").joinpath(f"{path}.yaml").read_text(encoding="utf-8")
        return read_text(text, f"{path}.yaml")
    return checked(load_file(path), str(path))


def read_text(text: str, path: str) -> Mapping:
    """A mapping from its text; `path` is how it is named in problems. Raises RulesError."""
    return checked(load(text, path), path)


def checked(content: Any, path: str) -> Mapping:
    """The mapping that parsed YAML says. Raises RulesError."""
    reader = _Reader(path)
    mapping = reader.mapping(content)
    if reader.problems:
        raise RulesError(reader.problems)
    assert mapping is not None
    return mapping


class _Reader(CellReader):
    """Reads the parts of a mapping file, and collects what is wrong with them."""

    def mapping(self, content: Any) -> Mapping | None:
        if not isinstance(content, Map):
            self.wrong(1, "A mapping file is a mapping with the entries " + ", ".join(KEYS) + ".")
            return None
        self.known(content, KEYS, "a mapping file")
        if content.get("mapping", 1) != 1:
            self.wrong(content.line_of("mapping"), "'mapping' is the version of the format: 1.")
        tables = content.get("tables")
        if not isinstance(tables, Map) or not tables:
            self.wrong(content.line_of("tables"), "'tables' says for each table of the record model which file it comes from.")
            return None
        entries: list[Entry] = []
        for name, given in tables.items():
            entries += self.table(str(name), given, tables.line_of(name))
        order = {table: place for place, table in enumerate(contract().tables)}
        return Mapping(
            path=self.path,
            entries=tuple(sorted(entries, key=lambda one: order[one.table])),
            ignore=self.words(content, "ignore"),
            empty=self.words(content, "empty"),
            dates=self.order(content),
            offset=self.zone(content),
            history_from=self.history(content),
        )

    def table(self, name: str, given: Any, line: int) -> list[Entry]:
        if name not in contract().tables:
            self.wrong(line, f"'{name}' is not a table of the record model." + nearest(name, list(contract().tables)))
            return []
        if not isinstance(given, Seq):
            return [entry for entry in [self.entry(name, given, line)] if entry]
        read = [self.entry(name, one, given.line_of(place)) for place, one in enumerate(given)]
        return [entry for entry in read if entry]

    def entry(self, table: str, given: Any, line: int) -> Entry | None:
        if not isinstance(given, Map):
            self.wrong(line, f"'{table}' needs at least 'file' and 'columns'.")
            return None
        self.known(given, ENTRY_KEYS, "a table")
        file = given.get("file")
        if not isinstance(file, str) or not file:
            self.wrong(given.line_of("file"), f"'file' is missing: which file '{table}' comes from, such as carers*.csv.")
            file = "*"
        unpivot, split = self.unpivot(given), self.split(given)
        entry = Entry(
            table=table,
            line=line,
            file=file,
            sheet=self.text(given, "sheet"),
            columns=self.columns(table, given),
            header=self.header(given),
            keep=self.tests(given, "keep"),
            drop=self.tests(given, "drop"),
            unpivot=unpivot,
            split=split,
            distinct=self.flag(given, "distinct"),
            continues=self.continues(table, given),
            ignore=self.words(given, "ignore"),
            dates=self.order(given),
            fill=self.words(given, "fill_down"),
        )
        self.years(entry)
        return entry

    def columns(self, table: str, given: Map) -> dict:
        columns = given.get("columns")
        model = contract().tables[table]
        if not isinstance(columns, Map) or not columns:
            self.wrong(given.line_of("columns"), f"'columns' says which heading each column of '{table}' comes from.")
            return {}
        found = {}
        for name, cell in columns.items():
            line = columns.line_of(name)
            if name not in model.columns:
                self.wrong(line, f"'{table}' has no column '{name}'." + nearest(str(name), list(model.columns)))
                continue
            read = self.cell(cell, line, model.columns[name])
            if read is not None:
                found[str(name)] = read
        if model.key not in columns:
            self.wrong(columns.line, f"'{model.key}', the key of '{table}', must be among the columns; it may be joined from several.")
        return found

    def years(self, entry: Entry) -> None:
        """A year that completes a date is a year, or the name of the unpivoted column."""
        name = entry.unpivot.name if entry.unpivot else None
        for cell in (part for column in entry.columns.values() for part in column.read()):
            if isinstance(cell.year, str) and cell.year != name:
                self.wrong(cell.line, f"'year' is a year such as 2026, or the name given under 'unpivot'; '{cell.year}' is neither.")

    def header(self, given: Map) -> Header:
        value, line = given.get("header"), given.line_of("header")
        if value is None:
            return Header()
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return Header(row=value)
        if isinstance(value, Seq) and value and all(isinstance(row, int) for row in value) and value == list(
            range(value[0], value[0] + len(value))
        ):
            return Header(row=value[0], rows=len(value))
        if isinstance(value, Map):
            self.known(value, ("has", "rows", "row"), "header")
            rows, row = value.get("rows", 1), value.get("row")
            if isinstance(rows, int) and 1 <= rows <= 5 and (row is None or (isinstance(row, int) and row > 0)):
                return Header(row=row, has=self.words(value, "has"), rows=rows)
        self.wrong(line, "'header' is the number of the row, [3, 4] for two rows, or {has: [headings], rows: 1}.")
        return Header()

    def continues(self, table: str, given: Map) -> tuple[Test, str] | None:
        value, line = given.get("continues"), given.line_of("continues")
        if value is None:
            return None
        columns, mapped = contract().tables[table].columns, given.get("columns")
        by = value.get("by") if isinstance(value, Map) else None
        known = isinstance(mapped, Map) and by in columns and by in mapped
        if not known or not isinstance(value.get("column"), str) or not self.words(value, "is") or contract().tables[table].span is None:
            self.wrong(line, "'continues' is {column: heading, is: [words], by: a column of the table}, for a table of spans.")
            return None
        self.known(value, ("column", "is", "by"), "continues")
        return Test(value["column"], line, self.words(value, "is")), str(by)

    def tests(self, given: Map, key: str) -> tuple[Test, ...]:
        value = given.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, Seq) else [value]
        found = []
        for place, item in enumerate(items):
            line = value.line_of(place) if isinstance(value, Seq) else given.line_of(key)
            if not isinstance(item, Map) or not isinstance(item.get("column"), str):
                self.wrong(line, f"'{key}' is a list of conditions such as {{column: Deleted, is: [Y]}}.")
                continue
            self.known(item, TEST_KEYS, f"a condition of '{key}'")
            words, like, blank = self.words(item, "is"), self.words(item, "like"), item.get("blank")
            if (bool(words) + bool(like) + (blank is not None)) != 1 or not isinstance(blank, bool | None):
                self.wrong(line, "A condition has one of 'is' (words), 'like' (patterns with *) and 'blank' (true or false).")
                continue
            found.append(Test(item["column"], line, words, like, blank))
        return tuple(found)

    def unpivot(self, given: Map) -> Unpivot | None:
        value, line = given.get("unpivot"), given.line_of("unpivot")
        if value is None:
            return None
        if not isinstance(value, Map) or not self.words(value, "columns"):
            self.wrong(line, "'unpivot' is {columns: [patterns of headings], name: month, value: visit}.")
            return None
        self.known(value, ("columns", "besides", "name", "value", "year"), "unpivot")
        year = value.get("year")
        if not (year in (None, IN_NAME) or (isinstance(year, int) and 1900 <= year <= 2199)):
            self.wrong(value.line_of("year"), "'year' is the year of the first month, such as 2026, or 'name' where the name of the sheet or file says it, such as 2025-26.")
            year = None
        name, cell = self.text(value, "name") or "name", self.text(value, "value") or "value"
        return Unpivot(self.words(value, "columns"), self.words(value, "besides"), name, cell, year, line)

    def split(self, given: Map) -> Split | None:
        value, line = given.get("split"), given.line_of("split")
        if value is None:
            return None
        whole = isinstance(value, Map) and isinstance(value.get("column"), str)
        if not whole or ("path" in value) == bool(self.words(value, "at")):
            self.wrong(line, "'split' is {column: heading, at: [' and ', '&'], name: part}, or has 'path' to a list within JSON in place of 'at'.")
            return None
        self.known(value, ("column", "at", "path", "name", "number", "most", "shared_surname"), "split")
        path = None if "path" not in value else () if value["path"] is True else self.path_in(value)
        most = value.get("most", MOST_PARTS if "path" in value else 2)
        if not isinstance(most, int) or not 2 <= most <= MOST_PARTS:
            self.wrong(value.line_of("most"), f"'most' is how many parts a cell may have, from 2 to {MOST_PARTS}.")
            most = 2
        name, number = self.text(value, "name") or "part", self.text(value, "number") or "number"
        shared = value.get("shared_surname", False)
        if not isinstance(shared, bool) or (shared and path is not None):
            self.wrong(value.line_of("shared_surname"), "'shared_surname' is true or false, and goes with 'at'.")
        return Split(value["column"], self.words(value, "at"), name, number, most, line, path, shared is True)

    def order(self, given: Map) -> str | None:
        value = given.get("dates")
        if value is not None and value not in DATE_ORDERS:
            self.wrong(given.line_of("dates"), "'dates' is one of " + ", ".join(DATE_ORDERS) + " here." + nearest(str(value), DATE_ORDERS))
            return None
        return value

    def zone(self, given: Map) -> str | None:
        value = given.get("time_zone")
        if value is None or value in ZONES:
            return ZONES.get(value) if value else None
        if isinstance(value, str) and re.fullmatch(r"[+-]\d\d:\d\d", value):
            return value
        self.wrong(given.line_of("time_zone"), "'time_zone' is Europe/London, UTC or an offset such as '+01:00'.")
        return None

    def history(self, given: Map) -> tuple[tuple[str, str], ...]:
        value, found = given.get("history_from"), []
        if value is not None and not isinstance(value, Map):
            self.wrong(given.line_of("history_from"), "'history_from' gives for a table the day from which its records begin.")
            return ()
        for table, day in (value or {}).items():
            line = value.line_of(table)
            if table not in contract().tables:
                self.wrong(line, f"'{table}' is not a table of the record model." + nearest(str(table), list(contract().tables)))
            elif not isinstance(day, str) or not _is_day(day):
                self.wrong(line, f"'{table}' needs a date, year-month-day.")
            else:
                found.append((table, day))
        return tuple(found)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


__all__ = ["Problem", "checked", "read_mapping", "read_text"]
