"""Reads the tables of an SQLite file, each as a sheet of text. The file is opened for reading only."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from auditor.errors import ExportError
from auditor.ingest.sheet import Line, Sheet, check_width, named, pour
from auditor.store import Store

MOST_TABLES = 1_000
PIECE = 5_000
_NUMBERS = itertools.count(1)


def tables(path: Path, source: str) -> list[str]:
    """The names of its ordinary tables. Raises ExportError if it is no SQLite file, or damaged."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    with closing(_opened(path, source)) as database:
        names = [row[0] for row in _rows(database, query, source)]
    if len(names) > MOST_TABLES:
        raise ExportError(f"{source}: it holds {len(names):,} tables; {MOST_TABLES:,} is the most that will be read.")
    return names


def read(store: Store, path: Path, table: str, source: str) -> Sheet:
    """One table as a sheet; its first row counts as row 2, as under a heading. Raises ExportError if it is damaged."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    with closing(_opened(path, source)) as database:
        headings = tuple(row[1] for row in _rows(database, f"PRAGMA table_info({named(table)})", source))
        check_width(headings, source)
        name = f"database_{next(_NUMBERS)}"
        columns = ", ".join(named(heading) for heading in headings)
        lines = (Line([_text(cell) for cell in row]) for row in _rows(database, f"SELECT {columns} FROM {named(table)}", source))
        pour(store, name, len(headings), lines)
    return Sheet(table, source, sha256, headings, f"raw.{name}")


def _opened(path: Path, source: str) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("PRAGMA trusted_schema = OFF")
    except sqlite3.Error:
        raise ExportError(f"{source}: it cannot be opened as an SQLite file. Export it again.") from None
    return database


def _rows(database: sqlite3.Connection, query: str, source: str) -> Iterator[tuple]:
    try:
        cursor = database.execute(query)
        while piece := cursor.fetchmany(PIECE):
            yield from piece
    except (sqlite3.Error, UnicodeError, ValueError, OverflowError, MemoryError):
        raise ExportError(f"{source}: it cannot be read as an SQLite file. It may be damaged; export it again.") from None


def _text(cell: object) -> str | None:
    """A cell as a person would see it; what is neither text nor a number is left out."""
    if cell is None or isinstance(cell, bytes):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
