"""Records that stand in two sheets of one table, such as a list of all visits and one of the unannounced: where the two
agree they are one record, with what each sheet says of it."""

from __future__ import annotations

import itertools

from auditor.ingest import loading
from auditor.ingest.issues import Issues
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import named, quoted
from auditor.records import Table
from auditor.store import Store


def join(store: Store, sheets: list[list[Mapped]], issues: Issues) -> dict[str, frozenset[str]]:
    """Take away each row of a later sheet whose key stands once in an earlier one, if no cell that both sheets have differs,
    and give the earlier row what only the later sheet has. Rows that differ stay, and are rejected as keys given twice.

    `sheets` are those of one table, already loaded, each with every way in which its rows are read. Returns the columns that
    every row of a source got from others. Called before the rows are checked.
    """
    gained: dict[str, frozenset[str]] = {}
    for earlier, later in itertools.combinations(sheets, 2):
        for first, second in itertools.product(earlier, later):
            if _any_twice(store, first.table):
                source = first.sheet.source
                gained[source] = gained.get(source, frozenset()) | _pair(store, first, second, issues)
    return gained


def _any_twice(store: Store, table: Table) -> bool:
    key = named(table.key)
    return store.rows(f"SELECT count({key}) > count(DISTINCT {key}) FROM loaded.{named(table.name)}")[0][0]


def _pair(store: Store, first: Mapped, second: Mapped, issues: Issues) -> frozenset[str]:
    table = first.table
    name, key = f"loaded.{named(table.name)}", named(table.key)
    both = _columns(first, first.cells.keys() & second.cells.keys())
    new = _columns(first, second.cells.keys() - first.cells.keys())
    agrees = [f"k.{named(one)} IS NOT DISTINCT FROM r.{named(one)}" for one in both]
    agrees += [f"(k.{named(one)} IS NULL OR k.{named(one)} IS NOT DISTINCT FROM r.{named(one)})" for one in new]
    agrees += [f"r.{loading.left(one)} IS NULL" for one in loading.doubtful(store, table)]
    store.run(
        f"CREATE OR REPLACE TEMP TABLE same AS SELECT k.rowid AS kept, r.rowid AS again FROM {_once(name, key, first)} o "
        f"JOIN {_once(name, key, second)} USING ({key}) "
        f"JOIN {name} k ON k.{key} = o.{key} AND k._source = {quoted(first.sheet.source)} "
        f"JOIN {name} r ON r.{key} = o.{key} AND r._source = {quoted(second.sheet.source)} WHERE {' AND '.join(agrees)}"
    )
    count = store.rows("SELECT count(*) FROM same")[0][0]
    if not count:
        return frozenset()
    if new:
        sets = ", ".join(f"{named(one)} = coalesce({name}.{named(one)}, r.{named(one)})" for one in new)
        store.run(f"UPDATE {name} SET {sets} FROM same JOIN {name} r ON r.rowid = again WHERE {name}.rowid = kept")
    store.run(f"DELETE FROM {name} WHERE rowid IN (SELECT again FROM same)")
    issues.add(
        "repeated", table.name, second.sheet.source, table.key,
        f"{count:,} of its records stand in {first.sheet.source} too, and the two agree.", "read as one record",
    )
    rows = store.rows(f"SELECT count(*) FROM {name} WHERE _source = {quoted(first.sheet.source)}")[0][0]
    return frozenset(second.cells.keys() - first.cells.keys()) if rows == count else frozenset()


def _once(name: str, key: str, sheet: Mapped) -> str:
    """SQL for the keys that stand once in a sheet."""
    return f"(SELECT {key} FROM {name} WHERE _source = {quoted(sheet.sheet.source)} AND {key} IS NOT NULL GROUP BY 1 HAVING count(*) = 1)"


def _columns(sheet: Mapped, names: set[str]) -> list[str]:
    return [out for name, column in sheet.table.columns.items() if name in names for out in loading.sql_columns(column)]
