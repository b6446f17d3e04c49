"""What a mapping file says, once it has been read and found sound."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.records import contract

DATE_ORDERS = ("day_first", "month_first", "iso")
# The year of an unpivoted month stands in the name of the sheet or file, as in `Visits 2025-26`.
IN_NAME = "name"
ROW_NUMBER = "(row)"


@dataclass(frozen=True)
class Lookup:
    """A value is replaced by what a lookup file has beside it: the row where column `match` holds the value gives
    column `take`."""

    file: str
    match: str
    take: str
    sheet: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Cell:
    """Where the text of one column comes from, and what is done to it, in this order.

    headings: the heading, or several of which the first that is there is read. constant: the same text in every row.
    join: several cells put together with `joiner` (empty if any is empty). path: the names that lead to a value within a
    cell of JSON. split: (signs, part) takes one part of a
    cell. find: `date`, or a pattern whose first group is taken. year: the unpivoted heading, or the year itself, that
    completes a day and month. lookup, codes and otherwise replace values. empty: words that mean nothing is recorded.
    listed: whether the cell lists several words, of which each is replaced. dates: how days are written. fallback: read instead where this is empty.
    """

    line: int
    headings: tuple[str, ...] = ()
    constant: str | None = None
    join: tuple[Cell, ...] = ()
    joiner: str = "-"
    path: tuple[str, ...] = ()
    split: tuple[tuple[str, ...], int] | None = None
    find: str | None = None
    year: str | int | None = None
    lookup: Lookup | None = None
    codes: tuple[tuple[str, str | None], ...] = ()
    otherwise: str | None = None
    listed: bool = False
    empty: tuple[str, ...] = ()
    dates: str | None = None
    fallback: Cell | None = None

    def read(self) -> list[Cell]:
        """This cell and every other that it is made of."""
        inner = [cell for part in self.join for cell in part.read()]
        return [self, *inner, *(self.fallback.read() if self.fallback else [])]


@dataclass(frozen=True)
class Test:
    """A condition on one column of a row: its text is one of `words`, matches one of the patterns `like`, or is blank
    (`blank` True) or filled (`blank` False)."""

    heading: str
    line: int
    words: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    blank: bool | None = None


@dataclass(frozen=True)
class Unpivot:
    """A column for each month or course becomes a row for each: the columns whose heading matches one of `columns`
    (and none of `besides`); `name` and `value` are the headings under which the column's own heading and its cell are
    then read. `year` is that of the first April to March of months without one, or IN_NAME."""

    columns: tuple[str, ...]
    besides: tuple[str, ...]
    name: str
    value: str
    year: int | str | None
    line: int


@dataclass(frozen=True)
class Split:
    """A cell that holds several things gives a row for each: the parts of column `heading` between the signs `at`, no
    more than `most`; `name` is the heading under which a part is then read, `number` that of its number. In place of `at`,
    `path` leads to a list within a cell of JSON. With `shared_surname`, a part of one word takes the last word of the cell, as in
    `Ann & Bob Surname`."""

    heading: str
    at: tuple[str, ...]
    name: str
    number: str
    most: int
    line: int
    path: tuple[str, ...] | None = None
    shared_surname: bool = False


@dataclass(frozen=True)
class Header:
    """Where the headings stand: on `row` (from 1), or on the row that has all of `has`, else where most of the
    mapping's own headings are. `rows` of them, one below the other, are read as one."""

    row: int | None = None
    has: tuple[str, ...] = ()
    rows: int = 1


@dataclass(frozen=True)
class Entry:
    """How the rows of the files (and sheets) of one pattern become records of one table. `continues` tells rows that only
    lengthen the record before them of the same column (a condition, and the column). `fill` are headings whose blank cells
    hold what stands above them, as in a list in groups."""

    table: str
    line: int
    file: str
    sheet: str | None
    columns: dict[str, Cell]
    header: Header = field(default_factory=Header)
    keep: tuple[Test, ...] = ()
    drop: tuple[Test, ...] = ()
    unpivot: Unpivot | None = None
    split: Split | None = None
    distinct: bool = False
    continues: tuple[Test, str] | None = None
    ignore: tuple[str, ...] = ()
    dates: str | None = None
    fill: tuple[str, ...] = ()

    def tests(self) -> tuple[Test, ...]:
        """Every condition on a row."""
        return (*self.keep, *self.drop, *((self.continues[0],) if self.continues else ()))

    def made(self) -> tuple[str, ...]:
        """The headings that the entry makes itself."""
        names = (self.unpivot.name, self.unpivot.value) if self.unpivot else ()
        return (*names, *((self.split.name, self.split.number) if self.split else ()))

    def wanted(self) -> dict[str, int]:
        """Every heading of the file that the entry reads, with its line in the mapping."""
        found: dict[str, int] = {}
        for cell in (part for column in self.columns.values() for part in column.read()):
            for heading in cell.headings:
                found.setdefault(heading, cell.line)
        for test in self.tests():
            found.setdefault(test.heading, test.line)
        if self.split:
            found.setdefault(self.split.heading, self.split.line)
        return {heading: line for heading, line in found.items() if heading not in (*self.made(), ROW_NUMBER)}


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file. `ignore` are patterns of files and sheets that are known and not read."""

    path: str
    entries: tuple[Entry, ...]
    ignore: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    dates: str | None = None
    offset: str | None = None
    history_from: tuple[tuple[str, str], ...] = ()


def only_words(entries: list[Entry]) -> dict[tuple[str, str], frozenset[str]]:
    """The words of each (table, column) of codes that every entry of its table gives as a constant."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for table in {entry.table for entry in entries}:
        own = [entry for entry in entries if entry.table == table]
        for name, column in contract().tables[table].columns.items():
            words = {entry.columns[name].constant if name in entry.columns else None for entry in own}
            if column.type == "code" and None not in words:
                found[(table, name)] = frozenset(word for word in words if word is not None)
    return found
