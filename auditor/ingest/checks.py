"""Checks the typed rows of a table one by one and against each other, and takes away those that cannot be audited.

Every check is one statement over the whole table. A row is rejected where its key, a required value or its span cannot
be trusted; anything less leaves the row in place.
"""

from __future__ import annotations

from auditor.errors import nearest
from auditor.ingest import loading
from auditor.ingest.issues import LEFT_EMPTY, ROW_REJECTED, Issues
from auditor.ingest.loading import left
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import FAULT_EXTRA, FAULT_LONG, FAULT_QUOTE, FAULT_SHORT, named, quoted
from auditor.records import Column, Table
from auditor.store import Store

WORDS = {
    "date": "This cannot be read as a date. Write 2026-03-31 or 31/03/2026.",
    "datetime": "This cannot be read as a date and time. Write 2026-03-31 14:30 or 31/03/2026 14:30.",
    "boolean": "This cannot be read as yes or no.",
    "integer": "This cannot be read as a whole number.",
    "number": "This cannot be read as a number.",
}
FAULTS = {
    FAULT_EXTRA: (
        "The row has more cells than there are headings; a comma inside a cell may lack its quotation marks.",
        ROW_REJECTED,
    ),
    FAULT_QUOTE: (
        "The quotation marks of the row make no sense: one is never closed, or one inside a cell is not doubled.",
        ROW_REJECTED,
    ),
    FAULT_LONG: ("A cell of the row is longer than any record (a million characters).", ROW_REJECTED),
    FAULT_SHORT: ("The row has fewer cells than there are headings; it may be cut short.", "cells at the end left empty"),
}
# Beside the span of a table: periods that are recorded with a first and a last day.
PERIODS = {
    "service_reviews": [("period_from", "period_to")],
    "placements": [("exemption_from", "exemption_to")],
    "incidents": [("occurred_at", "ended_at")],
    "child_health": [("paused_on", "resumed_on")],
}
MOST_HINTS = 2_000


def check_table(store: Store, mapped: list[Mapped], issues: Issues) -> None:
    """Note every problem of the rows of one table. `mapped` are the sheets that fill it."""
    table = mapped[0].table
    supplied = {name for sheet in mapped for name in sheet.cells}
    pairs = _pairs(table, supplied)
    doubts = loading.doubtful(store, table)
    count = _counts(store, table, supplied, pairs, doubts)
    if count.get("left:fault"):
        _faults(store, table, issues)
    for name, column in table.columns.items():
        if count.get(f"left:{name}"):
            if column.codeset:
                _unknown_codes(store, table, column, issues)
            else:
                _unreadable(table, column, issues)
        if count.get(f"empty:{name}"):
            _missing(table, column, issues, doubts)
    for (start, end), condition in pairs.items():
        if count[f"order:{start}:{end}"]:
            _end_before_start(table, start, end, condition, issues)
    if count["repeated"]:
        _duplicates(table, issues)


def _counts(
    store: Store, table: Table, supplied: set[str], pairs: dict[tuple[str, str], str], doubts: frozenset[str]
) -> dict[str, int]:
    """How many rows have each problem; most have none, and need no more work. Keys are compared by their hashes, which is
    quicker; should two keys share one, `_duplicates` finds nothing."""
    name, key = f"loaded.{named(table.name)}", named(table.key)
    # Nothing but counts of whole columns, which the engine knows without looking at a row.
    wanted = {f"left:{column}": f"count({left(column)})" for column in doubts}
    for column in (one.name for one in table.columns.values() if one.required and one.name in supplied - doubts):
        wanted[f"empty:{column}"] = f"count(*) - count({named(column)})"
    counts = {"repeated": f"count({key}) - (SELECT count(*) FROM (SELECT DISTINCT hash({key}) FROM {name} WHERE {key} IS NOT NULL))"}
    for column in (one.name for one in table.columns.values() if one.required and one.name in supplied & doubts):
        counts[f"empty:{column}"] = f"count(*) FILTER ({_empty(column, doubts)})"
    for (start, end), condition in pairs.items():
        counts[f"order:{start}:{end}"] = f"count(*) FILTER ({condition})"
    found: dict[str, int] = {}
    for asked in (wanted, counts):
        if asked:
            found |= zip(asked, store.rows(f"SELECT {', '.join(asked.values())} FROM {name}")[0], strict=True)
    return found


def _empty(column: str, doubts: frozenset[str]) -> str:
    return f"{named(column)} IS NULL AND NOT {loading.unread(column, doubts)}"


def _pairs(table: Table, supplied: set[str]) -> dict[tuple[str, str], str]:
    """The periods of a table that were supplied, and the SQL condition that one ends before it starts."""
    pairs = {}
    for start, end in ([table.span] if table.span else []) + PERIODS.get(table.name, []):
        if start in supplied and end in supplied:
            first = named(f"{start}__from" if table.columns[start].type == "datetime" else start)
            last = named(f"{end}__to" if table.columns[end].type == "datetime" else end)
            pairs[(start, end)] = f"{last} < {first}"
    return pairs


def _from(table: Table, where: str) -> str:
    return f"SELECT * FROM loaded.{named(table.name)} WHERE {where}"


def _faults(store: Store, table: Table, issues: Issues) -> None:
    found = store.rows(f"SELECT DISTINCT {left('fault')} FROM loaded.{named(table.name)} WHERE {left('fault')} IS NOT NULL ORDER BY 1")
    for (fault,) in found:
        words, effect = FAULTS[fault]
        issues.add_rows(table.name, None, "cells", quoted(words), effect, _from(table, f"{left('fault')} = {quoted(fault)}"))


def _unreadable(table: Table, column: Column, issues: Issues) -> None:
    effect = ROW_REJECTED if column.required else LEFT_EMPTY
    words = WORDS.get(column.type, "This cannot be read.")
    issues.add_rows(table.name, column.name, "unreadable", quoted(words), effect, _from(table, f"{left(column.name)} IS NOT NULL"))


def _missing(table: Table, column: Column, issues: Issues, doubts: frozenset[str]) -> None:
    words = "The record has no key." if column.name == table.key else "This is required and is empty."
    issues.add_rows(table.name, column.name, "missing", quoted(words), ROW_REJECTED, _from(table, _empty(column.name, doubts)))


def _unknown_codes(store: Store, table: Table, column: Column, issues: Issues) -> None:
    """The word itself is a value from a record and is not repeated; the nearest valid one is named."""
    from auditor.records import contract

    valid = contract().codesets[column.codeset or ""]
    bad = f"{loading.unknown_words(column, left(column.name))}[1]" if column.type == "codes" else f"ingest.word_of({left(column.name)})"
    bad = f"left({bad}, {loading.LONGEST_WORD})"
    words = store.rows(
        f"SELECT {bad}, count(*) FROM loaded.{named(table.name)} WHERE {left(column.name)} IS NOT NULL GROUP BY 1 "
        f"ORDER BY 2 DESC, 1 LIMIT {MOST_HINTS}"
    )
    hints = {word: nearest(word, valid) for word, _ in words if word}
    cases = " ".join(f"WHEN {quoted(word)} THEN {quoted(hint)}" for word, hint in hints.items() if hint)
    hint = f"CASE {bad} {cases} ELSE '' END" if cases else "''"
    told = f"'This is not a word of the code set {column.codeset}.' || {hint}"
    effect = ROW_REJECTED if column.required else LEFT_EMPTY
    issues.add_rows(table.name, column.name, "unknown_code", told, effect, _from(table, f"{left(column.name)} IS NOT NULL"))


def _end_before_start(table: Table, start: str, end: str, condition: str, issues: Issues) -> None:
    words = f"This is before '{start}' of the same record."
    issues.add_rows(table.name, end, "end_before_start", quoted(words), ROW_REJECTED, _from(table, condition))


def _duplicates(table: Table, issues: Issues) -> None:
    """Note every row whose key stood on an earlier row; the earliest row that is sound is kept."""
    key, name = named(table.key), f"loaded.{named(table.name)}"
    sound = (
        f"SELECT {key} AS key, _source, _row, rowid AS place FROM {name} WHERE {key} IS NOT NULL AND (_source, _row) "
        f"NOT IN (SELECT (source, row) FROM ingest.problems WHERE tbl = {quoted(table.name)} AND effect = '{ROW_REJECTED}')"
    )
    rows = (
        f"WITH sound AS ({sound}), repeated AS (SELECT key, min(place) AS first FROM sound GROUP BY key HAVING count(*) > 1) "
        "SELECT s.key, s._source, s._row, f._source AS first_source, f._row AS first_row FROM repeated r "
        "JOIN sound s ON s.key = r.key AND s.place > r.first JOIN sound f ON f.place = r.first"
    )
    where = "CASE WHEN first_source = _source THEN '' ELSE ' of ' || first_source END"
    words = f"'The key ' || left(key, 80) || ' already stands on row ' || first_row || {where} || ', which is kept.'"
    issues.add_rows(table.name, table.key, "duplicate", words, ROW_REJECTED, rows)
