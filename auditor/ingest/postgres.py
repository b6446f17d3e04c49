"""Reads tables and views of a PostgreSQL database by its URL, in one read-only transaction, a batch of rows at a time.

No message, report or result shows who reads or with which password: only the host and the name of the database.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from auditor.errors import ExportError, UsageError
from auditor.ingest.sheet import LONGEST_CELL, Line, Sheet, check_width, pour, shown
from auditor.store import Store

MOST_TABLES = 1_000
BATCH = 5_000
SECONDS_TO_CONNECT = 10
SECONDS_PER_STATEMENT = 300
_URL = re.compile(r"(?i)\s*postgres(?:ql)?://")
_SOUND = re.compile(r"(?i)postgres(?:ql)?://(?:[^@/?#\s]*@)?([\w.\-]*(?::\d+)?)/([\w.\-]*)(?:\?[^@#\s]*)?")
_NUMBERS = itertools.count(1)
_TABLES = """
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\\_%' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname <> 'public', n.nspname, c.relname
"""
_COLUMNS = """
SELECT a.attname, t.typname, t.typcategory FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


class Url(type(Path())):  # type: ignore[misc]
    """The URL of a database where a path is asked for. As a path it is the name of the database in the present folder,
    so that what is written beside an export has a place and a name."""

    url: str = ""


def at(url: str) -> Url:
    """The place that a URL stands for."""
    place = Url(_name(url))
    place.url = url
    return place


def url_of(export: object) -> str:
    """The URL of a PostgreSQL database, if that is what was given as an export; else nothing."""
    text = export.url if isinstance(export, Url) else str(export)
    return text if _URL.match(text) else ""


def _name(url: str) -> str:
    sound = _SOUND.fullmatch(url.strip())
    return (sound[2] if sound else "") or "postgresql"


def masked(url: object) -> str:
    """The URL with the host and the database alone; nothing of it where it is not written as URLs are."""
    sound = _SOUND.fullmatch(str(url).strip())
    return f"postgresql://{sound[1]}/{sound[2]}" if sound else "postgresql://…"


class Warehouse:
    """One connection to a database, for one reading. A context: leaving it ends the transaction and the connection."""

    def __init__(self, url: str):
        """Raises ExportError if the database cannot be reached, UsageError where the library for it is not installed."""
        self.source = masked(url)
        self.name = _name(url)
        self._open = _connected(url, self.source)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def tables(self) -> list[tuple[str, str]]:
        """The schema and name of each table and view that may be read. Raises ExportError."""
        found = [(schema, name) for schema, name in self._rows(_TABLES, None, self.source)]
        if len(found) > MOST_TABLES:
            raise ExportError(
                f"{self.source}: {len(found):,} tables may be read; {MOST_TABLES:,} is the most that will be. Read it as a "
                "user who may see only the tables of the audit."
            )
        return found

    def read(self, store: Store, schema: str, table: str, source: str) -> Sheet:
        """Put one table or view into the store. Its rows are numbered from 2 as the server gives them.

        Raises ExportError if the server stops, or takes too long.
        """
        from psycopg import sql

        place = sql.Identifier(schema, table)
        columns = list(self._rows(_COLUMNS, [place.as_string(self._open)], source))
        headings = tuple(column[0] for column in columns)
        if not headings:
            raise ExportError(f"{source}: it has no columns.")
        check_width(headings, source)
        cells = sql.SQL(", ").join(_cell(sql, *column) for column in columns)
        query = sql.SQL("SELECT {} FROM {}").format(cells, place)
        name = f"postgres_{next(_NUMBERS)}"
        seen = _Hash()
        pour(store, name, len(headings), (Line(seen.past(row)) for row in self._rows(query, None, source)))
        return Sheet(table, source, seen.text(), headings, f"raw.{name}")

    def _rows(self, query: Any, params: list | None, source: str) -> Iterator[tuple]:
        """The rows of a query from a cursor on the server, so that no more than a batch is held here."""
        import psycopg

        try:
            with self._open.cursor(name=f"audit_{next(_NUMBERS)}") as cursor:
                cursor.execute(query, params)
                while batch := cursor.fetchmany(BATCH):
                    yield from batch
        except psycopg.errors.QueryCanceled:
            minutes = SECONDS_PER_STATEMENT // 60
            raise ExportError(f"{source}: the server took more than {minutes} minutes over one step. Read a table in place of a slow view.") from None
        except psycopg.errors.InsufficientPrivilege:
            raise ExportError(f"{source}: the user may not read it. Ask for the right to SELECT from it.") from None
        except psycopg.Error:
            raise ExportError(f"{source}: the server stopped while it was being read. Try again; if it comes again, ask who keeps the database.") from None


class _Hash:
    """A hash of rows that does not depend on their order, as a server has none."""

    def __init__(self) -> None:
        self.sum = 0

    def past(self, row: tuple) -> list[str | None]:
        """The row, once it has been counted in."""
        self.sum += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "replace")).digest(), "big")
        return list(row)

    def text(self) -> str:
        """The hash in hexadecimal."""
        return f"{self.sum % (1 << 256):064x}"


def _cell(sql: Any, name: str, kind: str, category: str) -> Any:
    """SQL of the server for the text of a column: lists with semicolons, bytes not at all, nothing longer than a cell."""
    column = sql.Identifier(name)
    if kind == "bytea":
        return sql.SQL("NULL::text")
    words = "array_to_string({}, ';')" if category == "A" else "{}::text"
    return sql.SQL(f"left({words}, {LONGEST_CELL + 1})").format(column)


def _connected(url: str, source: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise UsageError(
            "Reading a PostgreSQL database needs one more library. Install it with: pip install 'fostering-auditor[postgres]'"
        ) from None
    try:
        connection = psycopg.connect(url.strip(), connect_timeout=SECONDS_TO_CONNECT, application_name="auditor")
    except (psycopg.Error, ValueError, UnicodeError) as error:
        raise ExportError(f"{source}: {_why(str(error).lower())}") from None
    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(f"SET statement_timeout = '{SECONDS_PER_STATEMENT}s'")
        connection.execute("SET datestyle = 'ISO, DMY'")
        connection.execute("SET timezone = 'UTC'")
        connection.execute("SET client_encoding = 'UTF8'")
    except psycopg.Error:
        connection.close()
        raise ExportError(f"{source}: the server refuses a reading that changes nothing. Ask who keeps the database.") from None
    return connection


def _why(words: str) -> str:
    """Our own words for what went wrong: those of the server may repeat what was given."""
    if "authentication failed" in words or "no password supplied" in words:
        return "the user or the password is refused. Give the password in PGPASSWORD, or in the file that PGPASSFILE names."
    if "database" in words and "does not exist" in words:
        return "there is no database of this name on the server. Check the end of the URL."
    if "invalid" in words or "missing" in words:
        return "this is not a URL that can be read. Write postgresql://USER@HOST/DATABASE, with signs such as @ and / in a name or password as %40 and %2F."
    return "the database cannot be reached. Check the host and the port, that the server runs, and that this machine may connect to it."


def label(source: str, schema: str, table: str) -> str:
    """How a table is named to people."""
    return f"{source} (table {shown(table if schema in ('public', 'main') else f'{schema}.{table}')})"
