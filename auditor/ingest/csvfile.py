"""Reads a CSV file. The engine's own reader does it where that is sure to see the same records as a spreadsheet would;
otherwise `delimited` does, more slowly."""

from __future__ import annotations

import itertools
from pathlib import Path

from auditor.errors import ExportError
from auditor.ingest import delimited, text
from auditor.ingest.sheet import FAULT_EXTRA, FAULT_SHORT, Line, Note, Sheet, check_width, pour, quoted
from auditor.store import Store

_TABLE_NUMBERS = itertools.count(1)


def read(look: text.Look, name: str) -> Sheet:
    """One CSV file as a sheet called `name`. Nothing is loaded yet.

    Raises ExportError if the file cannot be read, is not text, or has no heading row.
    """
    path, source, facts = look.path, look.source, look.facts()
    head = _head(path, facts, source)
    notes = notes_on(facts)

    def slower(store: Store) -> Sheet:
        return _poured(store, path, name, source, facts, head, notes)

    width = len(head.headings)
    return Sheet(
        name=name,
        source=source,
        sha256=facts.sha256,
        headings=head.headings,
        relation=relation(path, facts, head.delimiter, width) if facts.plain and head.skipped == 0 else None,
        expected=facts.records - 1,
        slower=slower,
        notes=notes,
    )


class _Head:
    """The headings, the sign between cells, and how many lines stand before the headings."""

    def __init__(self, headings: tuple[str, ...], delimiter: str, skipped: int):
        self.headings = headings
        self.delimiter = delimiter
        self.skipped = skipped


def _head(path: Path, facts: text.Facts, source: str) -> _Head:
    with text.opened(path, facts.encoding) as stream:
        first, skipped = stream.readline(delimited.LONGEST_LINE), 0
        while first and (not first.strip() or first.lower().startswith("sep=")):
            first, skipped = stream.readline(delimited.LONGEST_LINE), skipped + 1
        if not first.strip(" \t\r\n\x00\ufeff"):
            raise ExportError(
                f"{source}: the file is empty; it has no heading row. Export it again, or leave it out if there are no "
                "such records."
            )
        if len(first) >= delimited.LONGEST_LINE:
            raise ExportError(f"{source}: its first row is longer than any row of headings. Export it again as CSV.")
        delimiter = delimited.delimiter_of(first)
        stream.seek(0)
        records = itertools.islice(iter(delimited.Records(stream, delimiter, source)), skipped, None)
        line = next(records, Line([]))
    headings = tuple(cell.strip("\ufeff") for cell in line.cells if cell is not None)
    check_width(headings, source)
    return _Head(headings, delimiter, skipped)


def notes_on(facts: text.Facts) -> tuple[Note, ...]:
    """What is to be said of the file as a whole."""
    notes = []
    if facts.encoding == "cp1252":
        notes.append(Note(
            "encoding",
            "The file is not UTF-8. It was read as Windows-1252, which Excel on Windows writes; accents and quotation "
            "marks may be wrong. Save it as 'CSV UTF-8'.",
            "read as Windows-1252",
        ))
    if facts.control and not facts.encoding.startswith("utf-16"):
        notes.append(Note(
            "control", "The file holds control characters (signs that cannot be seen or printed).",
            "control characters left out",
        ))
    return tuple(notes)


def relation(path: Path, facts: text.Facts, delimiter: str, width: int, skip: int = 0) -> str:
    """SQL over the engine's reader: the rows below the headings, which stand below `skip` lines. One column more than the
    headings shows a row with too many cells."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width + 1))
    cells = (f"c{i}" for i in range(width))
    if facts.control:
        cells = (f"regexp_replace({cell}, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]', '', 'g') AS {cell}" for cell in cells)
    fault = (
        f"CASE WHEN c{width} IS NOT NULL AND c{width} <> '' THEN '{FAULT_EXTRA}' "
        f"WHEN c{width - 1} IS NULL THEN '{FAULT_SHORT}' END AS fault"
    )
    return (
        f"(SELECT {', '.join(cells)}, {fault} FROM read_csv({quoted(exact(path))}, columns={{{columns}}}, "
        f"auto_detect=false, header=true, skip={skip}, delim={quoted(delimiter)}, quote='\"', escape='\"', strict_mode=true, "
        f"null_padding=true, parallel={'false' if facts.quoted_lines else 'true'}, nullstr='\x01', "
        "hive_partitioning=false, compression='none'))"
    )


def exact(path: Path) -> str:
    """The path with signs that the engine takes for a pattern written as themselves."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path.absolute()))


def _poured(
    store: Store, path: Path, name: str, source: str, facts: text.Facts, head: _Head, notes: tuple[Note, ...]
) -> Sheet:
    table = f"csv_{next(_TABLE_NUMBERS)}"
    with text.opened(path, facts.encoding) as stream:
        lines = iter(delimited.Records(stream, head.delimiter, source))
        after_head = itertools.islice(lines, head.skipped + 1, None)
        pour(store, table, len(head.headings), after_head)
    return Sheet(
        name=name,
        source=source,
        sha256=facts.sha256,
        headings=head.headings,
        relation=f"raw.{table}",
        first_row=head.skipped + 2,
        notes=notes,
    )
