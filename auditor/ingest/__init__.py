"""Reads an export of case records into the store: typed tables in schema `loaded`, rows that cannot be audited in schema
`rejected`, and every doubt about the data in words.

Reading (a source becomes rows of text), matching (its names become the contract's), typing (text becomes dates, codes
and numbers) and checking are apart, so that another kind of source, or a mapping of other names, is one new reader or
one new matcher.
"""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from auditor import doubts
from auditor.ingest import checks, loading, matching, references, rejected, slips, source
from auditor.ingest.issues import Issues
from auditor.ingest.matching import Mapped
from auditor.model import DataIssue, Input
from auditor.records import contract
from auditor.store import EngineError, Store

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Export:
    """What was read. `supplied` gives the columns that each table came with, `rejected` how many of its rows were
    rejected, and `problems` how many problems of each kind there were (issues lists the first thousand of a kind for
    a column). `unread` counts the used rows of a table by the set of their columns that could not be read. `only` are the words
    of a (table, column) where a mapping gives every record of the table its word: a list of nothing but matching plans."""

    inputs: tuple[Input, ...]
    issues: tuple[DataIssue, ...]
    supplied: dict[str, frozenset[str]]
    rejected: dict[str, int]
    problems: dict[str, int] = field(default_factory=dict)
    unread: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)
    only: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def without(self, tables: Collection[str], columns: Collection[tuple[str, str]]) -> int:
        """How many records what reads these tables and (table, column) does without: rows of the tables that were
        rejected, and rows with a cell in one of the columns that could not be read. A row counts once."""
        gone = sum(count for table, count in self.rejected.items() if table in tables)
        empty = sum(
            count for (table, names), count in self.unread.items() if any((table, name) in columns for name in names)
        )
        return gone + empty


@dataclass(frozen=True)
class Wanted:
    """What an audit reads: only these tables, and only these (table, column) of the free text. Text that no rule reads
    takes most of the memory and cannot be misread, so it need not be loaded."""

    tables: frozenset[str]
    texts: frozenset[tuple[str, str]]


def read_export(
    path: Path | str,
    store: Store,
    *,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
    as_of: dt.date | None = None,
) -> Export:
    """Read the export at `path` (a folder, file or ZIP of a kind that source.USES names), or
    at the URL of a database.

    Afterwards schema `loaded` has a table for each one supplied, with every column of the contract (NULL where it is not
    supplied), `_source` and `_row`; a datetime column `x` is its local day, between `x__from` and `x__to`. `progress`
    is told the table about to be read, its number from 1, and how many there are. `wanted` leaves out tables and text
    columns that nobody will read; left out, everything is loaded. `as_of`, the audit date, shows which days are far too late.

    Raises ExportError if nothing of it can be audited. The caller seals the store.
    """
    try:
        return _read(path, store, progress, wanted, as_of)
    except EngineError as error:
        loading.stop_if_full(error, source.called(path))
        raise


def _read(
    path: Path | str, store: Store, progress: Progress | None, wanted: Wanted | None, as_of: dt.date | None
) -> Export:
    issues = _prepared(store)
    inputs: dict[str, Input] = {}
    supplied: dict[str, frozenset[str]] = {}
    with source.opened(path) as found:
        chosen = matching.choose(found, contract(), issues)
        if wanted is not None:
            chosen = [(part, table) for part, table in chosen if table.name in wanted.tables]
        # The largest is looked at first and read last, so that the one goes on while the others are read.
        by_size = sorted(chosen, key=lambda one: one[0].look.size() if one[0].look else 0)
        with source.looking_ahead(part for part, _ in [*by_size[-1:], *by_size[:-1]]):
            for number, (part, table) in enumerate(by_size, start=1):
                if progress is not None:
                    progress(table.name, number, len(chosen))
                mapped = matching.match(part.read(store), table, issues)
                supplied[table.name] = frozenset(mapped.cells)
                inputs[table.name] = _take_in(store, _without_unread_text(mapped, wanted), issues)
    supplied = {table.name: supplied[table.name] for _, table in chosen}
    return ended(store, issues, tuple(inputs[name] for name in supplied), supplied, as_of)


def ended(
    store: Store,
    issues: Issues,
    inputs: tuple[Input, ...],
    supplied: dict[str, frozenset[str]],
    as_of: dt.date | None = None,
) -> Export:
    """What is done once every table is loaded: references, slips, what is left in doubt, and the account of it all."""
    references.check(store, supplied, issues)
    slips.check(store, supplied, as_of, issues)
    for table in issues.tables():
        doubts.add(store, contract().tables[table], issues.left_empty(table))
    doubts.complete(store, set(supplied))
    gone: dict[str, int] = {}
    for one in inputs:
        gone[one.table] = gone.get(one.table, 0) + one.rejected
    export = Export(inputs, issues.all(list(contract().tables)), supplied, gone, issues.counts(), issues.unread())
    store.run_all(["DROP SCHEMA raw CASCADE", "DROP SCHEMA ingest CASCADE"])
    return export


def _without_unread_text(mapped: Mapped, wanted: Wanted | None) -> Mapped:
    if wanted is None:
        return mapped
    table = mapped.table
    kept = {
        name: cell
        for name, cell in mapped.cells.items()
        if table.columns[name].type != "text" or table.columns[name].required or (table.name, name) in wanted.texts
    }
    return Mapped(mapped.sheet, table, kept, mapped.headings)


def _prepared(store: Store) -> Issues:
    """The schemas, the macros that read cells, and an empty list of problems."""
    store.run_all(["CREATE SCHEMA ingest", "CREATE SCHEMA loaded", "CREATE SCHEMA rejected", "CREATE SCHEMA raw"])
    store.run(importlib.resources.files("auditor.ingest").joinpath("cells.sql").read_text(encoding="utf-8"))
    store.run("CREATE TABLE ingest.rejected_keys (tbl VARCHAR, key VARCHAR)")
    doubts.prepare(store)
    issues = Issues(store)
    issues.prepare()
    return issues


def _take_in(store: Store, mapped: Mapped, issues: Issues) -> Input:
    """Type, check and keep or reject the rows of one sheet."""
    sheet, rows = loading.load(store, mapped)
    mapped = Mapped(sheet, mapped.table, mapped.cells, mapped.headings)
    for note in sheet.notes:
        issues.add(note.kind, mapped.table.name, sheet.source, note.column, note.problem, note.effect)
    checks.check_table(store, [mapped], issues)
    gone = 0
    if mapped.table.name in issues.rejecting:
        gone = rejected.take_away(store, [mapped]).get(sheet.source, 0)
    loading.finish(store, mapped.table)
    if sheet.relation is not None and sheet.relation.startswith("raw."):
        store.run(f"DROP TABLE {sheet.relation}")
    return Input(mapped.table.name, sheet.source, sheet.sha256, rows, gone)
