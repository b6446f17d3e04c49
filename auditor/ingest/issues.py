"""What is wrong with an export, collected while it is read: in the store for single rows, here for whole files."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.ingest.sheet import named, quoted
from auditor.model import DataIssue
from auditor.store import Store

MOST_ROWS = 1_000

ROW_REJECTED = "row rejected"
LEFT_EMPTY = "value left empty"
LINKED_TO_NOTHING = "value kept; it is linked to nothing"

KINDS = {
    "unreadable": "cells that cannot be read",
    "missing": "required values that are missing",
    "unknown_code": "words that are not in a code set",
    "duplicate": "keys that stand more than once",
    "repeated": "sheets whose records stand in another sheet too, and agree",
    "orphan": "references to records that are not there",
    "end_before_start": "ends before their starts",
    "slip": "days that can hardly be right",
    "cells": "rows with too many or too few cells, or broken quotation marks",
    "missing_column": "required columns that are missing",
    "unknown_column": "columns that are not known",
    "unknown_table": "files or sheets that are not known",
    "missing_file": "files of the mapping that are not there",
    "date_order": "date columns whose order was decided from their values",
    "not_in_lookup": "values that are not in the lookup file",
    "encoding": "files in another encoding",
    "control": "files with control characters",
    "no_json": "cells that are not JSON, or hold more of it than is read",
    "hidden": "hidden sheets, and sheets with hidden columns or rows",
}


@dataclass
class Issues:
    """Problems of whole files and columns; those of rows stand in the table `ingest.problems`. `rejecting` are the
    tables of which some row is rejected."""

    store: Store
    whole: list[tuple[str, DataIssue]] = field(default_factory=list)
    rejecting: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Create the table of row problems."""
        self.store.run(
            "CREATE TABLE ingest.problems (tbl VARCHAR, source VARCHAR, row BIGINT, col VARCHAR, kind VARCHAR, "
            "problem VARCHAR, effect VARCHAR)"
        )

    def add(self, kind: str, table: str | None, source: str, column: str | None, problem: str, effect: str) -> None:
        """Note a problem of a whole file, sheet or column."""
        self.whole.append((kind, DataIssue(table, source, None, column, problem, effect)))

    def add_rows(self, table: str, column: str | None, kind: str, problem: str, effect: str, query: str) -> None:
        """Note a problem of rows. `query` is SQL for their `_source` and `_row`, and `problem` is SQL for the words."""
        if effect == ROW_REJECTED:
            self.rejecting.add(table)
        col = quoted(column) if column else "NULL"
        self.store.run(
            f"INSERT INTO ingest.problems SELECT {quoted(table)}, _source, _row, {col}, {quoted(kind)}, {problem}, "
            f"{quoted(effect)} FROM ({query})"
        )

    def counts(self) -> dict[str, int]:
        """How many problems of each kind there are."""
        counts = dict(self.store.rows("SELECT kind, count(*) FROM ingest.problems GROUP BY kind"))
        for kind, _ in self.whole:
            counts[kind] = counts.get(kind, 0) + 1
        return {kind: counts[kind] for kind in KINDS if kind in counts}

    def unread(self) -> dict[tuple[str, frozenset[str]], int]:
        """For each table and set of columns: how many rows that were used have just these cells left empty, since they
        could not be read."""
        bad = f"SELECT tbl, source, row FROM ingest.problems WHERE effect = '{ROW_REJECTED}'"
        rows = self.store.rows(
            "SELECT tbl, columns, count(*) FROM (SELECT tbl, list_sort(list(DISTINCT col)) AS columns FROM ingest.problems "
            f"WHERE effect = '{LEFT_EMPTY}' AND row IS NOT NULL AND (tbl, source, row) NOT IN (SELECT (tbl, source, row) "
            f"FROM ({bad})) GROUP BY tbl, source, row) GROUP BY tbl, columns"
        )
        return {(table, frozenset(columns)): count for table, columns, count in rows}

    def left_empty(self, table: str) -> str:
        """SQL for the rows of a table with a cell that could not be read, and in `_col` its column."""
        return (
            f"SELECT p.col AS _col, t.* FROM loaded.{named(table)} t JOIN ingest.problems p ON p.source = t._source AND p.row = t._row "
            f"WHERE p.tbl = {quoted(table)} AND p.effect = '{LEFT_EMPTY}' AND p.col IS NOT NULL"
        )

    def tables(self) -> list[str]:
        """The tables of whose rows some cell could not be read."""
        found = f"SELECT DISTINCT tbl FROM ingest.problems WHERE effect = '{LEFT_EMPTY}' AND row IS NOT NULL ORDER BY 1"
        return [table for (table,) in self.store.rows(found)]

    def all(self, order: list[str]) -> tuple[DataIssue, ...]:
        """Every problem: those of whole files first, then by table in the given order, row and column.

        No more than MOST_ROWS of one kind are listed for a column; one more line counts the rest.
        """
        place = {name: number for number, name in enumerate(order)}
        listed = sorted((issue for _, issue in self.whole), key=lambda issue: place.get(issue.table or "", -1))
        found = self.store.rows(
            "SELECT tbl, source, row, col, problem, effect FROM ingest.problems QUALIFY row_number() OVER "
            f"(PARTITION BY tbl, source, col, kind ORDER BY row) <= {MOST_ROWS} ORDER BY source, row, col, problem"
        )
        rows = [DataIssue(*row) for row in found]
        rest = self.store.rows(
            "SELECT tbl, source, col, effect, count(*), max(row), mode(problem) FROM ingest.problems "
            f"GROUP BY tbl, source, col, kind, effect HAVING count(*) > {MOST_ROWS} ORDER BY ALL"
        )
        for table, source, column, effect, count, *_ in rest:
            words = f"{count - MOST_ROWS:,} more rows have a problem of the kind listed above for this column."
            rows.append(DataIssue(table, source, None, column, words, effect))
        rows.sort(key=lambda issue: (place.get(issue.table or "", -1), issue.source))
        return (*listed, *rows)
