"""Reads the tables of a DuckDB file, each as a sheet of text. The file is opened for reading only, and let go of before the
store is sealed. Views are not read: what a view does when it is read, the file decides."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.errors import ExportError
from auditor.ingest import apart
from auditor.ingest.parquet import as_text
from auditor.ingest.sheet import Sheet, check_width, named, quoted
from auditor.store import EngineError, Store

MAGIC = b"DUCK"
MOST_TABLES = 1_000
_TABLES = (
    "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal "
    "ORDER BY schema_name <> 'main', schema_name, table_name"
)
_NUMBERS = itertools.count(1)


def is_one(path: Path) -> bool:
    """Whether the file says of itself that it is a DuckDB file."""
    try:
        with path.open("rb") as stream:
            return stream.read(12)[8:] == MAGIC
    except OSError:
        return False


def tables(path: Path, source: str) -> list[tuple[str, str]]:
    """The schema and name of each of its tables. Raises ExportError if it cannot be opened."""
    _try(path, source)
    with Store() as store, _attached(store, path, source) as name:
        found = store.rows(_TABLES, [name])
    if len(found) > MOST_TABLES:
        raise ExportError(f"{source}: it holds {len(found):,} tables; {MOST_TABLES:,} is the most that will be read.")
    return found


def read(store: Store, path: Path, schema: str, table: str, source: str) -> Sheet:
    """One table as a sheet; its first row counts as row 2, as under a heading. Raises ExportError if it is damaged."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    with _attached(store, path, source) as name:
        headings, cells = _columns(store, f"{name}.{named(schema)}.{named(table)}", source)
        columns = ", ".join(f"{cell} AS c{i}" for i, cell in enumerate(cells))
        store.run("CREATE SCHEMA IF NOT EXISTS raw")
        store.run(
            f"CREATE TABLE raw.{name} AS SELECT {columns}, CAST(NULL AS VARCHAR) AS fault "
            f"FROM {name}.{named(schema)}.{named(table)}"
        )
    return Sheet(table, source, sha256, headings, f"raw.{name}")


def _try(path: Path, source: str) -> None:
    """Read every table of the file in a process of its own first: a damaged block may end the engine that reads it, or
    keep it going for ever."""
    ended = apart.outcome(apart.DATABASE, path)
    if ended == apart.REFUSED:
        with Store() as again, _attached(again, path, source) as name:
            _look(again, name)
    if ended:
        raise ExportError(f"{source}: it cannot be read as a DuckDB file. It may be damaged; export it again.")


def trial(path: str) -> None:
    """What the process of its own does. Raises what the engine raises."""
    with Store(memory_limit="2GB") as store:
        store.run(f"ATTACH {quoted(path)} AS tried (TYPE duckdb, READ_ONLY)")
        _look(store, "tried")


def _look(store: Store, name: str) -> None:
    """Read every cell of every table, and keep none."""
    for schema, table in store.rows(_TABLES, [name])[:MOST_TABLES]:
        place = f"{name}.{named(schema)}.{named(table)}"
        columns = store.rows(f"DESCRIBE {place}")
        longest = ", ".join(f"max(strlen({as_text(named(column[0]), column[1])}))" for column in columns)
        store.rows(f"SELECT {longest} FROM {place}")


def _columns(store: Store, place: str, source: str) -> tuple[tuple[str, ...], list[str]]:
    """The headings of a table, and SQL for the text of each column."""
    columns = store.rows(f"DESCRIBE {place}")
    headings = tuple(column[0] for column in columns)
    check_width(headings, source)
    return headings, [as_text(named(column[0]), column[1]) for column in columns]


@contextmanager
def _attached(store: Store, path: Path, source: str) -> Iterator[str]:
    """The name under which the file is open in the store, for as long as the context lasts."""
    name = f"duck_{next(_NUMBERS)}"
    try:
        store.run(f"ATTACH {quoted(str(path.absolute()))} AS {name} (TYPE duckdb, READ_ONLY)")
        yield name
        store.run(f"DETACH {name}")
    except EngineError as error:
        raise ExportError(f"{source}: {_why(str(error).lower())}") from None


def _why(words: str) -> str:
    if "memory" in words and ("limit" in words or "out of" in words):
        return "it does not fit in memory. Export a shorter period, or fewer columns."
    if "encrypt" in words:
        return "it is protected with a key. Save a copy without one."
    if "corrupt" in words:
        return "it is damaged or cut short. Export it again."
    if "version" in words or "newer" in words:
        return "it was written by another version of DuckDB, which this one does not read. Export the tables as Parquet."
    if "set lock" in words:
        return "another program has it open. Close that program, or copy the file first."
    return "it cannot be read as a DuckDB file. It may be damaged; export it again."
