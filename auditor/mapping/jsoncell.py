"""Cells that hold JSON: the SQL for a value or a member of a list within one, and what is to be told of a file's."""

from __future__ import annotations

import re

from auditor.ingest.sheet import quoted, shown
from auditor.mapping.grid import Raw
from auditor.mapping.plan import Entry
from auditor.store import Store

Told = tuple[str | None, str, str]


def within(sql: str, path: tuple[str, ...]) -> str:
    """SQL for the text at a path within a cell of JSON; a list of words has semicolons. NULL where the cell is no JSON."""
    value, place = f"TRY_CAST({sql} AS JSON)", quoted(pointer(path))
    listed = f"array_to_string(json_extract_string(json_extract({value}, {place}), '$[*]'), ';')"
    return f"CASE WHEN json_type({value}, {place}) = 'ARRAY' THEN {listed} ELSE json_extract_string({value}, {place}) END"


def pointer(path: tuple[str, ...]) -> str:
    """A path as a JSON pointer, which counts from 0."""
    names = (str(int(name) - 1) if re.fullmatch("[1-9][0-9]{0,8}", name) else name for name in path)
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def item(sql: str, path: tuple[str, ...], number: int) -> str:
    """SQL for one member, from 1, of the list at a path within a cell of JSON."""
    return f"json_extract_string(TRY_CAST({sql} AS JSON), {quoted(f'{pointer(path)}/{number - 1}')})"


def length(sql: str, path: tuple[str, ...]) -> str:
    """SQL for how many members the list at a path has."""
    return f"json_array_length(TRY_CAST({sql} AS JSON), {quoted(pointer(path))})"


def problems(store: Store, raw: Raw, entry: Entry, places: dict[str, int | None]) -> list[Told]:
    """The column, the words and the effect of what is wrong with the cells that an entry reads as JSON: those that are
    none, and lists with more members than are read. `places` gives the column of the file, from 0, under each heading."""
    found: list[Told] = []
    for name, column in entry.columns.items():
        for heading in (h for cell in column.read() if cell.path for h in cell.headings):
            found += _none(store, raw, name, heading, places.get(heading))
    split = entry.split
    if split is None or split.path is None:
        return found
    number = places.get(split.heading)
    found += _none(store, raw, None, split.heading, number)
    if number is not None and (long := _count(store, raw, f"{length(f'c{number}', split.path)} > {split.most}")):
        words = f"{long:,} lists in the column '{shown(split.heading)}' have more than {split.most} members."
        found.append((None, words, "the rest not read"))
    return found


def _none(store: Store, raw: Raw, name: str | None, heading: str, number: int | None) -> list[Told]:
    if number is None:
        return []
    bad = _count(store, raw, f"nullif(ingest.trimmed(c{number}), '') IS NOT NULL AND TRY_CAST(c{number} AS JSON) IS NULL")
    return [(name, f"{bad:,} cells of the column '{shown(heading)}' are not JSON.", "left empty")] if bad else []


def _count(store: Store, raw: Raw, condition: str) -> int:
    return store.rows(f"SELECT count(*) FROM {raw.relation} WHERE {condition}")[0][0]
