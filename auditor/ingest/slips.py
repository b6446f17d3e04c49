"""Looks for days that are slips of the pen: years away from all else that an export records. They are told and leave in
doubt what they may answer, as a cell does that cannot be read; the value itself stands."""

from __future__ import annotations

import datetime as dt

from auditor import doubts
from auditor.ingest.issues import Issues
from auditor.ingest.sheet import named
from auditor.records import Table, contract
from auditor.store import Store

KEPT = "value kept; what it may answer is left in doubt"
# Before it no child was placed under any law that a living record is kept under.
FIRST_DAY = dt.date(1950, 1, 1)
BIRTH = "born_on"
OPEN_ENDED = ("to_date", "exemption_to")
# What is planned stands in an export before it happens, but not so long before.
AHEAD = dt.timedelta(days=2 * 366)
MOST_SLIPS = 0.02

Span = tuple[dt.date, dt.date]


def check(store: Store, supplied: dict[str, frozenset[str]], as_of: dt.date | None, issues: Issues) -> None:
    """Note each day before 1950 that is no date of birth; and each that is more than two years after the audit date and
    after the last days of three quarters of the columns of days (an export may be newer than the date it is audited
    for), where only one cell of its column is so, or two in a hundred. Without an audit date only the former are looked for."""
    spans = {
        (name, column): span
        for name, columns in supplied.items()
        for column, span in _spans(store, contract().tables[name], columns).items()
    }
    for (name, column), (first, _) in spans.items():
        table = contract().tables[name]
        if first < FIRST_DAY and column != BIRTH:
            _note(store, table, column, f"< DATE '{FIRST_DAY}'", "This day is before 1950.", issues)
    if as_of is None or not spans:
        return
    limit = max(as_of, _upper([last for _, last in spans.values()])) + AHEAD
    for (name, column), (_, last) in spans.items():
        table = contract().tables[name]
        if last > limit and column not in OPEN_ENDED and _few(store, table, column, f"> DATE '{limit}'"):
            _note(store, table, column, f"> DATE '{limit}'", "This day is more than two years after almost all others.", issues)


def _spans(store: Store, table: Table, columns: frozenset[str]) -> dict[str, Span]:
    """The first and the last day of each column that tells what has happened."""
    days = [
        one.name
        for one in table.columns.values()
        if one.name in columns and one.type in ("date", "datetime") and not one.speaks_of_future
    ]
    if not days:
        return {}
    asked = ", ".join(f"min({named(one)}), max({named(one)})" for one in days)
    found = store.rows(f"SELECT {asked} FROM loaded.{named(table.name)}")[0]
    return {name: (found[2 * at], found[2 * at + 1]) for at, name in enumerate(days) if found[2 * at] is not None}


def _upper(days: list[dt.date]) -> dt.date:
    """The day that three quarters of some days do not come after."""
    return sorted(days)[(len(days) * 3 - 1) // 4]


def _few(store: Store, table: Table, column: str, beyond: str) -> bool:
    cell = named(column)
    many, all_ = store.rows(f"SELECT count(*) FILTER ({cell} {beyond}), count({cell}) FROM loaded.{named(table.name)}")[0]
    return many <= max(1, MOST_SLIPS * all_)


def _note(store: Store, table: Table, column: str, where: str, words: str, issues: Issues) -> None:
    cell = named(column)
    rows = f"SELECT * FROM loaded.{named(table.name)} WHERE {cell} {where}"
    issues.add_rows(table.name, column, "slip", f"'{words}'", KEPT, rows)
    doubts.add(store, table, f"SELECT '{column}' AS _col, s.* REPLACE (CAST(NULL AS DATE) AS {cell}) FROM ({rows}) s")
