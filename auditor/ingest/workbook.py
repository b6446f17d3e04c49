"""Reads XLSX, XLS and ODS workbooks: the sheets of one, and the rows of a sheet as text in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.errors import ExportError
from auditor.ingest import apart, package
from auditor.ingest.package import Hidden
from auditor.ingest.sheet import Line, Note, Sheet, check_width, pour
from auditor.store import Store

LARGEST_OLD = 256 << 20
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_PROTECTED = "it is protected with a password. Save it without one."
_UNREADABLE = "it cannot be read as a workbook. It may be damaged: open it in Excel and save it as .xlsx."
_TABLE_NUMBERS = itertools.count(1)


class Workbook:
    """One workbook whose sheets can be read one by one."""

    def __init__(self, path: Path, source: str):
        """Raises ExportError if it is protected, damaged, no workbook, or would not fit in memory."""
        self.source = source
        self.sha256, kind = _kind(path, source)
        self._hidden: dict[str, Hidden] = {}
        if kind != "xls":
            kind, self._hidden = package.examine(path, source)
        _try(path, kind, source)
        self._open = _calamine(path, kind, source)

    def names(self) -> list[str]:
        """The names of its sheets, in order, without those that are hidden."""
        return self._sheets(visible=True)

    def hidden(self) -> list[str]:
        """The names of its hidden sheets, in order."""
        return self._sheets(visible=False)

    def _sheets(self, visible: bool) -> list[str]:
        import python_calamine

        return [
            sheet.name
            for sheet in self._open.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and (sheet.visible == python_calamine.SheetVisibleEnum.Visible) == visible
        ]

    def notes(self, name: str) -> tuple[Note, ...]:
        """What is to be told of a sheet: columns and rows that are hidden in it are read like the others."""
        hidden = self._hidden.get(name, Hidden())
        counts = [
            f"{count:,} {word}{'s' if count > 1 else ''}"
            for count, word in ((hidden.columns, "column"), (hidden.rows, "row"))
            if count
        ]
        if not counts:
            return ()
        words = f"{' and '.join(counts)} of this sheet {'is' if hidden.columns + hidden.rows == 1 else 'are'} hidden, by hand or by a filter."
        return (Note("hidden", words, "read like the others"),)

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
        return Sheet(
            name, source, self.sha256, headings, f"raw.{table}", first_row=skipped + 2, notes=self.notes(name)
        )

    def lines(self, name: str, source: str) -> Iterator[list[str | None]]:
        """Every row of sheet `name` as text, from the first, blank ones included. Raises ExportError if it is damaged."""
        return ([_as_text(cell) for cell in row] for row in self._rows(name, source))

    def merged(self, name: str, row: int) -> list[tuple[int, int]]:
        """The first and last column of each merged cell of row `row` of a sheet, all from 0. Empty where its file does not tell."""
        try:
            found = self._open.get_sheet_by_name(name).merged_cell_ranges or []
        except BaseException as error:
            _ours(error)
            return []
        return sorted((first[1], last[1]) for first, last in found if first[0] <= row <= last[0])

    def _rows(self, name: str, source: str) -> Iterator[list[Any]]:
        try:
            yield from self._open.get_sheet_by_name(name).iter_rows()
        except GeneratorExit:
            raise
        except BaseException as error:
            _ours(error)
            raise ExportError(
                f"{source}: the sheet cannot be read. Open the workbook in Excel and save it again."
            ) from None


def _ours(error: BaseException) -> None:
    """Raise again what is no fault of the reader. A reader that panics raises what is no Exception."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


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


def _calamine(path: Path, kind: str, source: str) -> Any:
    """The reader, which goes by the name; where that is another kind's, it has to find out, and loses why it failed."""
    import python_calamine

    try:
        if path.suffix.lower() == f".{kind}":
            return python_calamine.CalamineWorkbook.from_path(str(path))
        with path.open("rb") as stream:
            return python_calamine.CalamineWorkbook.from_filelike(stream)
    except python_calamine.PasswordError:
        raise ExportError(f"{source}: {_PROTECTED}") from None
    except BaseException as error:
        _ours(error)
        raise ExportError(f"{source}: {_UNREADABLE}") from None


def _try(path: Path, kind: str, source: str) -> None:
    """Let a process of its own read the workbook first."""
    ended = apart.outcome(apart.WORKBOOK, path, f".{kind}", str(package.MOST_CELLS))
    if ended == apart.PASSWORD:
        raise ExportError(f"{source}: {_PROTECTED}")
    if ended and kind == "xlsx":
        package.stray(path, source)
    if ended:
        raise ExportError(f"{source}: {_UNREADABLE}")


def _kind(path: Path, source: str) -> tuple[str, str]:
    """The hash of the file, and whether its content is an `xls` or a `package`, whatever its name says."""
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
            stream.seek(0)
            start = stream.read(1 << 20)
            stream.seek(max(size - (1 << 20), 0))
            end = stream.read(1 << 20)
    except OSError as error:
        raise ExportError(f"{source}: it cannot be read ({error.strerror}). Check that you may open it.") from None
    if not start:
        raise ExportError(f"{source}: the file is empty. Export it again.")
    if not start.startswith(_OLD_FORMAT):
        _refuse_text(start, source)
        return sha256, "package"
    if _ENCRYPTED in start or _ENCRYPTED in end:
        raise ExportError(f"{source}: {_PROTECTED}")
    if not any(name in start or name in end for name in _BOOK_STREAMS):
        raise ExportError(f"{source}: {_UNREADABLE}")
    if size > LARGEST_OLD:
        raise ExportError(f"{source}: the workbook is too large to be read. Save it as .xlsx, or export CSV files instead.")
    return sha256, "xls"


def _refuse_text(start: bytes, source: str) -> None:
    """Systems write web pages and lists with tabs under the name of a workbook; Excel opens them, with a warning."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    if head[:1] == b"<":
        raise ExportError(f"{source}: this is a web page under the name of a workbook. Open it in Excel and save it as .xlsx.")
    if head and not head.startswith(b"PK") and not any(byte < 9 or 13 < byte < 32 for byte in head):
        raise ExportError(f"{source}: this is a text file under the name of a workbook. Give it the name ending .csv.")
