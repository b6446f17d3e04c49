"""Rows that were not loaded: kept in schema `rejected` as they stood, and written out so that they can be put right."""

from __future__ import annotations

import csv
from pathlib import Path

from auditor import doubts
from auditor.ingest.issues import ROW_REJECTED
from auditor.ingest.loading import sql_columns
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import named, quoted, shown
from auditor.records import Table
from auditor.store import Store

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def take_away(store: Store, mapped: list[Mapped]) -> dict[str, int]:
    """Move the rejected rows of one table to `rejected.<table>`; how many there were, by source."""
    table = mapped[0].table
    problems = (
        "SELECT source, row, string_agg(coalesce(col || ': ', '') || problem, ' ' ORDER BY col, problem) AS problem, "
        "bool_and(kind = 'duplicate') AS again "
        f"FROM ingest.problems WHERE tbl = {quoted(table.name)} AND effect = '{ROW_REJECTED}' GROUP BY source, row"
    )
    store.run(f"CREATE OR REPLACE TEMP TABLE rejected_rows AS {problems}")
    counts = dict(store.rows("SELECT source, count(*) FROM rejected_rows GROUP BY source"))
    if counts:
        for sheet in mapped:
            if sheet.sheet.source in counts:
                _keep(store, sheet)
        name, key = f"loaded.{named(table.name)}", named(table.key)
        gone = "(_source, _row) IN (SELECT (source, row) FROM rejected_rows)"
        store.run(f"INSERT INTO ingest.rejected_keys SELECT {quoted(table.name)}, {key} FROM {name} WHERE {gone} AND {key} IS NOT NULL")
        for rows in _in_doubt(table, [one for one in mapped if one.sheet.source in counts]):
            doubts.add(store, table, rows)
        store.run(f"DELETE FROM {name} WHERE {gone}")
    store.run("DROP TABLE rejected_rows")
    return counts


def _in_doubt(table: Table, mapped: list[Mapped]) -> list[str]:
    """SQL for what the rejected rows of a table leave in doubt: all of a row; or, of one whose key stood on a row before,
    each cell of its sheet in which it differs from that row."""
    name, key = f"loaded.{named(table.name)}", named(table.key)
    taken = f"{name} t JOIN rejected_rows r ON r.source = t._source AND r.row = t._row"
    kept = f"(SELECT * FROM {name} WHERE (_source, _row) NOT IN (SELECT (source, row) FROM rejected_rows))"
    doubts = [f"SELECT CAST(NULL AS VARCHAR) AS _col, t.* FROM {taken} WHERE NOT r.again"]
    for sheet in mapped:
        unlike = [
            f"CASE WHEN t.{named(out)} IS DISTINCT FROM k.{named(out)} THEN {quoted(column.name)} END"
            for column in table.columns.values()
            if column.name in sheet.cells
            for out in sql_columns(column)
        ]
        doubts.append(
            f"SELECT unnest(list_distinct([{', '.join(unlike)}])) AS _col, t.* FROM {taken} JOIN {kept} k ON k.{key} = t.{key} "
            f"WHERE r.again AND t._source = {quoted(sheet.sheet.source)}"
        )
    return doubts


def _keep(store: Store, mapped: Mapped) -> None:
    """Copy the rejected rows of one sheet, all cells as text under their own headings."""
    sheet, name = mapped.sheet, f"rejected.{named(mapped.table.name)}"
    columns = [f"{cell} AS {named(heading)}" for cell, heading in _headed(mapped)]
    place = sheet.row or f"row_number() OVER () + {sheet.first_row - 1}"
    rows = (
        f"SELECT {', '.join(columns)}, {quoted(sheet.source)} AS _source, _row, r.problem AS _problem "
        f"FROM (SELECT *, {place} AS _row FROM {sheet.relation}) JOIN rejected_rows r "
        f"ON r.row = _row AND r.source = {quoted(sheet.source)} ORDER BY _row"
    )
    exists = store.rows(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'rejected' AND table_name = ?", [mapped.table.name]
    )
    if not exists:
        store.run(f"CREATE TABLE {name} AS {rows}")
        return
    for _, heading in _headed(mapped):
        store.run(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {named(heading)} VARCHAR")
    store.run(f"INSERT INTO {name} BY NAME {rows}")


def _headed(mapped: Mapped) -> list[tuple[str, str]]:
    """Each cell of the sheet and a heading for it that is not empty and stands once, whatever its case."""
    by_cell = {cell: column for column, cell in mapped.cells.items()}
    result: list[tuple[str, str]] = []
    seen = {"_source", "_row", "_problem"} | {column.lower() for column in mapped.cells}
    for number, heading in enumerate(mapped.sheet.headings):
        cell = f"c{number}"
        name = by_cell.get(cell)
        if name is None:
            base = shown(heading) or f"column {number + 1}"
            name, again = base, 2
            while name.lower() in seen:
                name, again = f"{base} ({again})", again + 1
            seen.add(name.lower())
        result.append((cell, name))
    return result


def write(store: Store, folder: Path) -> list[Path]:
    """Write each table of schema `rejected` to `<folder>/<table>.csv`, safe to open in a spreadsheet.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it. The folder is made; nothing is
    written where no row was rejected. Returns the files written.
    """
    tables = store.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'rejected' ORDER BY 1")
    written = []
    if tables:
        folder.mkdir(exist_ok=True)
    for (name,) in tables:
        rows = store.rows(f"SELECT * FROM rejected.{named(name)}")
        headings = store.names()
        target = folder / f"{name}.csv"
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            out = csv.writer(stream)
            out.writerow([_safe(heading) for heading in headings])
            out.writerows([_safe(cell) for cell in row] for row in rows)
        written.append(target)
    return written


def _safe(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def empty(store: Store, table: Table) -> bool:
    """Whether no row of the table was rejected."""
    query = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'rejected' AND table_name = ?"
    return not store.rows(query, [table.name])
