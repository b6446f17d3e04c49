"""Reads a CSV that the engine's own reader would not read as a spreadsheet does: other encodings, blank lines between
records, broken quotation marks, very long lines.

A record whose quotation marks make no sense is given up at its first line, and reading goes on with the next, so that
one slip does not swallow the rest of the file.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from auditor.errors import ExportError
from auditor.ingest.sheet import FAULT_LONG, FAULT_QUOTE, LONGEST_CELL, Line

LONGEST_LINE = 4 * LONGEST_CELL
MOST_BROKEN = 10_000
DELIMITERS = ",;\t|"


class Records:
    """The records of an open text file, one after another, blank ones as empty lines."""

    def __init__(self, stream: TextIO, delimiter: str, source: str):
        self.stream = stream
        self.delimiter = delimiter
        self.source = source
        self.waiting: deque[str] = deque()
        self.broken = 0

    def __iter__(self) -> Iterator[Line]:
        before = csv.field_size_limit(LONGEST_LINE)
        try:
            while (line := self._line()) is not None:
                yield self._record(line)
        finally:
            csv.field_size_limit(before)

    def _line(self) -> str | None:
        if self.waiting:
            return self.waiting.popleft()
        return self.stream.readline(LONGEST_LINE) or None

    def _record(self, line: str) -> Line:
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_to_line_end()
            return self._given_up(line[:1000], FAULT_LONG)
        if '"' not in line:
            return Line(line.rstrip("\r\n").split(self.delimiter) if line.strip("\r\n") else [])
        taken, size = [line], len(line)
        cells = self._parsed(line)
        while cells is None and size < LONGEST_LINE and (more := self._line()) is not None:
            taken.append(more)
            size += len(more)
            if '"' in more.replace('""', ""):
                cells = self._parsed("".join(taken))
        if not cells:
            self.waiting.extendleft(reversed(taken[1:]))
            return self._given_up(line, FAULT_QUOTE)
        return Line(cells)

    def _parsed(self, text: str) -> list[str] | None:
        """The cells of one record; None while a quoted cell is still open, and [] where the marks make no sense."""
        try:
            lines = io.StringIO(text, newline="")
            rows = list(csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True))
        except csv.Error as error:
            return None if "end of data" in str(error) else []
        return rows[0] if len(rows) == 1 else []

    def _given_up(self, line: str, fault: str) -> Line:
        self.broken += 1
        if self.broken > MOST_BROKEN:
            raise ExportError(
                f"{self.source}: the quotation marks of more than {MOST_BROKEN:,} rows make no sense. "
                "Export the file again, with quotation marks inside a cell doubled."
            )
        return Line(line.rstrip("\r\n").split(self.delimiter), fault)

    def _skip_to_line_end(self) -> None:
        while rest := self.stream.readline(LONGEST_LINE):
            if rest.endswith(("\n", "\r")):
                return


def delimiter_of(heading_line: str) -> str:
    """The sign that parts the cells of the heading line: the most frequent of comma, semicolon, tab and bar."""
    outside = "".join(heading_line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), -DELIMITERS.index(sign)))
