"""Finds what an export is made of: the files of a folder, the sheets of a workbook, the members of a ZIP.

Nothing outside the export is read: a link that leads out of the folder is refused, and members of a ZIP are written
only under names of ours, into a private folder that is removed afterwards.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from auditor.errors import ExportError
from auditor.ingest import archive, csvfile, database, duckfile, jsonfile, parquet, postgres, text
from auditor.ingest.sheet import Sheet, shown
from auditor.ingest.workbook import Workbook
from auditor.store import Store

CSV_ENDINGS = (".csv", ".tsv", ".txt")
DATABASE_ENDINGS = (".sqlite", ".sqlite3", ".db", ".duckdb", ".ddb")
JSON_ENDINGS = (".json", *jsonfile.LINE_ENDINGS)
TABLE_ENDINGS = (*CSV_ENDINGS, ".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".ods", *DATABASE_ENDINGS, *JSON_ENDINGS)
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
OTHER_DATA = (".xlsb", ".xml", ".gz", ".7z", ".rar", ".mdb", ".accdb", ".numbers")
USES = (
    "An export is a folder or ZIP of CSV, Parquet or JSON files, workbooks (XLSX, XLS, ODS) and database files (SQLite, "
    "DuckDB), one such file, or the URL of a PostgreSQL database."
)
NO_TABLES = "It holds no tables. Views are not read."


@dataclass(frozen=True)
class Part:
    """A source of rows in an export. `names` are what it may be called, the likeliest first; `read` reads it. `file` is
    the name of its file, which is kept at `path`; `workbook` the open workbook that it is a sheet of; `look` what the
    bytes of a CSV file are looked at by."""

    names: tuple[str, ...]
    source: str
    read: Callable[[Store], Sheet]
    is_sheet: bool = False
    is_plain_text: bool = False
    file: str = ""
    path: Path | None = None
    workbook: Workbook | None = None
    look: text.Look | None = None


@dataclass
class Found:
    """The parts of an export; the hidden sheets, which only a mapping that gives their whole name reads; and what was
    passed over: (source, why)."""

    parts: list[Part] = field(default_factory=list)
    hidden: list[Part] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)


@contextlib.contextmanager
def opened(export: Path | str) -> Iterator[Found]:
    """What the export at a path or URL holds; it may be read until the context ends. Raises ExportError."""
    found = Found()
    with _whole(called(export)), contextlib.ExitStack() as stack:
        if url := postgres.url_of(export):
            _warehouse(url, found, stack)
        else:
            _path(Path(export), found, stack)
        yield found


@contextlib.contextmanager
def looking_ahead(parts: Iterable[Part]) -> Iterator[None]:
    """While it lasts, the bytes of these parts are looked at in other threads, in their order, so that the engine reads
    one file while the next is looked at."""
    pool = ThreadPoolExecutor(2)
    try:
        for part in parts:
            if part.look is not None:
                part.look.begin(pool)
        yield
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _whole(name: str) -> Iterator[None]:
    """Say in words what stops a reading halfway: a file that is taken away or changed, and memory that is full."""
    try:
        yield
    except BrokenPipeError:
        raise
    except MemoryError:
        raise ExportError(f"{name}: the export does not fit in memory. Export a shorter period, or fewer columns.") from None
    except OSError as error:
        raise ExportError(
            f"{name}: it cannot be read to its end ({error.strerror}). A file of it may have been moved or changed meanwhile; "
            "copy the export to a place of its own and try again."
        ) from None


def _path(path: Path, found: Found, stack: contextlib.ExitStack) -> None:
    """What a file or folder holds."""
    if scheme := re.match("[A-Za-z][A-Za-z0-9+]+(?=:/)", str(path)):
        # the rest is not repeated: there may be a password in it
        raise ExportError(f"{scheme[0]}://…: this is not a kind of URL that can be read. {USES}")
    kind = _kind(path)
    if kind == "folder":
        _folder(path, found)
    elif kind == "file":
        _file(path, shown(path.name), found, stack)
    elif kind == "other":
        raise ExportError(f"{shown(str(path))}: this is neither a file nor a folder. {USES}")
    else:
        raise ExportError(f"{shown(str(path))}: there is no such file or folder. {USES}")


def called(export: Path | str) -> str:
    """What an export is called in messages; of a URL, only what may be shown."""
    url = postgres.url_of(export)
    return postgres.masked(url) if url else shown(Path(export).name)


def _kind(path: Path) -> str:
    try:
        if path.is_dir():
            return "folder"
        if path.is_file():
            return "file"
        return "other" if path.exists() else "nothing"
    except (OSError, ValueError):
        return "nothing"


def _folder(folder: Path, found: Found) -> None:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        inside = folder.resolve()
    except OSError as error:
        raise ExportError(f"{shown(str(folder))}: the folder cannot be read ({error.strerror}).") from None
    for entry in entries:
        name = shown(entry.name)
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_symlink() and not _leads_inside(entry, inside):
            raise ExportError(f"{name}: this is a link that leads out of the export. Put the file itself into the folder.")
        ending = entry.suffix.lower()
        if entry.is_file():
            if ending == ".zip":
                found.passed_over.append((name, "A ZIP inside a folder is not opened. Unpack it, or give the ZIP itself."))
            else:
                _file(entry, name, found, None)
        elif entry.is_dir():
            if ending in TABLE_ENDINGS:
                found.passed_over.append((name, "This is a folder under the name of a file."))
            elif _holds_records(entry):
                found.passed_over.append((name, "A folder inside the export is not read. Put its files into the export's own folder."))
        elif ending in TABLE_ENDINGS:
            found.passed_over.append((name, "This is not an ordinary file."))


def _leads_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        return False


def _holds_records(folder: Path) -> bool:
    try:
        return any(child.suffix.lower() in TABLE_ENDINGS for child in folder.iterdir())
    except OSError:
        return False


def _file(path: Path, source: str, found: Found, stack: contextlib.ExitStack | None, name: str | None = None) -> None:
    """Add one file. `name` is its own name where it is kept under another."""
    own = PurePosixPath(name or path.name)
    ending, stem = own.suffix.lower(), own.stem
    if ending in CSV_ENDINGS:
        look = text.Look(path, source)
        reader: Callable[[Store], Sheet] = lambda _: csvfile.read(look, stem)  # noqa: E731
        found.parts.append(Part((stem,), source, reader, is_plain_text=ending == ".txt", file=own.name, path=path, look=look))
    elif ending in (".parquet", ".pq"):
        reader = lambda store: parquet.read(store, path, stem, source)  # noqa: E731
        found.parts.append(Part((stem,), source, reader, file=own.name, path=path))
    elif ending in WORKBOOK_ENDINGS:
        _workbook(path, own, source, found)
    elif ending in DATABASE_ENDINGS:
        _database(path, own, source, found)
    elif ending in JSON_ENDINGS:
        _json(path, own, source, found)
    elif ending == ".zip" and stack is not None:
        _zip(path, source, found, stack)
    elif ending in OTHER_DATA:
        found.passed_over.append((source, f"Files of the kind {ending} are not read. Save it as CSV or XLSX."))
    elif stack is not None:
        raise ExportError(f"{source}: this is not a kind of file that can be read. {USES}")


def _workbook(path: Path, own: PurePosixPath, source: str, found: Found) -> None:
    workbook = Workbook(path, source)
    names = workbook.names()
    for name in (*names, *workbook.hidden()):
        place = f"{source} (sheet {shown(name)})"

        def read(store: Store, name: str = name, place: str = place) -> Sheet:
            return workbook.read(store, name, place)

        also = (own.stem,) if names == [name] else ()
        part = Part((name, *also), place, read, is_sheet=True, file=own.name, path=path, workbook=workbook)
        (found.parts if name in names else found.hidden).append(part)


def _database(path: Path, own: PurePosixPath, source: str, found: Found) -> None:
    if not path.stat().st_size:
        raise ExportError(f"{source}: the file is empty. Export it again.")
    if duckfile.is_one(path):
        _duck(path, own, source, found)
        return
    names = database.tables(path, source)
    if not names:
        found.passed_over.append((source, NO_TABLES))
    for name in names:
        place = f"{source} (table {shown(name)})"

        def read(store: Store, name: str = name, place: str = place) -> Sheet:
            return database.read(store, path, name, place)

        found.parts.append(Part((name,), place, read, is_sheet=True, file=own.name, path=path))


def _names(schema: str, table: str) -> tuple[str, ...]:
    return (table,) if schema in ("main", "public") else (f"{schema}.{table}", table)


def _duck(path: Path, own: PurePosixPath, source: str, found: Found) -> None:
    tables = duckfile.tables(path, source)
    if not tables:
        found.passed_over.append((source, NO_TABLES))
    for schema, table in tables:
        place = postgres.label(source, schema, table)

        def read(store: Store, schema: str = schema, table: str = table, place: str = place) -> Sheet:
            return duckfile.read(store, path, schema, table, place)

        found.parts.append(Part(_names(schema, table), place, read, is_sheet=True, file=own.name, path=path))


def _warehouse(url: str, found: Found, stack: contextlib.ExitStack) -> None:
    warehouse = stack.enter_context(postgres.Warehouse(url))
    for schema, table in warehouse.tables():
        place = postgres.label(warehouse.source, schema, table)

        def read(store: Store, schema: str = schema, table: str = table, place: str = place) -> Sheet:
            return warehouse.read(store, schema, table, place)

        found.parts.append(Part(_names(schema, table), place, read, is_sheet=True, file=warehouse.name))


def _json(path: Path, own: PurePosixPath, source: str, found: Found) -> None:
    ending = own.suffix.lower()
    names = jsonfile.tables(path, ending, source)
    if not names:
        found.passed_over.append((source, "It holds no list of records."))
    for name in names:
        place = f"{source} (list {shown(name)})" if name else source

        def read(store: Store, name: str = name, place: str = place) -> Sheet:
            return jsonfile.read(store, path, ending, name, place)

        known = (name, own.stem) if name and len(names) == 1 else (name or own.stem,)
        found.parts.append(Part(known, place, read, is_sheet=bool(name), file=own.name, path=path))


def _zip(path: Path, source: str, found: Found, stack: contextlib.ExitStack) -> None:
    room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="export-")))
    with archive.opened(path, source) as opened_zip:
        for number, member in enumerate(opened_zip.infolist()):
            own = PurePosixPath(member.filename.replace("\\", "/"))
            if member.is_dir() or "__MACOSX" in own.parts or own.name.startswith((".", "~$")):
                continue
            place = f"{source}: {shown(own.name)}"
            ending = own.suffix.lower()
            if ending == ".zip":
                found.passed_over.append((place, "A ZIP inside a ZIP is not opened. Unpack it."))
            elif ending in TABLE_ENDINGS:
                target = room / f"{number}{ending}"
                try:
                    with target.open("xb") as stream:
                        archive.write_out(opened_zip, member, stream, source)
                except OSError as error:
                    raise ExportError(f"{source}: it cannot be unpacked ({error.strerror}). Give the files in a folder.") from None
                _file(target, place, found, None, name=own.name)
            elif ending in OTHER_DATA:
                found.passed_over.append((place, f"Files of the kind {ending} are not read. Save it as CSV or XLSX."))
