"""Looks for days that are slips of the pen: years away from all else that an export records, or before what they follow
from. And for days that are blank where a later one of the same record is not. They are told and leave in doubt what they may answer,
as a cell does that cannot be read; the value itself stands."""

from __future__ import annotations

import datetime as dt

from auditor import doubts
from auditor.ingest.issues import Issues
from auditor.ingest.sheet import named, quoted
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
# By table: a day, and those of the same record that cannot come before it. What may come in another order for a bad reason,
# such as a decision before the panel, is a matter for rules; a notice may be of what is to come.
FOLLOW: dict[str, dict[str, tuple[str, ...]]] = {
    "visits": {"visited_on": ("record_completed_on", "signed_by_carer_on")},
    "worker_supervisions": {"held_on": ("signed_by_worker_on", "signed_by_supervisor_on")},
    "carer_reviews": {"held_on": ("notified_in_writing_on",)},
    "carers": {"born_on": ("approved_on",)},
    "children": {"born_on": ("became_looked_after_on", "register_entered_on")},
    "incidents": {"occurred_at": ("known_at", "return_interview_on", "debrief_on")},
    "concerns": {"received_at": ("concluded_on", "carer_told_outcome_on")},
    "complaints": {"received_on": ("acknowledged_on", "responded_on", "closed_on")},
    "home_checks": {"checked_on": ("action_completed_on", "rechecked_on")},
    "actions": {"raised_on": ("completed_on",)},
}
# What is done on one day and runs out on another.
RUN_OUT, DONE, ENDS = ("checks", "training"), "completed_on", "expires_on"

Span = tuple[dt.date, dt.date]


def check(store: Store, supplied: dict[str, frozenset[str]], as_of: dt.date | None, issues: Issues) -> None:
    """Note each day that stands before one it follows from; each before 1950 that is no date of birth; and each that is more
    than two years after the audit date and after the last days of three quarters of the columns of days (an export may be
    newer than the date it is audited for), where only one cell of its column is so, or two in a hundred. Without an audit
    date the last are not looked for."""
    spans = {
        (name, column): span
        for name, columns in supplied.items()
        for column, span in _spans(store, contract().tables[name], columns).items()
    }
    for name, columns in supplied.items():
        _before(store, contract().tables[name], columns, issues)
        _never_done(store, contract().tables[name], columns, issues)
    for (name, column), (first, _) in spans.items():
        table = contract().tables[name]
        if first < FIRST_DAY and column != BIRTH:
            _note(store, table, column, f"{named(column)} < DATE '{FIRST_DAY}'", "This day is before 1950.", issues)
    if as_of is None or not spans:
        return
    limit = max(as_of, _upper([last for _, last in spans.values()])) + AHEAD
    for (name, column), (_, last) in spans.items():
        table = contract().tables[name]
        if last > limit and column not in OPEN_ENDED and _few(store, table, column, f"> DATE '{limit}'"):
            _note(store, table, column, f"{named(column)} > DATE '{limit}'", "This day is more than two years after almost all others.", issues)


def _before(store: Store, table: Table, columns: frozenset[str], issues: Issues) -> None:
    pairs = [
        (first, later)
        for first, follow in FOLLOW.get(table.name, {}).items()
        for later in follow
        if {first, later} <= columns
    ]
    if not pairs:
        return
    conditions = [f"{named(later)} < {named(first)}" for first, later in pairs]
    asked = ", ".join(f"count(*) FILTER ({one})" for one in conditions)
    found = store.rows(f"SELECT {asked} FROM loaded.{named(table.name)}")[0]
    for (first, later), condition, count in zip(pairs, conditions, found, strict=True):
        if count:
            _note(store, table, later, condition, f"This is before '{first}' of the same record.", issues)


def _never_done(store: Store, table: Table, columns: frozenset[str], issues: Issues) -> None:
    """What runs out was once done. Of a sheet that never says when, it is not told for each row."""
    if table.name not in RUN_OUT or not {DONE, ENDS} <= columns:
        return
    says = f"_source IN (SELECT _source FROM loaded.{named(table.name)} WHERE {DONE} IS NOT NULL)"
    blank = f"{DONE} IS NULL AND {ENDS} IS NOT NULL"
    many, silent = store.rows(f"SELECT count(*) FILTER ({says}), count(*) FILTER (NOT {says}) FROM loaded.{named(table.name)} WHERE {blank}")[0]
    if many:
        _note(store, table, DONE, f"{blank} AND {says}", f"This is blank, though the record has a day in '{ENDS}'.", issues)
    if silent:
        _doubt(store, table, DONE, f"{blank} AND NOT {says}")


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
    issues.add_rows(table.name, column, "slip", quoted(words), KEPT, f"SELECT * FROM loaded.{named(table.name)} WHERE {where}")
    _doubt(store, table, column, where)


def _doubt(store: Store, table: Table, column: str, where: str) -> None:
    cell = named(column)
    rows = f"SELECT * FROM loaded.{named(table.name)} WHERE {where}"
    doubts.add(store, table, f"SELECT '{column}' AS _col, s.* REPLACE (CAST(NULL AS DATE) AS {cell}) FROM ({rows}) s")
