"""Reads XLSX workbooks: the sheets of one, and the rows of a sheet as text in the store."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

from auditor.errors import ExportError
from auditor.ingest import archive
from auditor.ingest.sheet import Line, Sheet, check_width, pour
from auditor.store import Store

LARGEST_WORKBOOK = 3 << 29
MOST_CELLS = 30_000_000
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FILLED = re.compile(rb'<(?:\w+:)?c [^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"(?:[^<>]*[^<>/])?>')
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?: (?![^<>]*\br=)[^<>]*)?>')
_ROW = re.compile(rb'<(?:\w+:)?row [^<>]*?\br="([0-9]{1,7})"')
_TABLE_NUMBERS = itertools.count(1)


class Workbook:
    """One XLSX file whose sheets can be read one by one."""

    def __init__(self, path: Path, source: str):
        """Raises ExportError if it is protected, damaged, no workbook, or would not fit in memory."""
        self.source = source
        self.sha256 = _check(path, source)
        self._open = _calamine(path, source)

    def names(self) -> list[str]:
        """The names of its sheets, in order."""
        return list(self._open.sheet_names)

    def read(self, store: Store, name: str, source: str) -> Sheet:
        """Put the rows of sheet `name` into the store. The first row with anything in it is the heading row.

        Raises ExportError if the sheet is empty or damaged.
        """
        rows = self._rows(name, source)
        skipped, headings = 0, None
        for row in rows:
            if any(cell not in ("", None) for cell in row):
                headings = tuple(_as_text(cell) or "" for cell in row)
                break
            skipped += 1
        if headings is None:
            raise ExportError(
                f"{source}: the sheet is empty; it has no heading row. Fill it, or delete the sheet if there are no such records."
            )
        check_width(headings, source)
        table = f"sheet_{next(_TABLE_NUMBERS)}"
        pour(store, table, len(headings), (Line([_as_text(cell) for cell in row]) for row in rows))
        return Sheet(name, source, self.sha256, headings, f"raw.{table}", first_row=skipped + 2)

    def lines(self, name: str, source: str) -> Iterator[list[str | None]]:
        """Every row of sheet `name` as text, from the first, blank ones included. Raises ExportError if it is damaged."""
        return ([_as_text(cell) for cell in row] for row in self._rows(name, source))

    def _rows(self, name: str, source: str) -> Iterator[list[Any]]:
        try:
            sheet = self._open.get_sheet_by_name(name)
            return iter(sheet.iter_rows())
        except Exception as error:
            raise ExportError(f"{source}: the sheet cannot be read. Open the workbook in Excel and save it again.") from error


def _as_text(value: Any) -> str | None:
    """A cell as the text that a person would see: whole numbers without a point, dates as 2026-03-31."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _calamine(path: Path, source: str) -> Any:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise ExportError(f"{source}: it is protected with a password. Save it without one.") from None
    except Exception as error:
        raise ExportError(f"{source}: it cannot be read as a workbook. Open it in Excel and save it again.") from error


def _check(path: Path, source: str) -> str:
    """Refuse what must not reach the reader; the hash of the file."""
    import hashlib

    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            start = stream.read(1 << 20)
    except OSError as error:
        raise ExportError(f"{source}: it cannot be read ({error.strerror}). Check that you may open it.") from None
    if not start:
        raise ExportError(f"{source}: the file is empty. Export it again.")
    if start.startswith(_OLD_FORMAT):
        if _ENCRYPTED in start or _ENCRYPTED in path.read_bytes()[-(1 << 20) :]:
            raise ExportError(f"{source}: it is protected with a password. Save it without one.")
        raise ExportError(f"{source}: this is an old .xls workbook. Open it in Excel and save it as .xlsx.")
    with archive.opened(path, source) as opened:
        if sum(member.file_size for member in opened.infolist()) > LARGEST_WORKBOOK:
            raise ExportError(f"{source}: the workbook is too large to be read. Export CSV files instead.")
        if "[Content_Types].xml" not in opened.namelist():
            raise ExportError(f"{source}: this is a ZIP file, not a workbook. Give it the name ending .zip.")
        for member in opened.infolist():
            _check_member(opened, member, source)
    return sha256


def _check_member(opened: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> None:
    """Read a member to its end (which checks its size and sum), and measure a sheet's spread."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    letters: set[bytes] = set()
    last_row, rest = 0, b""
    for piece in archive.pieces(opened, member, source):
        if not is_sheet:
            continue
        text = rest + piece
        found = _FILLED.findall(text)
        letters.update(letter for letter, _ in found)
        last_row = max(last_row, max((int(row) for _, row in found), default=0))
        if _UNPLACED.search(text):
            last_row = max(last_row, max(map(int, _ROW.findall(text)), default=0))
        rest = text[-300:]
    last_column = max((reduce(lambda n, letter: n * 26 + letter - 64, name, 0) for name in letters), default=1)
    if last_row * last_column > MOST_CELLS:
        raise ExportError(
            f"{source}: a sheet reaches to row {last_row:,} and column {last_column:,}, more than can be read. There may "
            "be a stray cell far from the records: delete the rows and columns after the last record, or export CSV files."
        )
