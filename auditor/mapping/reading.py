"""Reads an export through a mapping: each file becomes the records of its tables, which are then typed and checked as
those of an export in the contract's own names are."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from auditor import doubts, ingest
from auditor.errors import ExportError
from auditor.ingest import Export, checks, loading, rejected, repeats, source
from auditor.ingest.issues import ROW_REJECTED
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import named, quoted, shown
from auditor.ingest.source import Found, Part
from auditor.mapping import jsoncell
from auditor.mapping.cellsql import Row, filled, fold
from auditor.mapping.choice import choose, is_file, parts_of
from auditor.mapping.grid import Grid, Raw, folded, header_row, own_heading
from auditor.mapping.plan import ROW_NUMBER, Entry, Header, Lookup, Mapping, only_words
from auditor.mapping.rows import Maker, Undecided, unpivoted
from auditor.model import Input
from auditor.records import contract
from auditor.store import EngineError, Store

Progress = Callable[[str, int, int], None]


def read_mapped(
    path: Path | str,
    mapping: Mapping,
    store: Store,
    *,
    progress: Progress | None = None,
    wanted: ingest.Wanted | None = None,
    as_of: dt.date | None = None,
) -> Export:
    """Read the export at `path` through `mapping`. Afterwards the store holds what `ingest.read_export` leaves in it;
    `wanted` and `as_of` are as there.

    Raises ExportError if nothing of it can be audited, a key cannot be made, or the order of a date column cannot be
    decided. The caller seals the store.
    """
    try:
        with source.opened(path) as found:
            return _Reading(mapping, store, found, wanted).all(progress, as_of)
    except EngineError as error:
        loading.stop_if_full(error, source.called(path))
        raise


class _Reading:
    """One reading of one export."""

    def __init__(self, mapping: Mapping, store: Store, found: Found, wanted: ingest.Wanted | None):
        self.mapping = mapping
        self.wanted = wanted
        self.store = store
        self.found = found
        self.issues = ingest._prepared(store)
        self.parts = {id(part): part for part in found.parts}
        self.grids: dict[int, Grid] = {}
        self.raws: dict[tuple[int, Header], Raw] = {}
        self.filled: dict[tuple[str, tuple[int, ...]], Raw] = {}
        self.noted: set[str] = set()
        self.undecided: list[Undecided] = []

    def all(self, progress: Progress | None, as_of: dt.date | None) -> Export:
        chosen = [(entry, part) for entry, part in choose(self.mapping, self.found, self.issues) if self._is_wanted(entry)]
        tables = list(dict.fromkeys(entry.table for entry, _ in chosen))
        makers: list[tuple[Part, Maker]] = []
        with source.looking_ahead(part for _, part in chosen):
            for entry, part in chosen:
                before = sum(one is part and maker.entry.table == entry.table for one, maker in makers)
                makers.append((part, self._maker(entry, part, before + 1)))
        for _, maker in makers:
            self._dates(maker)
        if self.undecided:
            raise ExportError(_cannot_decide(self.undecided, self.mapping.path))
        self._appeared(makers)
        inputs: list[Input] = []
        supplied: dict[str, frozenset[str]] = {}
        for number, table in enumerate(tables, start=1):
            if progress is not None:
                progress(table, number, len(tables))
            own = [(part, maker) for part, maker in makers if maker.entry.table == table]
            inputs += self._take_in(table, own)
            supplied[table] = frozenset(name for _, maker in own for name in maker.columns())
        if not supplied:
            raise ExportError("Nothing of the export is read by the mapping.")
        export = ingest.ended(self.store, self.issues, tuple(inputs), supplied, as_of)
        return replace(export, only=only_words([maker.entry for _, maker in makers]))

    def _is_wanted(self, entry: Entry) -> bool:
        return self.wanted is None or entry.table in self.wanted.tables

    def _unread(self, entry: Entry) -> frozenset[str]:
        """The texts that nobody will read."""
        if self.wanted is None:
            return frozenset()
        texts = [c for c in contract().tables[entry.table].columns.values() if c.type == "text" and not c.required]
        return frozenset(c.name for c in texts if (entry.table, c.name) not in self.wanted.texts)

    def _raw(self, part: Part, header: Header, wanted: list[str]) -> Raw:
        """The rows of a part below its headings, read once for all that use the same headings."""
        if header.rows > 1:
            wanted = [own_heading(heading) for heading in wanted]
        grid = self.grids.get(id(part)) or self.grids.setdefault(id(part), Grid(part, self.store))
        first = header.row - 1 if header.row else header_row(grid, wanted, header.has) - (header.rows - 1 if not header.has else 0)
        place = Header(row=max(first, 0) + 1, rows=header.rows)
        if (id(part), place) not in self.raws:
            self.raws[(id(part), place)] = grid.take(max(first, 0), header.rows)
        return self.raws[(id(part), place)]

    def _maker(self, entry: Entry, part: Part, number: int) -> Maker:
        """`number` counts the entries that read the same table from the same part."""
        wanted = entry.wanted()
        raw = self._raw(part, entry.header, list(wanted))
        if entry.fill:
            raw = self._filled(raw, entry)
        label = raw.source if number == 1 else f"{raw.source}, record {number} of the row"
        maker = Maker(self.store, self.mapping, entry, raw, self._looked_up(entry), label, self._unread(entry))
        self._gone(maker)
        for note in raw.notes:
            if raw.source not in self.noted:
                self.issues.add(note.kind, entry.table, raw.source, note.column, note.problem, note.effect)
        self.noted.add(raw.source)
        return maker

    def _filled(self, raw: Raw, entry: Entry) -> Raw:
        """The rows with each blank cell of the columns that are to be filled as the cell above it, in rows that hold anything."""
        places = {one: Row(raw.headings).place(one) for one in entry.fill}
        if missing := [one for one, place in places.items() if place is None]:
            self._missing(entry, raw, None, f"The mapping fills {_listed(tuple(missing))}, which is not among the headings.", "not filled")
        columns = sorted({place for place in places.values() if place is not None})
        key = (raw.relation, tuple(columns))
        if columns and key not in self.filled:
            anything = f"coalesce({', '.join(filled(f'c{n}') for n in range(len(raw.headings)))}) IS NOT NULL"
            down = [
                f"CASE WHEN {anything} THEN last_value({filled(f'c{n}')} IGNORE NULLS) OVER (ORDER BY _at ROWS UNBOUNDED PRECEDING) END AS c{n}"
                for n in columns
            ]
            name = f"{raw.relation}_filled_{len(self.filled)}"
            self.store.run(f"CREATE TABLE {name} AS SELECT * REPLACE ({', '.join(down)}) FROM {raw.relation} ORDER BY _at")
            self.filled[key] = replace(raw, relation=name)
        return self.filled[key] if columns else raw

    def _gone(self, maker: Maker) -> None:
        """Note each heading of the mapping that the file no longer has; without the key nothing can be read."""
        entry, raw, table = maker.entry, maker.raw, maker.table
        supplied = maker.columns()
        if maker.variants and table.key not in supplied:
            raise ExportError(
                f"{raw.source}: the key of '{entry.table}' cannot be made: the mapping takes it from "
                f"{_listed(entry.columns[table.key].headings or tuple(entry.wanted()))}, which is not among the headings. "
                f"Put it right on line {entry.columns[table.key].line} of {self.mapping.path}."
            )
        if entry.unpivot and not maker.variants:
            self._missing(entry, raw, None, f"No heading matches the columns that the mapping turns into rows ({_listed(entry.unpivot.columns)}).", "nothing read")
        for name, column in entry.columns.items():
            for cell in column.read():
                there = [h for h in cell.headings if h in (*entry.made(), ROW_NUMBER) or maker.plain.place(h) is not None]
                if cell.headings and not there:
                    effect = "read without it" if name in supplied else f"'{name}' not read"
                    self._missing(entry, raw, name, f"The mapping reads it from {_listed(cell.headings)}, which is not among the headings.", effect)
        for test in entry.tests():
            if test.heading not in entry.made() and maker.plain.place(test.heading) is None:
                raise ExportError(
                    f"{raw.source}: the mapping chooses rows by the column '{test.heading}', which is not there. "
                    f"Put it right on line {test.line} of {self.mapping.path}."
                )
        for column in table.columns.values():
            if column.required and column.name not in supplied and column.name not in entry.columns:
                self._missing(entry, raw, column.name, "This column is required and the mapping does not give it.", "what depends on it cannot be assessed")

    def _missing(self, entry: Entry, raw: Raw, column: str | None, problem: str, effect: str) -> None:
        self.issues.add("missing_column", entry.table, raw.source, column, problem, effect)

    def _appeared(self, makers: list[tuple[Part, Maker]]) -> None:
        """Note each heading that no entry reads and none says to ignore."""
        for raw in dict.fromkeys(maker.raw for _, maker in makers):
            own = [maker for _, maker in makers if maker.raw is raw]
            known = {n for maker in own for h in maker.entry.wanted() if (n := maker.plain.place(h)) is not None}
            known |= {n for maker in own for n in unpivoted(maker.entry, raw.headings)}
            ignored = [folded(one) for maker in own for one in maker.entry.ignore]
            for number, heading in enumerate(raw.headings):
                if not heading or number in known or any(fnmatch.fnmatchcase(folded(heading), one) for one in ignored):
                    continue
                self.issues.add("unknown_column", own[0].entry.table, raw.source, shown(heading),
                                "The mapping does not name this column; it may have been added since.", "column not read")

    def _dates(self, maker: Maker) -> None:
        self.undecided += maker.decide_dates()
        for name, order in maker.orders.items():
            self.issues.add("date_order", maker.table.name, maker.raw.source, name,
                            f"The dates are written with the {'day' if order == 'day_first' else 'month'} first, as those with a figure above 12 show.",
                            f"all read {order.replace('_', ' ')}")

    def _header(self, part: Part) -> Header:
        """Where the headings of a lookup file stand: as the table that is read from it says, if there is one."""
        return next((one.header for one in self.mapping.entries if is_file(part, one.file, one.sheet)), Header())

    def _looked_up(self, entry: Entry) -> Callable[[Lookup, str], str]:
        def find(lookup: Lookup, sql: str) -> str:
            parts = parts_of(self.found, lookup.file, lookup.sheet)
            if len(parts) != 1:
                there = "is not there" if not parts else f"is {len(parts)} files"
                raise ExportError(f"The lookup file '{lookup.file}' of the mapping {there}; there must be one. Put it right on line {lookup.line} of {self.mapping.path}.")
            raw = self._raw(parts[0], self._header(parts[0]), [lookup.match, lookup.take])
            row = Row(raw.headings)
            match, take = row.place(lookup.match), row.place(lookup.take)
            if match is None or take is None:
                raise ExportError(f"{raw.source}: the lookup needs the headings '{lookup.match}' and '{lookup.take}'. Put it right on line {lookup.line} of {self.mapping.path}.")
            rows = f"SELECT {fold(f'c{match}')} AS looked_up, {filled(f'c{take}')} AS taken FROM {raw.relation}"
            return f"(SELECT min(taken) FROM ({rows}) WHERE looked_up = {fold(sql)} HAVING count(DISTINCT taken) = 1)"

        return find

    def _take_in(self, table: str, own: list[tuple[Part, Maker]]) -> list[Input]:
        """Type and check the records of one table, from all its files together."""
        labels: dict[Raw, list[str]] = {}
        sheets: list[list[Mapped]] = []
        for _, maker in own:
            relations = maker.relations()
            for one in relations:
                loading.load(self.store, one)
            sheets.append(relations)
            labels.setdefault(maker.raw, []).extend(one.sheet.source for one in relations)
            self._not_found(maker)
            self._no_json(maker)
        mapped = [one for relations in sheets for one in relations]
        if not mapped:
            return []
        self._lacking(table, mapped, repeats.join(self.store, sheets, self.issues))
        checks.check_table(self.store, mapped, self.issues)
        inputs = [self._counted(table, raw, its) for raw, its in labels.items()]
        if table in self.issues.rejecting:
            rejected.take_away(self.store, mapped)
        loading.finish(self.store, mapped[0].table)
        return inputs

    def _lacking(self, table: str, mapped: list[Mapped], gained: dict[str, frozenset[str]]) -> None:
        """Note the columns that one sheet of a table has and another lacks."""
        supplied = frozenset(name for sheet in mapped for name in sheet.cells)
        for sheet in mapped:
            source = sheet.sheet.source
            doubts.add_lacking(self.store, table, source, supplied - sheet.cells.keys() - gained.get(source, frozenset()))

    def _counted(self, table: str, raw: Raw, labels: list[str]) -> Input:
        """How many rows of a file were used, rejected (any record of the row was) and left out."""
        sources = "(" + ", ".join(quoted(label) for label in labels) + ")"
        rows = "_row" if len(labels) == 1 else "DISTINCT _row"
        taken = self.store.rows(f"SELECT count({rows}) FROM loaded.{named(table)} WHERE _source IN {sources}")[0][0] if labels else 0
        bad = self.store.rows(
            f"SELECT count(DISTINCT row) FROM ingest.problems WHERE tbl = {quoted(table)} AND effect = '{ROW_REJECTED}' "
            f"AND source IN {sources}"
        )[0][0] if labels else 0
        return Input(table, raw.source, raw.sha256, raw.rows, bad, raw.rows - taken)

    def _not_found(self, maker: Maker) -> None:
        """Note how many values were not in a lookup file."""
        for name, column in maker.entry.columns.items():
            for cell in column.read():
                plain = maker.plain.cell(cell.headings[0]) if cell.lookup and cell.headings else None
                if plain is None or cell.lookup is None:
                    continue
                values = f"(SELECT {plain} AS value, count(*) AS cells FROM {maker.raw.relation} GROUP BY 1)"
                sql = self._looked_up(maker.entry)(cell.lookup, "value")
                count = self.store.rows(f"SELECT coalesce(sum(cells), 0) FROM {values} WHERE {filled('value')} IS NOT NULL AND {sql} IS NULL")[0][0]
                if count:
                    self.issues.add("not_in_lookup", maker.table.name, maker.raw.source, name,
                                    f"{count:,} values are not in the lookup file '{cell.lookup.file}', or stand there with more than one meaning.", "left empty")


    def _no_json(self, maker: Maker) -> None:
        """Note what is wrong with the cells that the mapping reads as JSON."""
        places = {heading: maker.plain.place(heading) for heading in maker.entry.wanted()}
        for column, words, effect in jsoncell.problems(self.store, maker.raw, maker.entry, places):
            self.issues.add("no_json", maker.table.name, maker.raw.source, column, words, effect)


def _listed(headings: tuple[str, ...]) -> str:
    return " or ".join(f"'{heading}'" for heading in headings)


def _cannot_decide(undecided: list[Undecided], path: str) -> str:
    lines = [
        f"  {one.source}: {_listed(one.headings)} ({one.column})"
        + (": some dates have the day first and others the month" if one.mixed else ": every date can be read either way")
        for one in undecided
    ]
    return (
        "It cannot be told whether the day or the month comes first in these columns:\n" + "\n".join(lines) + "\n"
        f"Write into {path}, for a column, `{{from: heading, dates: day_first}}` (or month_first), or `dates: day_first` beside "
        "'file' for all of a file, or at the top for the whole export."
    )
