"""The workbook under the action tracker: its formats, and how a sheet, a cell and a printed page are laid out.

Text from records is always written as text, so none of it can become a formula, a link or a reference to another file.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from auditor.report.words import clean

MOST_ROWS = 1_000_000
LONGEST_CELL = 32_000
LONGEST_NAME = 31
A4 = 9
# Points: one line of text, and the highest row that Excel has.
LINE, HIGHEST = 12.75, 409
DATE = "d mmm yyyy"
# The words carry the meaning; the colours only help to find them.
COLOURS = {
    "Critical": ("#F4CDC6", "#7D1A0C"),
    "Major": ("#FCD6C3", "#6E3619"),
    "Minor": ("#D2E2F1", "#0C3B66"),
    "Done": ("#CCE2D8", "#0B4D33"),
    "In progress": ("#D2E2F1", "#0C3B66"),
    "Accepted": ("#EEEFEF", "#383F43"),
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, its width in characters, and whether people fill it in."""

    heading: str
    width: float
    fill: bool = False


@dataclass(frozen=True)
class Shaded:
    """A cell of several lines, or with one of the book's fills (`shade`): a text made here, no text from a record."""

    text: str
    shade: str = "Plain"


class Book:
    """A workbook with the formats that all its sheets use."""

    def __init__(self, path: Path, as_of: dt.date, title: str):
        # Each row is written out as it comes, into the folder of the workbook: nothing from a record is ever left
        # in a temporary folder that others share.
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "default_date_format": DATE,
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"title": title, "created": dt.datetime(as_of.year, as_of.month, as_of.day)})
        self.as_of = as_of
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        line = {**font, "bottom": 4, "bottom_color": "#B1B4B6", "right": 1, "right_color": "#D8DADC"}
        self.text = self.book.add_format({**line, "text_wrap": True})
        self.day = self.book.add_format({**line, "num_format": DATE, "align": "left"})
        self.fill = self.book.add_format(
            {**line, "text_wrap": True, "bg_color": "#FFFBE6", "num_format": DATE, "align": "left"}
        )
        head = {**font, "bold": True, "bottom": 2, "text_wrap": True}
        self.head = self.book.add_format({**head, "bg_color": "#F3F2F1"})
        self.head_fill = self.book.add_format({**head, "bg_color": "#FFE9A8"})
        self.head_turned = self.book.add_format({**head, "bg_color": "#F3F2F1", "rotation": 60, "valign": "bottom"})
        self.title = self.book.add_format({**font, "bold": True, "font_size": 16})
        self.heading = self.book.add_format({**font, "bold": True, "font_size": 12})
        self.line = self.book.add_format(font)
        self.plain = self.book.add_format({**font, "text_wrap": True})
        self.late = self.book.add_format({"bold": True, "font_color": "#7D1A0C", "bg_color": "#F4CDC6"})
        self.marked = self.book.add_format({"bold": True})
        self.shades = {name: self._shade(line, back, ink) for name, (back, ink) in COLOURS.items()}
        self.shades["Plain"] = self.text
        self.shades["None"] = self._shade(line, "#F3F2F1", "#5D6468")
        self.by_word = {
            word: self.book.add_format({"bg_color": back, "font_color": ink, "bold": True})
            for word, (back, ink) in COLOURS.items()
        }
        self._names: set[str] = set()

    def _shade(self, font: dict[str, Any], back: str, ink: str) -> Any:
        return self.book.add_format({**font, "text_wrap": True, "bg_color": back, "font_color": ink})

    def add(self, name: str) -> Any:
        """An empty sheet under a name that Excel takes and no other sheet has: see `sheet_name`."""
        legal = sheet_name(name, self._names)
        self._names.add(legal.casefold())
        return self.book.add_worksheet(legal)

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> tuple[Any, int]:
        """A sheet with a frozen and repeated heading row, filters, and a table of rows. Returns the sheet and its
        number of rows."""
        sheet = self.add(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, self.fill if column.fill else self.text)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading, self.head_fill if column.fill else self.head)
        number = 0
        for row in itertools.islice(rows, MOST_ROWS):
            number += 1
            self.row(sheet, number, columns, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
        self.page(sheet, sheet.get_name())
        return sheet, number

    def page(self, sheet: Any, title: str, repeat: tuple[int, int] = (0, 0), pages: int = 1) -> None:
        """A4 across, as wide as one page (or `pages`), with the heading rows (`repeat`, from and to) on each and page
        numbers below."""
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.35, right=0.35, top=0.5, bottom=0.6)
        sheet.fit_to_pages(pages, 0)
        sheet.repeat_rows(*repeat)
        # An ampersand begins a code in a footer; two of them are one ampersand.
        sheet.set_footer(f"&L{title.replace('&', '&&')}&RPage &P of &N")

    def row(self, sheet: Any, number: int, columns: Sequence[Column], values: Sequence[Any]) -> None:
        """Write one row, as high as its longest text needs: not every program fits rows when it opens a file."""
        lines = max((_lines(value, column.width) for value, column in zip(values, columns, strict=True)), default=1)
        sheet.set_row(number, min(LINE * lines + 2, HIGHEST))
        for place, (value, column) in enumerate(zip(values, columns, strict=True)):
            self.cell(sheet, number, place, value, column.fill)

    def cell(self, sheet: Any, row: int, column: int, value: Any, fill: bool = False) -> None:
        """Write one value: a date as a date, a number as a number, anything else as text. Empty ones stay empty."""
        if value is None or value == "":
            return
        if isinstance(value, Shaded):
            sheet.write_string(row, column, value.text[:LONGEST_CELL], self.shades[value.shade])
        elif isinstance(value, dt.date):
            written = dt.datetime(value.year, value.month, value.day)
            sheet.write_datetime(row, column, written, self.fill if fill else self.day)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.text)
        else:
            text = cut_lines(value) if fill else cut(value)
            sheet.write_string(row, column, text, self.fill if fill else self.text)

    def words(self, sheet: Any, column: int, last: int, names: Sequence[str]) -> None:
        """Colour the cells of a column that hold one of these words, also when a person picks it later."""
        for name in names:
            rule = {"type": "cell", "criteria": "==", "value": f'"{name}"', "format": self.by_word[name]}
            sheet.conditional_format(1, column, max(last, 1), column, rule)


def cut(text: object) -> str:
    """Text from a record as it stands in a cell: cleaned, and no longer than a cell holds."""
    return clean(str(text))[:LONGEST_CELL]


def cut_lines(text: object) -> str:
    """What a person wrote, as `cut`, with its line ends."""
    return "\n".join(clean(line) for line in str(text).splitlines())[:LONGEST_CELL]


def _lines(value: Any, width: float) -> int:
    """How many lines a value takes in a column. A character of running text takes a little less than a unit of width."""
    text = value.text if isinstance(value, Shaded) else value
    if not isinstance(text, str) or not text:
        return 1
    return sum(1 + int(len(line) * (1.07 if len(line) > width else 1) / (width * 1.13)) for line in text.splitlines())


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\ or those that act, no quote at its ends, not
    "History", and not one of `taken` (case-folded), whatever their case."""
    taken = set(taken)
    name = re.sub(r"[\[\]:*?/\\\ufffd]+", "-", clean(wanted)).strip().strip("'").strip()
    # Counted in UTF-16 units, as Excel counts.
    name = _shortened(name, LONGEST_NAME) or "Sheet"
    if name.casefold() == "history":
        name = "History-"
    if name.casefold() not in taken:
        return name
    for number in itertools.count(2):
        ending = f" ({number})"
        other = _shortened(name, LONGEST_NAME - len(ending)) + ending
        if other.casefold() not in taken:
            return other
    raise AssertionError("unreachable")


def _shortened(text: str, units: int) -> str:
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.strip().strip("'").strip()
