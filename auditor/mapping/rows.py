"""Makes the relation of one table's records out of the rows of one file: filters, rows from columns, rows from parts of a
cell, and the text of every column."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, replace

from auditor.errors import ExportError
from auditor.ingest import loading
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import Sheet, named, quoted, shown
from auditor.mapping import cellsql, jsoncell
from auditor.mapping.cellsql import IN_FIGURES, Row, filled, holds, text_of
from auditor.mapping.grid import Raw, folded
from auditor.mapping.months import month_of, span_in
from auditor.mapping.order import decided_order
from auditor.mapping.plan import IN_NAME, Cell, Entry, Lookup, Mapping
from auditor.records import contract
from auditor.store import Store

ANY_MONTH = "any month"
# From how many rows on the words of a column are worth looking at first, and how many different ones it may have.
MANY_ROWS = 5_000
MOST_WORDS = 64
Find = Callable[[Lookup, str], str]


@dataclass(frozen=True)
class Variant:
    """One way to read each row: as it is, by one of the unpivoted columns, or one part of a split cell."""

    label: str
    row: Row
    needs: str | None = None


@dataclass(frozen=True)
class Undecided:
    """A date column whose values do not say whether the day or the month comes first."""

    source: str
    column: str
    headings: tuple[str, ...]
    mixed: bool


class Maker:
    """Makes the relations of one entry over one file."""

    def __init__(
        self, store: Store, mapping: Mapping, entry: Entry, raw: Raw, find: Find, label: str, unread: frozenset[str] = frozenset()
    ):
        """`label` is how the rows' place is named: the file or sheet, and more where it is read more than once. `unread`
        are columns that are left empty, since nobody will read them."""
        self.store = store
        self.mapping = mapping
        self.entry = entry
        self.raw = raw
        self.label = label
        self.table = contract().tables[entry.table]
        self.plain = Row(raw.headings, lookup=find)
        self.variants = self._variants()
        self.orders: dict[str, str] = {}
        self.unread = unread

    def columns(self) -> list[str]:
        """The columns of the table that the file gives."""
        return [name for name, cell in self.entry.columns.items() if text_of(cell, self.variants[0].row) is not None] if self.variants else []

    def unpivoted(self) -> list[int]:
        """The columns of the file, from 0, that become rows."""
        return unpivoted(self.entry, self.raw.headings)

    def _variants(self) -> list[Variant]:
        found = [Variant(self.label, self.plain)]
        unpivot, split = self.entry.unpivot, self.entry.split
        if unpivot is not None:
            found, first = [], self._first_year()
            for number in self.unpivoted():
                heading = self.raw.headings[number]
                made = {unpivot.name: quoted(heading), unpivot.value: f"c{number}"}
                row = replace(self.plain, made=made, month=month_of(heading, first), unpivot_name=unpivot.name)
                found.append(Variant(f"{self.label}, column {shown(heading)}", row, filled(f"c{number}")))
        if split is not None:
            found = [part for variant in found for part in self._parts(variant)]
        return found

    def _first_year(self) -> int | None:
        """The year of the first April to March of the unpivoted months. Raises ExportError where days need one and nothing
        gives it."""
        unpivot = self.entry.unpivot
        if unpivot is None or isinstance(unpivot.year, int):
            return unpivot.year if unpivot is not None else None
        year = span_in(self.raw.source) if unpivot.year == IN_NAME else None
        if year is None and (unpivot.year == IN_NAME or self._lacks_year()):
            why = "the months of its headings have no year" if unpivot.year is None else "its name has no year such as 2025-26"
            raise ExportError(
                f"{self.raw.source}: {why}. Write the year of the first April to March into unpivot on line {unpivot.line} of "
                f"{self.mapping.path}, such as `year: 2025`, or `year: name` where the name of each sheet or file says it, such as 2025-26."
            )
        return year

    def _lacks_year(self) -> bool:
        """Whether some day under a month without a year has none of its own."""
        wanting = [n for n in self.unpivoted() if (month_of(self.raw.headings[n]) or (1,))[0] is None]
        completes = any(cell.year == self.entry.unpivot.name for column in self.entry.columns.values() for cell in column.read())
        short = " OR ".join(f"regexp_full_match(c{n}, {quoted(cellsql.WITHOUT_YEAR)})" for n in wanting)
        return completes and bool(short) and self.store.rows(f"SELECT count(*) FROM {self.raw.relation} WHERE {short}")[0][0] > 0

    def _parts(self, variant: Variant) -> list[Variant]:
        split = self.entry.split
        assert split is not None
        cell = variant.row.cell(split.heading)
        if cell is None:
            raise ExportError(f"{self.raw.source}: the mapping splits the column '{split.heading}', which is not there. Put it right on line {split.line} of {self.mapping.path}.")
        found = []
        for number in range(1, split.most + 1):
            if split.path is not None:
                part = filled(jsoncell.item(cell, split.path, number))
            else:
                part = filled(f"({cellsql.parts_of(cell, split.at)})[{number}]")
            if split.shared_surname:
                last = f"trim(({cellsql.parts_of(cell, split.at)})[-1])"
                part = f"CASE WHEN contains({part}, ' ') OR NOT contains({last}, ' ') THEN {part} ELSE {part} || ' ' || regexp_extract({last}, '\\S+$') END"
            if number == split.most and split.path is None:
                signs = f"len({cellsql.parts_of(cell, split.at)})"
                part = f"CASE WHEN {signs} > {split.most} THEN {cell} ELSE {part} END"
            made = variant.row.made | {split.name: part, split.number: quoted(str(number))}
            needs = f"{part} IS NOT NULL" + (f" AND {variant.needs} IS NOT NULL" if variant.needs else "")
            label = variant.label if number == 1 else f"{variant.label}, part {number} of {shown(split.heading)}"
            found.append(Variant(label, replace(variant.row, made=made), f"CASE WHEN {needs} THEN TRUE END"))
        return found

    def used(self, variant: Variant) -> str:
        """SQL for whether a row becomes a record: not blank, no heading again, and let through by the mapping."""
        cells = [f"c{n}" for n in range(len(self.raw.headings))]
        blank = f"coalesce({', '.join(filled(cell) for cell in cells)}) IS NULL"
        again = [(n, heading) for heading in self.entry.wanted() if (n := self.plain.place(heading)) is not None]
        conditions = [f"CASE WHEN {loading.seen('c0')} THEN TRUE ELSE NOT ({blank}) END"] if cells else ["FALSE"]
        if again:
            same = [f"coalesce(c{n}, '') = {quoted(self.raw.headings[n])}" for n, _ in again]
            conditions.append(f"NOT ({' AND '.join(same)})")
        conditions += [sql for test in self.entry.keep if (sql := holds(test, variant.row))]
        conditions += [f"NOT {sql}" for test in self.entry.drop if (sql := holds(test, variant.row))]
        if variant.needs:
            conditions.append(f"{variant.needs} IS NOT NULL")
        return " AND ".join(conditions)

    def decide_dates(self) -> list[Undecided]:
        """Decide in which order each date column is written, from its values; those that cannot be decided."""
        open_ = [name for name in self.columns() if self._order_open(name)]
        if not open_ or not self.variants:
            return []
        counts = self._figures(open_)
        undecided = []
        for name in open_:
            day_high, month_high, either = counts[name]
            order = decided_order(day_high, month_high)
            if order in ("day_first", "month_first"):
                self.orders[name] = order
            elif order or either:
                headings = tuple(h for cell in self.entry.columns[name].read() for h in cell.headings)
                undecided.append(Undecided(self.raw.source, name, headings, order == "mixed"))
        return undecided

    def _order_open(self, name: str) -> bool:
        dated = self.table.columns[name].type in ("date", "datetime")
        return dated and not (self.entry.columns[name].dates or self.entry.dates or self.mapping.dates)

    def _figures(self, names: list[str]) -> dict[str, tuple[int, int, int]]:
        """For each column: how many dates have a first figure above 12, a second above 12, and could be either."""
        totals = dict.fromkeys(names, (0, 0, 0))
        for variant in self.variants:
            wanted = []
            for name in names:
                sql = text_of(self.entry.columns[name], variant.row, self.mapping.empty)
                first, second = (f"TRY_CAST(regexp_extract({sql}, {quoted(IN_FIGURES)}, {n}) AS INTEGER)" for n in (1, 2))
                wanted += [
                    f"count(*) FILTER ({first} > 12)",
                    f"count(*) FILTER ({second} > 12)",
                    f"count(*) FILTER ({first} <= 12 AND {second} <= 12 AND {first} <> {second})",
                ]
            row = self.store.rows(f"SELECT {', '.join(wanted)} FROM {self.raw.relation} WHERE {self.used(variant)}")[0]
            for place, name in enumerate(names):
                totals[name] = tuple(a + b for a, b in zip(totals[name], row[3 * place : 3 * place + 3], strict=True))
        return totals

    def relations(self) -> list[Mapped]:
        """The relations, ready to be typed and checked: one for each way to read a row."""
        return [mapped for variant in self.variants if (mapped := self._relation(variant))]

    def _relation(self, variant: Variant) -> Mapped | None:
        cells: dict[str, str] = {}
        made: dict[str, str] = {}
        for name, cell in self.entry.columns.items():
            sql = text_of(cell, variant.row, self.mapping.empty)
            if sql is None:
                continue
            if name in self.unread:
                continue
            if self.table.columns[name].codeset:
                sql = self._remembered(name, cell, variant, sql)
            if self.table.columns[name].type in ("date", "datetime"):
                order = cell.dates or self.orders.get(name) or self.entry.dates or self.mapping.dates
                sql = cellsql.ordered(sql, order, self.table.columns[name].type == "datetime")
                sql = cellsql.zoned(sql, self.mapping.offset)
            made[f"m:{name}"] = sql
            cells[name] = named(f"m:{name}")
        outputs = ", ".join(f"{sql} AS {named(name)}" for name, sql in made.items())
        relation = f"SELECT *, {outputs} FROM {self.raw.relation} WHERE {self.used(variant)}"
        if self.entry.distinct:
            key = cells[self.table.key]
            same = ", ".join(cells.values())
            relation = (
                f"SELECT * FROM ({relation}) WHERE {filled(key)} IS NOT NULL "
                f"QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY _at) = 1"
            )
        if self.entry.continues is not None:
            relation = self._lengthened(relation, cells, variant)
        sheet = Sheet(
            name=self.table.name,
            source=variant.label,
            sha256=self.raw.sha256,
            headings=self.raw.headings,
            relation=f"({relation} ORDER BY _at)" if self._unordered() else f"({relation})",
            row="_at",
        )
        return Mapped(sheet, self.table, cells, {})


    def _remembered(self, name: str, cell: Cell, variant: Variant, sql: str) -> str:
        """SQL that has, for each of the few different words of a column of codes, what it comes to: worked out once for
        each word and not for each row."""
        heading = next((one for one in cell.headings if variant.row.cell(one) is not None), None)
        number = self.plain.place(heading) if heading is not None and heading not in variant.row.made else None
        if number is None or cell.fallback is not None or self.raw.rows < MANY_ROWS:
            return sql
        words = replace(variant.row, made=variant.row.made | {heading: "word"})
        written = text_of(cell, words, self.mapping.empty)
        column = self.table.columns[name]
        read = loading.thorough(column, written).columns[name]
        found = self.store.rows(
            f"SELECT word, coalesce({read}, {written}) FROM (SELECT DISTINCT c{number} AS word FROM {self.raw.relation} "
            f"LIMIT {MOST_WORDS + 1}) ORDER BY 1"
        )
        if len(found) > MOST_WORDS:
            return sql
        empty = next((code for word, code in found if word is None), None)
        whens = [f"WHEN {quoted(word)} THEN {quoted(code)}" for word, code in found if word is not None and code is not None]
        if empty is not None:
            whens.insert(0, "")
            return f"CASE WHEN c{number} IS NULL THEN {quoted(empty)} ELSE CASE c{number} {' '.join(whens)} END END" if whens[1:] else sql
        return f"CASE c{number} {' '.join(whens)} END" if whens else sql

    def _unordered(self) -> bool:
        """Whether the records may come out of the order of the rows."""
        looked_up = any(cell.lookup for column in self.entry.columns.values() for cell in column.read())
        return looked_up or self.entry.distinct or self.entry.continues is not None

    def _lengthened(self, relation: str, cells: dict[str, str], variant: Variant) -> str:
        """SQL in which a row that continues the record before it gives that record its end, and is left out itself."""
        assert self.entry.continues is not None and self.table.span is not None
        test, by = self.entry.continues
        start, end = (cells.get(name) for name in self.table.span)
        again = holds(test, variant.row)
        if start is None or end is None or again is None or by not in cells:
            return relation
        order = f"ORDER BY ingest.date_of({start}), _at"
        first = f"CASE WHEN {again} AND row_number() OVER (PARTITION BY {cells[by]} {order}) > 1 THEN 0 ELSE 1 END"
        one = "PARTITION BY " + f"{cells[by]}, part"
        return (
            f"SELECT * EXCLUDE (begins, part) REPLACE (last_end AS {end}) FROM (SELECT *, last_value({end}) OVER ({one} {order} "
            f"ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_end FROM (SELECT *, sum(begins) OVER "
            f"(PARTITION BY {cells[by]} {order} ROWS UNBOUNDED PRECEDING) AS part FROM (SELECT *, {first} AS begins FROM ({relation})))) "
            "WHERE begins = 1"
        )


def unpivoted(entry: Entry, headings: tuple[str, ...]) -> list[int]:
    """The columns, from 0, whose headings an entry's `unpivot` names."""
    unpivot = entry.unpivot
    if unpivot is None:
        return []
    return [
        number
        for number, heading in enumerate(headings)
        if heading and _among(heading, unpivot.columns) and not _among(heading, unpivot.besides)
    ]


def _among(heading: str, patterns: tuple[str, ...]) -> bool:
    name = folded(heading)
    return any(
        month_of(heading) is not None if folded(one) == ANY_MONTH else fnmatch.fnmatchcase(name, folded(one))
        for one in patterns
    )
