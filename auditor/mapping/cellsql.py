"""Turns what a mapping says of a column into SQL over the text cells of a row."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.ingest.sheet import named, quoted
from auditor.mapping import jsoncell
from auditor.mapping.grid import folded
from auditor.mapping.months import month_of
from auditor.mapping.plan import ROW_NUMBER, Cell, Lookup, Test
from auditor.records import SEPARATORS

FIND_DATE = (
    r"(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\d{1,2}[-/.]\d{1,2}(?:[-/.](?:\d{4}|\d\d))?"
    r"|\d{1,2}(?:st|nd|rd|th)?[- ](?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)"
    r"[a-z]*(?:,?[- ](?:\d{4}|\d\d))?)"
)
# A day in figures with points and no year may be a time of day.
SURE_DATE = FIND_DATE.replace(r"\d{1,2}[-/.]\d{1,2}(?:[-/.](?:\d{4}|\d\d))?", r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)|\d{1,2}[-/]\d{1,2}")
# A cell with one day that has no year.
WITHOUT_YEAR = r"\D*\d{1,2}(?:[-/.]\d{1,2}|st|nd|rd|th)?\D*"
IN_FIGURES = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)\b"
UNREADABLE = " (?)"


@dataclass
class Row:
    """The cells of one row as SQL: by heading those of the file, and by name those that the mapping makes. `lookup`
    gives the SQL for a value looked up elsewhere; `months` the year and month of the unpivoted heading."""

    headings: tuple[str, ...]
    made: dict[str, str] = field(default_factory=dict)
    lookup: Callable[[Lookup, str], str] | None = None
    month: tuple[int | None, int] | None = None
    unpivot_name: str | None = None

    def place(self, heading: str) -> int | None:
        """The column, from 0, that a heading of the mapping names. `Name (2)` is the second column headed Name."""
        wanted = folded(heading)
        seen: dict[str, int] = {}
        for number, own in enumerate(self.headings):
            name = folded(own)
            seen[name] = seen.get(name, 0) + 1
            if name and ((name == wanted and seen[name] == 1) or f"{name} ({seen[name]})" == wanted):
                return number
        if "*" in heading:
            return next((n for n, own in enumerate(self.headings) if own and fnmatch.fnmatchcase(folded(own), wanted)), None)
        return None

    def cell(self, heading: str) -> str | None:
        """The SQL of the cell under a heading; None if there is no such column."""
        if heading in self.made:
            return self.made[heading]
        if heading == ROW_NUMBER:
            return "CAST(_at AS VARCHAR)"
        number = self.place(heading)
        return None if number is None else f"c{number}"


def fold(sql: str) -> str:
    """SQL for text without differences of case, spaces and dashes."""
    return f"lower(trim(regexp_replace(translate({sql}, '–—’', '--'''), '[\\s\\x{{a0}}]+', ' ', 'g')))"


def filled(sql: str) -> str:
    """SQL that is NULL where there is nothing but white space."""
    return f"nullif(ingest.trimmed({sql}), '')"


def pattern(glob: str) -> str:
    """A pattern with * as an SQL regular expression over folded text."""
    return quoted("(?s)" + ".*".join(re.escape(part) for part in folded(glob).split("*")))


def text_of(cell: Cell, row: Row, empty: tuple[str, ...] = ()) -> str | None:
    """SQL for the text of a cell, before its dates are put in order; None where no column of it is there."""
    sql = _source(cell, row, empty)
    if sql is not None:
        sql = _cut(cell, row, sql)
        blank = (*empty, *cell.empty)
        if blank and cell.constant is None:
            words = "|".join(re.escape(folded(word)) for word in blank)
            sql = f"CASE WHEN NOT regexp_full_match({fold(sql)}, {quoted(words)}) THEN {sql} END"
        if cell.lookup is not None and row.lookup is not None:
            sql = row.lookup(cell.lookup, sql)
        if cell.codes or cell.otherwise is not None:
            sql = _coded(cell, sql)
    other = text_of(cell.fallback, row, empty) if cell.fallback else None
    if sql is None or other is None:
        return sql or other
    return f"coalesce({filled(sql)}, {other})"


def _source(cell: Cell, row: Row, empty: tuple[str, ...]) -> str | None:
    if cell.constant is not None:
        return quoted(cell.constant)
    if cell.join:
        parts = [text_of(part, row, empty) for part in cell.join]
        if any(part is None for part in parts):
            return None
        return f" || {quoted(cell.joiner)} || ".join(filled(part or "") for part in parts)
    return next((sql for heading in cell.headings if (sql := row.cell(heading)) is not None), None)


def _cut(cell: Cell, row: Row, sql: str) -> str:
    if cell.path:
        sql = jsoncell.within(sql, cell.path)
    if cell.split is not None:
        signs, part = cell.split
        sql = f"{filled(f'({parts_of(sql, signs)})[{part}]')}"
    if cell.find == "date":
        sql = _found_date(sql, row.month is not None)
    elif cell.find is not None:
        sql = f"nullif(regexp_extract({sql}, {quoted(cell.find)}, 1), '')"
    if cell.year is not None:
        sql = _with_year(cell, row, sql)
    return sql


def _found_date(sql: str, in_month: bool) -> str:
    """The one date among the words of a cell; under a month, the day alone will do. Where there is none, or several, the cell
    stays as it is, and is told as one that cannot be read."""
    found = f"nullif(regexp_extract({sql}, {quoted(FIND_DATE)}, 1), '')"
    if in_month:
        found = f"coalesce({found}, nullif(regexp_extract({sql}, '^\\s*(\\d{{1,2}})(?:st|nd|rd|th)?\\s*$', 1), ''))"
    return f"CASE WHEN len(regexp_extract_all({sql}, {quoted(SURE_DATE)})) > 1 THEN {sql} ELSE coalesce({found}, {sql}) END"


def parts_of(sql: str, signs: tuple[str, ...]) -> str:
    """SQL for the list of parts of a cell between signs."""
    return f"regexp_split_to_array({sql}, {quoted('|'.join(re.escape(sign) for sign in signs))})"


def _with_year(cell: Cell, row: Row, sql: str) -> str:
    """A day and month get the year; beside the heading of a month, that of the nearest such day."""
    year, month = (cell.year, None) if isinstance(cell.year, int) else (row.month or (None, 0))
    if year is None:
        return sql
    day_month = r"^\s*\d{1,2}[-/.]\d{1,2}\s*$"
    words = r"^\s*\d{1,2}(?:st|nd|rd|th)?[- ][A-Za-z]{3,9}\s*$"
    written = quoted(str(year))
    if month:
        own = f"TRY_CAST(regexp_extract({sql}, '[-/.](\\d{{1,2}})', 1) AS INTEGER)"
        written = f"CAST({year} + CASE WHEN {own} - {month} > 6 THEN -1 WHEN {own} - {month} < -6 THEN 1 ELSE 0 END AS VARCHAR)"
    alone = f"WHEN regexp_full_match({sql}, '\\d{{1,2}}') THEN {sql} || '/{month:02d}/{year}' " if month else ""
    return (
        f"CASE {alone}WHEN regexp_matches({sql}, {quoted(day_month)}) THEN trim({sql}) || '/' || {written} "
        f"WHEN regexp_matches({sql}, {quoted(words)}) THEN trim({sql}) || ' ' || {quoted(str(year))} ELSE {sql} END"
    )


def _coded(cell: Cell, sql: str) -> str:
    """The whole cell where it is known; else, of a cell that lists words, each of them; else the one word."""
    if not cell.listed:
        return _word_for(cell, sql)
    parts = f"regexp_split_to_array({sql}, {quoted(SEPARATORS)})"
    each = f"array_to_string(list_transform({parts}, lambda word: {_word_for(cell, 'word')}), ';')"
    whole = _whole_words(cell)
    return f"coalesce({whole}[{fold(sql)}], {each})" if whole else each


def _word_for(cell: Cell, sql: str) -> str:
    """Whole words first, then patterns in their order, then `otherwise` for what is left and not empty."""
    text, whole = fold(sql), _whole_words(cell)
    globs = [(word, code) for word, code in cell.codes if "*" in word]
    whens = [f"WHEN regexp_full_match({text}, {pattern(word)}) THEN {_or_null(code)}" for word, code in globs]
    rest = sql if cell.otherwise is None else f"CASE WHEN {filled(sql)} IS NOT NULL THEN {quoted(cell.otherwise)} END"
    if whens:
        rest = f"CASE {' '.join(whens)} ELSE {rest} END"
    return f"coalesce({whole}[{text}], {rest})" if whole else rest


def _whole_words(cell: Cell) -> str | None:
    """SQL for the map from words without a pattern to what takes their place; None where there are none."""
    words = {folded(word): quoted(code or "") for word, code in reversed(cell.codes) if "*" not in word}
    return f"MAP([{', '.join(map(quoted, words))}], [{', '.join(words.values())}])" if words else None


def _or_null(code: str | None) -> str:
    return "NULL" if code is None else quoted(code)


def ordered(sql: str, order: str | None, moment: bool) -> str:
    """SQL for a date as the reading of cells expects it, day first or year first. What does not fit the order or format
    is marked so that it is not read in another."""
    if order in (None, "day_first"):
        return sql
    if order == "month_first":
        return f"regexp_replace({sql}, '^\\s*(\\d{{1,2}})([-/.])(\\d{{1,2}})([-/.])(\\d{{2,4}})', '\\3\\2\\1\\4\\5')"
    if order == "iso":
        return f"CASE WHEN regexp_matches({sql}, {quoted(IN_FIGURES)}) THEN {sql} || '{UNREADABLE}' ELSE {sql} END"
    written = "%Y-%m-%d %H:%M:%S" if moment and re.search("%[HIT]", order) else "%Y-%m-%d"
    real = r"^\s*\d{4}-\d\d-\d\d(?:[T ].*)?$"
    days = re.split(r"[T ]?%H", order)[0]
    forms = quoted(order) if days == order else f"[{quoted(order)}, {quoted(days)}]"
    return (
        f"CASE WHEN {filled(sql)} IS NULL THEN NULL WHEN regexp_matches({sql}, {quoted(real)}) THEN {sql} ELSE "
        f"coalesce(strftime(try_strptime(ingest.trimmed({sql}), {forms}), '{written}'), {sql} || '{UNREADABLE}') END"
    )


def zoned(sql: str, offset: str | None) -> str:
    """SQL for a time that gets the offset of the export's time zone, where it has none of its own."""
    if offset is None:
        return sql
    return f"CASE WHEN regexp_matches({sql}, ':\\d\\d(?::\\d\\d(?:\\.\\d+)?)?\\s*$') THEN rtrim({sql}) || '{offset}' ELSE {sql} END"


def holds(test: Test, row: Row) -> str | None:
    """SQL for a condition on a row, never NULL; None where its column is not there."""
    cell = row.cell(test.heading)
    if cell is None:
        return None
    if test.blank is not None:
        return f"({filled(cell)} IS {'' if test.blank else 'NOT '}NULL)"
    text = f"coalesce({fold(cell)}, '')"
    if test.words:
        return "(" + " OR ".join(f"{text} = {quoted(folded(word))}" for word in test.words) + ")"
    return "(" + " OR ".join(f"regexp_full_match({text}, {pattern(glob)})" for glob in test.like) + ")"


def month_name(heading: str, first_year: int | None) -> tuple[int | None, int] | None:
    """The month of an unpivoted heading, for completing dates."""
    return month_of(heading, first_year)


__all__ = ["Row", "filled", "fold", "holds", "named", "ordered", "parts_of", "text_of", "zoned"]
