"""What an XLSX or ODS workbook is made of, learnt from the bytes of its parts before a reader is let at it: whether it is
whole, which columns and rows of its sheets are hidden, and whether it is a cell far away that makes one too large."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from auditor.errors import ExportError
from auditor.ingest import archive

LARGEST_WORKBOOK = 3 << 29
LARGEST_LIST = 16 << 20
MOST_CELLS = 30_000_000
LONGEST_TAG = 1 << 16
_FILLED = re.compile(rb'<(?:\w+:)?c [^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"(?:[^<>]*[^<>/])?>')
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?: (?![^<>]*\br=)[^<>]*)?>')
_ROW = re.compile(rb'<(?:\w+:)?row [^<>]*?\br="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'<(?:\w+:)?(col|row) (?=[^<>]*\bhidden="(?:1|true)")([^<>]*)>')
_ATTRIBUTE = re.compile(rb'([\w:-]+)="([^"<>]*)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet ([^<>]*)>")
_LINK = re.compile(rb"<(?:\w+:)?Relationship ([^<>]*)>")
_ODS = re.compile(rb"<table:table(-column|-row)?(?: ([^<>]*))?>")


@dataclass
class Hidden:
    """How many columns and rows of a sheet are hidden."""

    columns: int = 0
    rows: int = 0


def examine(path: Path, source: str) -> tuple[str, dict[str, Hidden]]:
    """Whether the package is an `xlsx` or an `ods`, and what is hidden in each sheet.

    Raises ExportError if it is neither, protected, damaged, or would not fit in memory.
    """
    with archive.opened(path, source) as opened:
        if sum(member.file_size for member in opened.infolist()) > LARGEST_WORKBOOK:
            raise ExportError(f"{source}: the workbook is too large to be read. Export CSV files instead.")
        names = set(opened.namelist())
        if "[Content_Types].xml" in names:
            return "xlsx", _xlsx(opened, source)
        if {"mimetype", "content.xml"} <= names and b"opendocument.spreadsheet" in _small(opened, "mimetype", source):
            if b":encryption-data" in _small(opened, "META-INF/manifest.xml", source):
                raise ExportError(f"{source}: it is protected with a password. Save it without one.")
            return "ods", _ods(opened, source)
        raise ExportError(f"{source}: this is a ZIP file, not a workbook. Give it the name ending .zip.")


def _small(opened: zipfile.ZipFile, name: str, source: str) -> bytes:
    """A short member; empty where it is not there, or is longer than a list of sheets ever is."""
    try:
        member = opened.getinfo(name)
    except KeyError:
        return b""
    return b"".join(archive.pieces(opened, member, source)) if member.file_size <= LARGEST_LIST else b""


def _attributes(text: bytes) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(text)
    return {key.decode().rsplit(":", 1)[-1]: html.unescape(value.decode("utf-8", "replace")) for key, value in pairs}


def _xlsx(opened: zipfile.ZipFile, source: str) -> dict[str, Hidden]:
    links = map(_attributes, _LINK.findall(_small(opened, "xl/_rels/workbook.xml.rels", source)))
    targets = {one.get("Id"): "xl/" + one.get("Target", "").removeprefix("/xl/").removeprefix("xl/") for one in links}
    sheets = map(_attributes, _SHEET.findall(_small(opened, "xl/workbook.xml", source)))
    names = {targets.get(one.get("id")): one.get("name", "") for one in sheets}
    found = {}
    for member in opened.infolist():
        hidden = _measured(opened, member, source)
        if hidden is not None and member.filename in names:
            found[names[member.filename]] = hidden
    return found


def _measured(opened: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> Hidden | None:
    """Read a member to its end (which checks its size and sum); of a sheet, count what it hides."""
    is_sheet, hidden = _is_sheet(member), Hidden()
    for text in _whole_tags(opened, member, source) if is_sheet else _drained(opened, member, source):
        if b'hidden="' in text:
            _count(hidden, text)
    return hidden if is_sheet else None


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")


def stray(path: Path, source: str) -> None:
    """Raise ExportError if a sheet of an XLSX workbook reaches further than can be read, and say how far."""
    with archive.opened(path, source) as opened:
        for member in filter(_is_sheet, opened.infolist()):
            _measure(opened, member, source)


def _measure(opened: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> None:
    letters: set[bytes] = set()
    last_row = 0
    for text in _whole_tags(opened, member, source):
        found = _FILLED.findall(text)
        letters.update(letter for letter, _ in found)
        last_row = max(last_row, max((int(row) for _, row in found), default=0))
        if _UNPLACED.search(text):
            last_row = max(last_row, max(map(int, _ROW.findall(text)), default=0))
    last_column = max((reduce(lambda n, letter: n * 26 + letter - 64, name, 0) for name in letters), default=1)
    if last_row * last_column > MOST_CELLS:
        raise ExportError(
            f"{source}: a sheet reaches to row {last_row:,} and column {last_column:,}, more than can be read. There may "
            "be a stray cell far from the records: delete the rows and columns after the last record, or export CSV files."
        )


def _drained(opened: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> Iterator[bytes]:
    for _ in archive.pieces(opened, member, source):
        pass
    yield from ()


def _whole_tags(opened: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> Iterator[bytes]:
    """The bytes of a member, cut where no tag is open, so that none is seen in halves."""
    rest = b""
    for piece in archive.pieces(opened, member, source):
        text = rest + piece
        cut = text.rfind(b"<")
        rest = text[cut:] if cut >= 0 and b">" not in text[cut:] else b""
        if len(rest) > LONGEST_TAG:
            raise ExportError(f"{source}: a sheet of it is damaged. Open it in Excel and save it again.")
        yield text[:cut] if rest else text
    yield rest


def _count(hidden: Hidden, text: bytes) -> None:
    for kind, given in _HIDDEN.findall(text):
        if kind == b"row":
            hidden.rows += 1
            continue
        marks = _attributes(given)
        first, last = (int(marks.get(key, "1")) if marks.get(key, "1").isdecimal() else 1 for key in ("min", "max"))
        # a run that goes to the edge of the sheet hides the empty rest of it, not columns of records
        if last < 16_384:
            hidden.columns += max(last - first + 1, 0)


def _ods(opened: zipfile.ZipFile, source: str) -> dict[str, Hidden]:
    found: dict[str, Hidden] = {}
    current = Hidden()
    for member in opened.infolist():
        if member.filename != "content.xml":
            for _ in _drained(opened, member, source):
                pass
            continue
        for text in _whole_tags(opened, member, source):
            for kind, given in _ODS.findall(text):
                if not kind:
                    current = found.setdefault(_attributes(given).get("name", ""), Hidden())
                elif b"collapse" in given or b"filter" in given:
                    _count_ods(current, kind, _attributes(given))
    return found


def _count_ods(hidden: Hidden, kind: bytes, marks: dict[str, str]) -> None:
    if marks.get("visibility") not in ("collapse", "filter"):
        return
    key = "number-columns-repeated" if kind == b"-column" else "number-rows-repeated"
    times = int(marks[key]) if marks.get(key, "").isdecimal() and len(marks[key]) < 9 else 1
    if times >= 1_000:
        return  # the empty rest of the sheet
    if kind == b"-column":
        hidden.columns += times
    else:
        hidden.rows += times
