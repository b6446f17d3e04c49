"""The rows of a file or sheet before it is known which of them holds the headings: as text, from the first row on."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.errors import ExportError
from auditor.ingest import csvfile, delimited, loading, text
from auditor.ingest.sheet import Line, Note, check_width, pour
from auditor.ingest.source import Part
from auditor.store import EngineError, Store

HEAD_ROWS = 60
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Raw:
    """The rows below the headings, in the store: `relation` has c0, c1, … as text, `fault`, and `_at`, the row as a
    spreadsheet shows it."""

    source: str
    sha256: str
    headings: tuple[str, ...]
    relation: str
    rows: int
    notes: tuple[Note, ...] = ()


class Grid:
    """One file or sheet. `head` are its first rows as text; `take` puts the rest into the store."""

    def __init__(self, part: Part, store: Store):
        """Raises ExportError if the part cannot be read."""
        self.part = part
        self.store = store
        self.source = part.source
        self.notes: tuple[Note, ...] = ()
        self._facts: text.Facts | None = None
        self.delimiter = ","
        if part.workbook is not None:
            self.sha256 = part.workbook.sha256
            self.notes = part.workbook.notes(part.names[0])
            self.head = list(itertools.islice(self._lines(), HEAD_ROWS))
        elif part.look is not None:
            self._facts = part.look.facts()
            self.sha256 = self._facts.sha256
            self.notes = csvfile.notes_on(self._facts)
            self.head, self.delimiter = self._csv_head()
        else:
            sheet = part.read(store)
            self.sha256, self._relation = sheet.sha256, sheet.relation
            self.head = [list(sheet.headings)]
            cells = ", ".join(f"c{i}" for i in range(len(sheet.headings)))
            with self._told():
                rows = store.rows(f"SELECT {cells} FROM {sheet.relation} LIMIT {HEAD_ROWS - 1}")
            self.head += [list(row) for row in rows]

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what the engine finds wrong with a file that it reads itself."""
        try:
            yield
        except EngineError as error:
            loading.stop_if_full(error, self.source)
            raise ExportError(f"{self.source}: it cannot be read. It may be damaged; export it again.") from None

    def _lines(self) -> Iterator[list[str | None]]:
        assert self.part.workbook is not None
        return self.part.workbook.lines(self.part.names[0], self.source)

    def _records(self, delimiter: str) -> Iterator[Line]:
        """The records of a CSV file. The stream is closed when the last has been read."""
        assert self.part.path is not None and self._facts is not None
        with text.opened(self.part.path, self._facts.encoding) as stream:
            yield from delimited.Records(stream, delimiter, self.source)

    def _csv_head(self) -> tuple[list[list[str | None]], str]:
        """The first records, and the sign between cells: the one that parts most rows into cells of one number and, of
        several such (a cell may hold a list), the one that does so from the earliest row."""
        found: list[tuple[int, int, list, str]] = []
        for delimiter in delimited.DELIMITERS:
            records = self._records(delimiter)
            rows = [list(line.cells) for line in itertools.islice(records, HEAD_ROWS)]
            records.close()  # type: ignore[attr-defined]
            widths = [len(row) for row in rows]
            common = max((width for width in widths if width > 1), key=lambda one: widths.count(one) * one, default=0)
            found.append((widths.count(common) if common else 0, widths.index(common) if common else 0, rows, delimiter))
        most = max(one[0] for one in found)
        _, _, rows, delimiter = min((one for one in found if one[0] >= most * 0.6), key=lambda one: (one[1], -one[0]))
        if rows and rows[0]:
            rows[0][0] = (rows[0][0] or "").strip("\ufeff")
        return rows, delimiter

    def take(self, first: int, rows: int = 1) -> Raw:
        """Put the rows after the headings into the store. The headings stand on `rows` rows from `first` (from 0)."""
        headings = joined_headings(self.head[first : first + rows], [self._merged(first + n) for n in range(rows - 1)])
        below = first + rows
        name = f"mapped_{next(_NUMBERS)}"
        if self._facts is not None:
            check_width(headings, self.source)
            self._take_csv(name, headings, first, rows)
        elif self.part.workbook is not None:
            headings = self._take_sheet(name, headings, below)
        else:
            rows_below = f"SELECT *, row_number() OVER () + 1 AS _at FROM {self._relation} OFFSET {below - 1}"
            with self._told():
                self.store.run(f"CREATE TABLE raw.{name} AS {rows_below}")
        count = self.store.rows(f"SELECT count(*) FROM raw.{name}")[0][0]
        return Raw(self.source, self.sha256, headings, f"raw.{name}", count, self.notes)

    def _merged(self, row: int) -> list[tuple[int, int]]:
        return self.part.workbook.merged(self.part.names[0], row) if self.part.workbook is not None else []

    def _take_sheet(self, name: str, headings: tuple[str, ...], below: int) -> tuple[str, ...]:
        """A sheet may have cells to the right of its headings; they get headings that are empty."""
        lines = [Line(line) for line in itertools.islice(self._lines(), below, None)]
        width = max([len(headings), *(len(line.cells) for line in lines)])
        check_width(("",) * width, self.source)
        pour(self.store, name, width, (Line([*line.cells, *[None] * (width - len(line.cells))]) for line in lines))
        self._number(name, below)
        return (*headings, *("",) * (width - len(headings)))

    def _number(self, name: str, below: int) -> None:
        """The number of a row is the place at which the engine keeps it."""
        self.store.run(f"ALTER TABLE raw.{name} RENAME TO {name}_rows")
        self.store.run(f"CREATE VIEW raw.{name} AS SELECT *, rowid + {below + 1} AS _at FROM raw.{name}_rows")

    def _take_csv(self, name: str, headings: tuple[str, ...], first: int, rows: int) -> None:
        facts, width = self._facts, len(headings)
        assert facts is not None and self.part.path is not None
        simple = rows == 1 and not any("\n" in (cell or "") for row in self.head[: first + 1] for cell in row)
        if facts.plain and simple and all(self.head[: first + 1]):
            try:
                below = csvfile.relation(self.part.path, facts, self.delimiter, width, skip=first)
                self.store.run(f"CREATE TABLE raw.{name} AS SELECT * FROM {below}")
                count = self.store.rows(f"SELECT count(*) FROM raw.{name}")[0][0]
                if count == facts.records - first - 1:
                    self._number(name, first + 1)
                    return
            except EngineError as error:
                if "memory" in str(error).lower():
                    raise
            self.store.run(f"DROP TABLE IF EXISTS raw.{name}")
        pour(self.store, name, width, itertools.islice(self._records(self.delimiter), first + rows, None))
        self._number(name, first + rows)


def joined_headings(rows: list[list[str | None]], merged: list[list[tuple[int, int]]] | None = None) -> tuple[str, ...]:
    """One heading for each column. In all rows but the last a cell holds for the empty ones after it: `Visits` above `Apr` and
    `May` gives `Visits / Apr` and `Visits / May`. Where `merged` has merged cells for a row (first and last column), each of
    its cells holds for those it is merged with and no others. A column whose last row is empty has the heading that stands
    above it."""
    if not rows:
        return ()
    width = max(len(row) for row in rows)
    plain = [[" ".join((row[place] or "").split()) if place < len(row) else "" for place in range(width)] for row in rows]
    above = [_spread(row, cells) for row, cells in zip(plain, merged or [[]] * (len(rows) - 1), strict=False)]
    headings = []
    for place, own in enumerate(plain[-1]):
        groups = [row[place] for row in above] if own else [row[place] for row in plain[:-1]]
        headings.append(" / ".join(dict.fromkeys(part for part in (*groups, own) if part)))
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)


def own_heading(heading: str) -> str:
    """A joined heading without the groups that stand above it."""
    return heading.rsplit(" / ", 1)[-1]


def _spread(row: list[str], merged: list[tuple[int, int]]) -> list[str]:
    """A row of groups, each over the columns that it holds for."""
    if not merged:
        return list(itertools.accumulate(row, lambda last, cell: cell or last))
    found = list(row)
    for first, last in merged:
        for place in range(first, min(last + 1, len(row))):
            found[place] = row[first]
    return found


def header_row(grid: Grid, wanted: list[str], has: tuple[str, ...]) -> int:
    """The row, from 0, that holds the headings: the first that has all of `has`, else the one with most of `wanted`.

    Raises ExportError if there is none.
    """
    best, most = -1, 0
    for place, row in enumerate(grid.head):
        cells = {folded(cell) for cell in row if cell}
        if has:
            if all(folded(heading) in cells for heading in has):
                return place
            continue
        score = len(cells & {folded(heading) for heading in wanted})
        if score > most:
            best, most = place, score
    if best < 0:
        sought = ", ".join(f"'{heading}'" for heading in (has or wanted)[:6])
        raise ExportError(
            f"{grid.source}: no row among the first {HEAD_ROWS} has the headings of the mapping ({sought}). Say in the "
            "mapping where they are, such as header: 4, or give the headings that the file has now."
        )
    return best


def folded(text_: str | None) -> str:
    """A heading or word for comparison: no difference of case, of spaces, dashes and quotation marks."""
    out = (text_ or "").casefold().translate({0x2013: "-", 0x2014: "-", 0x2011: "-", 0x2019: "'", 0x2018: "'", 0xA0: " "})
    return " ".join(out.split())
