"""The only module that imports the SQL engine (DuckDB, in process).

Records are loaded first; then `seal()` takes away file and network access and locks the settings, and from
there on rules only read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

EngineError = duckdb.Error


class Store:
    """One in-memory database for one audit. Not thread-safe; close it when done."""

    def __init__(
        self, *, memory_limit: str = "3GB", spill: bool = False, trace: list[str] | None = None, threads: int | None = None
    ) -> None:
        """`memory_limit` is the engine's own. What does not fit is an error, or with `spill` goes to a private folder
        that `close` takes away. `trace`, if given, receives every statement run. `threads` is how many of its own the
        engine may use: as many as there are cores, unless given; for a handful of records one is quickest."""
        self._spill = tempfile.mkdtemp(prefix="auditor-") if spill else ""
        config = {
            "memory_limit": memory_limit, "autoinstall_known_extensions": "false", "temp_directory": self._spill,
            "checkpoint_threshold": "1TB",  # nothing is kept, so that tidying what was written would be lost time
        }
        self._db = duckdb.connect(":memory:", config=config)
        self._trace = trace
        self.run("SET TimeZone = 'UTC'")
        if threads is not None:
            self.run(f"SET threads = {threads}")

    @staticmethod
    def engine() -> str:
        """Name and version of the engine, as written in results."""
        return f"duckdb {duckdb.__version__}"

    def run(self, sql: str, params: dict[str, Any] | Sequence[Any] | None = None) -> None:
        """Run one statement for its effect."""
        if self._trace is not None:
            self._trace.append(sql)
        self._db.execute(sql, params) if params is not None else self._db.execute(sql)

    def rows(self, sql: str, params: dict[str, Any] | Sequence[Any] | None = None) -> list[tuple]:
        """Run one statement and return all its rows."""
        self.run(sql, params)
        return self._db.fetchall()

    def names(self) -> list[str]:
        """Column names of the statement run last."""
        return [column[0] for column in self._db.description or []]

    def run_all(self, statements: Iterable[str]) -> None:
        """Run several statements for their effect."""
        for statement in statements:
            self.run(statement)

    def seal(self) -> None:
        """Take away file and network access for good; nothing can be read in after this."""
        self.run("SET enable_external_access = false")
        self.run("SET lock_configuration = true")

    def beside(self) -> Store:
        """A second connection to the same records, for another thread; its temporary tables are its own."""
        other = object.__new__(Store)
        other._db, other._trace, other._spill = self._db.cursor(), self._trace, ""
        return other

    def close(self) -> None:
        """Let go of the records, and of anything that did not fit in memory."""
        self._db.close()
        if self._spill:
            shutil.rmtree(self._spill, ignore_errors=True)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
