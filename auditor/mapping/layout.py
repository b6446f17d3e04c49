"""Finds the headings of a sheet that nobody has described: below a banner, over two rows, with totals among the rows."""

from __future__ import annotations

import re

from auditor.ingest.sheet import quoted
from auditor.mapping.cellsql import filled
from auditor.mapping.grid import Grid, Raw, folded
from auditor.mapping.months import month_of
from auditor.mapping.words import squeezed, vocabulary
from auditor.store import Store

LOOKED_AT = 40
MOST_TOTALS = 50
TOTALS = re.compile(
    r"(grand |sub[ -]?)?totals?\b.*|count\b.*|no\.? of (records|rows).*|(records?|rows?)( count)?:.*|.*\bend of report\b.*|page \d+( of \d+)?",
    re.IGNORECASE,
)
# A heading that is a month, not a day in it.
_MONTH = re.compile(r"[A-Za-z]{3,9}[\s'-]*\d{0,4}|\d{4}-\d\d-01\b.*")
_VALUE = re.compile(r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}.*|\d{1,2}[-/.]\d{1,2}|[-+£]?[\d.,]+%?)\s*")


def find_header(grid: Grid) -> tuple[int, int]:
    """The first row of the headings, from 0, and how many rows they take."""
    known = {one for spelled in vocabulary().columns.values() for one in spelled if one.startswith(" ")}
    best, most = 0, -1.0
    for place, row in enumerate(grid.head[:LOOKED_AT]):
        score = _score(row, known) - place * 0.01 - 12 * _again(grid.head, place)
        if score > most:
            best, most = place, score
    if best > 0 and _is_group(grid.head[best - 1], grid.head[best]):
        return best - 1, 2
    if best + 1 < len(grid.head) and _is_below(grid.head[best], grid.head[best + 1]):
        return best, 2
    return best, 1


def _again(head: list[list[str | None]], place: int) -> float:
    """The share of the cells of a row that stand again in their columns, as values do and headings do not. Headings that
    come again as a whole, on every page, do not count."""
    cells = [(n, folded(cell)) for n, cell in enumerate(head[place]) if cell and cell.strip()]
    if not cells:
        return 0.0
    others = [row for n, row in enumerate(head) if n != place and row != head[place]]
    return sum(any(n < len(row) and folded(row[n]) == cell for row in others) for n, cell in cells) / len(cells)


def _score(row: list[str | None], known: set[str]) -> float:
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    if len(cells) < 2:
        return len(cells) * 0.1
    words = [cell for cell in cells if month_of(cell) or not _VALUE.fullmatch(cell)]
    months = len({month_of(cell) for cell in cells if _MONTH.fullmatch(cell)} - {None})
    hits = sum(" " + squeezed(cell) in known for cell in cells) + (months if months >= max(3, len(cells) / 2) else 0)
    different = len({folded(cell) for cell in cells}) / len(cells)
    long = sum(len(cell) > 60 for cell in cells)
    return (
        hits * 3 * (len(words) / len(cells)) ** 2
        + len(words) / len(cells) * 2 * different
        + min(len(words), 12) * 0.1
        - long
    )


def _is_group(above: list[str | None], row: list[str | None]) -> bool:
    """Whether the row above names groups of the headings below it, as merged cells do, and is no banner."""
    filled = [n for n, cell in enumerate(above) if (cell or "").strip()]
    if not filled or len(filled) >= len([cell for cell in row if (cell or "").strip()]):
        return False
    if len(filled) == 1:
        below = row[filled[0] :]
        return filled[0] > 0 and sum(month_of(cell or "") is not None for cell in below) >= 3
    return len(filled) >= 2 and not any(len(above[n] or "") > 60 for n in filled)


def _is_below(row: list[str | None], below: list[str | None]) -> bool:
    """Whether the row below holds the headings of the groups of this one: nothing under a heading of its own."""
    filled = [n for n, cell in enumerate(below) if (cell or "").strip()]
    months = sum(month_of(below[n] or "") is not None for n in filled)
    return bool(filled) and filled[0] > 0 and months >= 3 and months == len(filled)


def totals(store: Store, raw: Raw) -> dict[int, list[str]]:
    """The first words of the rows that are no records but totals, counts or ends of pages, wherever they stand, by the number
    of their column: rows of few cells that begin so."""
    cells = [filled(f"c{n}") for n in range(len(raw.headings))]
    many = " + ".join(f"CASE WHEN {cell} IS NULL THEN 0 ELSE 1 END" for cell in cells)
    number = " ".join(f"WHEN {cell} IS NOT NULL THEN {n}" for n, cell in enumerate(cells))
    rows = f"SELECT {many} AS many, CASE {number} END AS number, coalesce({', '.join(cells)}, '') AS word FROM {raw.relation}"
    found: dict[int, list[str]] = {}
    for at, word in store.rows(
        f"SELECT DISTINCT number, word FROM ({rows}) WHERE many < {max(len(cells) * 0.7, 2)} "
        f"AND regexp_full_match(word, {quoted(TOTALS.pattern)}, 'i') ORDER BY ALL LIMIT {MOST_TOTALS}"
    ):
        found.setdefault(at, []).append(word)
    return found


def like(total: str) -> str:
    """The pattern that drops such a row, whatever its figures are next month."""
    if total.lower().startswith("page "):
        return "page * of *" if " of " in total.lower() else "page *"
    word = re.match(r"[A-Za-z -]+", total)
    return f"{folded(word[0]).strip()}*" if word else total
