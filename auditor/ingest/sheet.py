"""One source of rows, read as text: a CSV or Parquet file, or a sheet of a workbook.

Reading ends here and typing begins: whatever a file looked like, what follows sees a relation in the store whose
cells are all text, its headings, and where each row stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from auditor.errors import ExportError
from auditor.store import Store

MOST_COLUMNS = 1_000
LONGEST_CELL = 1_000_000
CHUNK_ROWS = 20_000
CHUNK_CHARACTERS = 8_000_000

FAULT_EXTRA = "extra"
FAULT_SHORT = "short"
FAULT_QUOTE = "quote"
FAULT_LONG = "long"

CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Note:
    """Something to tell about a whole file or sheet: the words and what was done."""

    kind: str
    problem: str
    effect: str
    column: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A source of rows.

    name: what it is called (a file's stem, a sheet's name), matched to a table.
    source: how it is named to people, for example `visits.csv` or `records.xlsx (sheet Visits)`.
    relation: SQL for its rows: columns c0, c1, … as text, one for each heading, and `fault` (text, NULL where the row is
        sound, else one of the FAULT words). None where only `slower` will do.
    first_row: the row of the first record as a spreadsheet shows it; the rows of the relation follow on, blank ones
        included. Where `row` is given it is the SQL for the row instead.
    expected: how many records the relation must give; None where it is sure to give them all.
    slower: another reading of the same source, for when the first fails or gives another number of records.
    """

    name: str
    source: str
    sha256: str
    headings: tuple[str, ...]
    relation: str | None
    first_row: int = 2
    row: str | None = None
    expected: int | None = None
    slower: Callable[[Store], Sheet] | None = None
    notes: tuple[Note, ...] = ()


def quoted(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """`name` as an SQL name."""
    return '"' + name.replace('"', '""') + '"'


def shown(name: str) -> str:
    """A file's, sheet's or column's name fit to print: no control characters, no broken letters, not too long."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    text = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    return text if len(text) <= 80 else text[:77] + "…"


def check_width(headings: Sequence[str], source: str) -> None:
    """Refuse a source with more columns than any case record has. Raises ExportError."""
    if len(headings) > MOST_COLUMNS:
        raise ExportError(
            f"{source}: it has {len(headings):,} columns; {MOST_COLUMNS:,} is the most that can be read. "
            "Export only the columns of the record model."
        )


@dataclass(frozen=True)
class Line:
    """One record as read by Python: its cells, and what is wrong with it as a whole."""

    cells: Sequence[str | None]
    fault: str | None = None


def pour(store: Store, table: str, width: int, lines: Iterable[Line]) -> bool:
    """Create `raw.<table>` with columns c0 … and `fault`, and fill it in order, blank records included.

    Returns whether control characters were found (they are left out).
    """
    columns = ", ".join(f"c{i} VARCHAR" for i in range(width))
    store.run("CREATE SCHEMA IF NOT EXISTS raw")
    store.run(f"CREATE OR REPLACE TABLE raw.{named(table)} ({columns}, fault VARCHAR)")
    chunk: list[list[str | None]] = []
    size, found_control = 0, False
    for line in lines:
        cells = [_clean(cell) for cell in line.cells[:width]]
        found_control = found_control or any(a != b for a, b in zip(cells, line.cells, strict=False))
        fault = line.fault or _fault(line.cells, width)
        cells += [None] * (width - len(cells))
        chunk.append([*cells, fault])
        size += sum(len(cell) for cell in cells if cell) + 8 * width
        if len(chunk) >= CHUNK_ROWS or size >= CHUNK_CHARACTERS:
            _insert(store, table, width, chunk)
            chunk, size = [], 0
    if chunk:
        _insert(store, table, width, chunk)
    return found_control


def _clean(cell: str | None) -> str | None:
    if cell is None or cell.isprintable() or not _CONTROL.search(cell):
        return cell
    return cell.translate(CONTROL)


def _fault(cells: Sequence[str | None], width: int) -> str | None:
    if any(cell is not None and len(cell) > LONGEST_CELL for cell in cells):
        return FAULT_LONG
    if any(cells[width:]):
        return FAULT_EXTRA
    return FAULT_SHORT if len(cells) < width else None


def _insert(store: Store, table: str, width: int, chunk: list[list[str | None]]) -> None:
    cells = ", ".join(f"r[{i + 1}]" for i in range(width + 1))
    text = json.dumps(chunk, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    store.run(
        f"INSERT INTO raw.{named(table)} SELECT {cells} FROM (SELECT unnest(from_json(?, '[[\"VARCHAR\"]]')) AS r)",
        [text],
    )
