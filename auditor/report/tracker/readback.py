"""Reads an action tracker that people filled in: what they wrote, by the fingerprint of each finding.

A change made on any sheet counts: on the sheet Findings, on a worker's own, or on No longer found. What the tracker said
when it was written stands on its hidden sheet, so a cell that nobody touched never speaks against one that somebody
changed. Two different changes for one finding are a problem that names both places. All problems are told at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.durations import iso_date
from auditor.errors import ExportError, Problem, RulesError
from auditor.model import Action
from auditor.report.tracker.findings import FILL, FORMAT, HIDDEN, MAIN, STATUSES
from auditor.report.tracker.typed import FIRST_DAY, LAST_DAY, date_of

MARK = "Fingerprint"
KNOWN = ("About", "Coming due", "Training", "Visits", "Rules", "Not assessed", "For a person to check", "Data issues")
DESCRIBED = ("Rule", "Grade", "Household", "Child", "Worker", "Finding")
_FINGERPRINT = re.compile(r"[A-Za-z0-9-]{4,40}")


@dataclass(frozen=True)
class Entry:
    """What an earlier tracker says of one finding: what people wrote, and how it was described. `was_gone` where it
    stood on the sheet No longer found; `last_found` then is the audit date of the last audit that held it."""

    action: Action
    described: dict[str, str]
    was_gone: bool = False
    last_found: dt.date | None = None


@dataclass(frozen=True)
class Tracker:
    """An earlier tracker. `as_of` is the date of the audit it was written for, None where it does not say. `notices`
    are sentences on what of it is not carried over."""

    as_of: dt.date | None
    entries: dict[str, Entry]
    notices: tuple[str, ...] = ()


@dataclass
class _Row:
    """One row of a sheet with columns to fill: where it stands, its cells by heading, and the values typed."""

    place: str
    cells: dict[str, str]
    values: dict[str, Any]


@dataclass
class _Reading:
    """What has been read so far, with every problem."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    gone: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)

    def wrong(self, place: str, what: str) -> None:
        self.problems.append(Problem(f"{self.file}, {place}" if place else self.file, 0, what))


def read(path: Path) -> Tracker:
    """The tracker in a file. Raises RulesError with every problem: where it is, what is wrong, what to do."""
    from auditor.ingest.workbook import Workbook

    reading = _Reading(path.name)
    try:
        book = Workbook(path, path.name)
        sheets = {name: list(book.lines(name, path.name)) for name in book.names() if name not in (*KNOWN, HIDDEN)}
        hidden = _hidden(book, path.name)
    except (ExportError, OSError):
        reading.wrong("", "It cannot be read as an XLSX workbook. Give the tracker as Excel saves it (.xlsx).")
        raise RulesError(reading.problems) from None
    if MAIN not in sheets:
        reading.wrong("", f"It has no sheet '{MAIN}'. Give a findings.xlsx that an audit wrote, with its sheets.")
        raise RulesError(reading.problems)
    for name, lines in sheets.items():
        _sheet(reading, name, lines)
    as_of, before = _before(hidden)
    entries = {mark: _entry(reading, mark, rows, before.get(mark, {})) for mark, rows in reading.rows.items()}
    for mark, values in before.items():  # a row that was deleted keeps what stood on it
        if mark not in entries:
            entries[mark] = Entry(_action(values, None), {})
            reading.notices.append(f"The row of finding {mark} was deleted; what stood on it is kept.")
    if reading.problems:
        raise RulesError(reading.problems)
    return Tracker(as_of, entries, tuple(reading.notices))


def _hidden(book: Any, source: str) -> list[list[str | None]]:
    try:
        return list(book.lines(HIDDEN, source))
    except ExportError:
        return []


def _before(lines: list[list[str | None]]) -> tuple[dt.date | None, dict[str, dict[str, Any]]]:
    """The audit date of the tracker, and what its columns to fill said when it was written."""
    if not lines or not lines[0] or lines[0][0] != FORMAT:
        return None, {}
    written = {}
    for line in lines[1:]:
        mark, owner, target, status, notes = [(cell or "").strip() for cell in (*line, *[None] * 5)[:5]]
        if mark:
            written[mark] = {
                "Owner": owner,
                "Target date": iso_date(target),
                "Status": status or "Open",
                "Notes": notes,
            }
    return iso_date(lines[0][1] or "") if len(lines[0]) > 1 else None, written


def _sheet(reading: _Reading, name: str, lines: list[list[str | None]]) -> None:
    """Take in the rows of one sheet with columns to fill. Other sheets are people's own, and are only mentioned."""
    top = next((n for n, line in enumerate(lines) if MARK in _texts(line)), None)
    if top is None:
        if name == MAIN:
            reading.wrong(
                f"sheet '{name}'", f"There is no column '{MARK}'. It tells which finding a row is; put it back."
            )
        elif any(any(_texts(line)) for line in lines):
            reading.notices.append(f"The sheet '{name}' is not part of the tracker; it is not carried over.")
        return
    headings = _texts(lines[top])
    twice = sorted({h for h in (MARK, *FILL) if headings.count(h) > 1})
    lacking = [heading for heading in FILL if heading not in headings]
    for heading in lacking:
        reading.wrong(
            f"sheet '{name}', row {top + 1}", f"There is no column '{heading}'. Give the column its heading again."
        )
    for heading in twice:
        reading.wrong(f"sheet '{name}', row {top + 1}", f"There are two columns '{heading}'. Keep one.")
    if lacking or twice:
        return
    _own_columns(reading, name, headings)
    for number, line in enumerate(lines[top + 1 :], start=top + 2):
        cells = dict(zip(headings, _texts(line), strict=False))
        if any(cells.get(heading) for heading in (MARK, *FILL)):
            _take(reading, name, number, cells, gone="Why it stands here" in headings)


def _own_columns(reading: _Reading, name: str, headings: list[str]) -> None:
    from auditor.report.tracker.findings import COLUMNS, GONE_COLUMNS

    known = {column.heading for column in (*COLUMNS, *GONE_COLUMNS)}
    for heading in headings:
        if heading and heading not in known:
            reading.notices.append(
                f"Sheet '{name}': the column '{heading}' is not the tracker’s; it is not carried over."
            )


def _texts(line: list[str | None]) -> list[str]:
    return [(cell or "").strip() for cell in line]


def _take(reading: _Reading, sheet: str, number: int, cells: dict[str, str], gone: bool) -> None:
    place = f"sheet '{sheet}', row {number}"
    mark = cells.get(MARK, "")
    if not _FINGERPRINT.fullmatch(mark):
        what = "is empty" if not mark else "is not one that an audit gives"
        advice = "Copy it from the tracker as it was written, or empty this row’s columns to fill."
        reading.wrong(
            f"{place}, column '{MARK}'", f"The fingerprint {what}, so the row belongs to no finding. {advice}"
        )
        return
    values: dict[str, Any] = {"Owner": cells.get("Owner", ""), "Notes": cells.get("Notes", "")}
    status = next((s for s in STATUSES if s.casefold() == (cells.get("Status") or "Open").casefold()), None)
    if status is None:
        advice = f"Choose one of: {', '.join(STATUSES)}."
        reading.wrong(f"{place}, column 'Status'", f"This is not a status of the tracker. {advice}")
    values["Status"] = status or "Open"
    typed = cells.get("Target date", "")
    values["Target date"] = date_of(typed)
    if typed and values["Target date"] is None:
        advice = f"Write a day from {FIRST_DAY.year} to {LAST_DAY.year}, such as 31/05/2026."
        reading.wrong(f"{place}, column 'Target date'", f"This is not a date. {advice}")
    reading.rows[mark].append(_Row(place, cells, values))
    if gone:
        reading.gone.add(mark)


def _entry(reading: _Reading, mark: str, rows: list[_Row], before: dict[str, Any]) -> Entry:
    """What the rows of one finding say together."""
    before = before or {"Owner": "", "Target date": None, "Status": "Open", "Notes": ""}
    values = {}
    for heading in FILL:
        changed = [row for row in rows if row.values[heading] != before[heading]]
        first = changed[0] if changed else None
        other = next((row for row in changed[1:] if row.values[heading] != changed[0].values[heading]), None)
        if first is not None and other is not None:
            reading.wrong(
                f"{first.place}, column '{heading}'",
                f"Another value was written for the same finding in {other.place}, column '{heading}'. "
                "Make both the same, or put one back as it was.",
            )
        values[heading] = first.values[heading] if first else before[heading]
    described = {h: next((r.cells[h] for r in rows if r.cells.get(h)), "") for h in DESCRIBED}
    seen = next((day for row in rows if (day := date_of(row.cells.get("First seen", "")))), None)
    last = next((day for row in rows if (day := date_of(row.cells.get("Last found", "")))), None)
    return Entry(_action(values, seen), described, mark in reading.gone, last)


def _action(values: dict[str, Any], first_seen: dt.date | None) -> Action:
    return Action(values["Owner"], values["Target date"], values["Status"], values["Notes"], first_seen)
