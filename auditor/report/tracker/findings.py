"""The tracker's sheets of findings: all of them, those of each supervising social worker, and those no longer found.

The four columns to fill have the same headings on each sheet; `readback` reads them by heading and fingerprint. What
was written into them stands once more on a hidden sheet, so that a later change on any sheet can be told.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from auditor.model import Action, Audit, Finding
from auditor.report import words
from auditor.report.groups import Line
from auditor.report.ruleviews import SUGGESTED_DAYS
from auditor.report.tracker.book import Book, Column, cut_lines

STATUSES = ("Open", "In progress", "Done", "Accepted")
FILL = ("Owner", "Target date", "Status", "Notes")
MAIN, HIDDEN, GONE = "Findings", "As written", "No longer found"
FORMAT = "auditor-tracker/1"
MOST_SHEETS = 150
CHANGES = {"new": "New", "returned": "Found again", "done": "Done, still found", "": ""}
_TO_FILL = (
    Column("Owner", 13, True),
    Column("Target date", 11.5, True),
    Column("Status", 11, True),
    Column("Notes", 26, True),
)
SHOWN = (
    Column("Grade", 9),
    Column("Household", 10.5),
    Column("Child", 10),
    Column("Worker", 8.5),
    Column("Finding", 42),
    Column("What to do", 34),
    Column("Provision", 13),
    Column("Due", 11.5),
    Column("Put right by", 11.5),
    *_TO_FILL,
    Column("Change", 10),
)
DETAIL = (
    Column("Outcome", 14),
    Column("State", 13),
    Column("Subject", 22),
    Column("Person", 11),
    Column("Type", 16),
    Column("Requirement", 44),
    Column("From", 11.5),
    Column("Done", 11.5),
    Column("Days late", 8),
    Column("Missing", 30),
    Column("Evidence", 44),
    Column("First seen", 11.5),
    Column("Rule", 30),
    Column("Fingerprint", 19),
)
COLUMNS = (*SHOWN, *DETAIL)
WORKER_COLUMNS = (*(c for c in SHOWN if c.heading != "Worker"), Column("Rule", 26), Column("Fingerprint", 18))
GONE_COLUMNS = (
    Column("Why it stands here", 40),
    Column("Last found", 12),
    Column("Grade", 9),
    Column("Household", 11),
    Column("Child", 10),
    Column("Worker", 9),
    Column("Finding", 50),
    *_TO_FILL,
    Column("First seen", 12),
    Column("Rule", 26),
    Column("Fingerprint", 19),
)


def findings(book: Book, lines: Iterable[Line]) -> None:
    """The sheet of all findings, the worst first."""
    sheet, number = book.sheet(MAIN, COLUMNS, (_row(line, book.as_of, COLUMNS) for line in lines))
    _to_work_with(book, sheet, number, COLUMNS)
    sheet.freeze_panes(1, 2)
    sheet.print_area(0, 0, max(number, 1), len(SHOWN) - 1)


def by_worker(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The findings of each supervising social worker, in order of the workers' ids; at most as many workers as the
    tracker has sheets for, those with the most findings."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.finding.worker_id:
            held[line.finding.worker_id].append(line)
    most = sorted(held, key=lambda worker: (-len(held[worker]), worker))[:MOST_SHEETS]
    return {worker: held[worker] for worker in sorted(most, key=words.natural)}


def workers(book: Book, held: dict[str, list[Line]]) -> dict[str, str]:
    """A sheet for each worker. Returns the sheet's name for each worker's id."""
    names = {}
    for worker, lines in held.items():
        rows = (_row(line, book.as_of, WORKER_COLUMNS) for line in lines)
        sheet, number = book.sheet(lines[0].worker or worker, WORKER_COLUMNS, rows)
        _to_work_with(book, sheet, number, WORKER_COLUMNS)
        sheet.freeze_panes(1, 2)
        sheet.print_area(0, 0, max(number, 1), len(SHOWN) - 2)
        names[worker] = sheet.get_name()
    return names


def gone(book: Book, audit: Audit) -> None:
    """The sheet of what stood on an earlier tracker and is no longer found, with what was written there."""
    if not audit.gone:
        return
    rows = (
        (
            *(g.why, g.last_found, g.grade, g.household, g.child, g.worker, g.message),
            *_filled(g.action),
            *(g.action.first_seen, g.rule, g.fingerprint),
        )
        for g in audit.gone
    )
    sheet, number = book.sheet(GONE, GONE_COLUMNS, rows)
    _to_work_with(book, sheet, number, GONE_COLUMNS)
    sheet.print_area(0, 0, max(number, 1), len(GONE_COLUMNS) - 4)


def hidden(book: Book, audit: Audit) -> None:
    """What this tracker says in its columns to fill, for telling later what people changed."""
    sheet = book.add(HIDDEN)
    for place, value in enumerate(
        (FORMAT, audit.run.as_of.isoformat(), "What stood in the columns to fill. Leave as it is.")
    ):
        sheet.write_string(0, place, value)
    row = 0
    written = [(f.fingerprint, f.action) for f in audit.findings] + [(g.fingerprint, g.action) for g in audit.gone]
    for fingerprint, action in written:
        if action is None or _filled(action) == _filled(Action()):
            continue
        row += 1
        owner, target, status, notes = _filled(action)
        for place, value in enumerate((fingerprint, owner, target.isoformat() if target else "", status, notes)):
            sheet.write_string(row, place, cut_lines(value))
    sheet.hide()


def _to_work_with(book: Book, sheet: Any, rows: int, columns: tuple[Column, ...]) -> None:
    """Drop-downs, checks on what is typed, and colours on a sheet with the four columns to fill."""
    place = {column.heading: number for number, column in enumerate(columns)}
    last = max(rows, 1)
    sheet.data_validation(
        1,
        place["Status"],
        last,
        place["Status"],
        {
            "validate": "list",
            "source": list(STATUSES),
            "error_title": "Status",
            "error_message": "Choose one of: " + ", ".join(STATUSES) + ".",
        },
    )
    sheet.data_validation(
        1,
        place["Target date"],
        last,
        place["Target date"],
        {
            "validate": "date",
            "criteria": ">=",
            "value": dt.date(2000, 1, 1),
            "ignore_blank": True,
            "error_title": "Target date",
            "error_message": "Write a date, such as 31/05/2026.",
        },
    )
    book.words(sheet, place["Grade"], last, ("Critical", "Major", "Minor"))
    target, status = _letter(place["Target date"]), _letter(place["Status"])
    passed = f'=AND(ISNUMBER(${target}2),${target}2<TODAY(),${status}2<>"Done",${status}2<>"Accepted")'
    late = {"type": "formula", "criteria": passed, "format": book.late}
    sheet.conditional_format(1, place["Target date"], last, place["Target date"], late)
    book.words(sheet, place["Status"], last, ("In progress", "Done", "Accepted"))
    if "Change" in place:
        sheet.conditional_format(
            1, place["Change"], last, place["Change"], {"type": "no_blanks", "format": book.marked}
        )


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _filled(action: Action | None) -> tuple[str, dt.date | None, str, str]:
    action = action or Action()
    return action.owner, action.target_on, action.status, action.notes


def _row(line: Line, as_of: dt.date, columns: tuple[Column, ...]) -> tuple:
    f = line.finding
    values = _shown(line, f, as_of) | (_detail(line, f, as_of) if columns is COLUMNS else {})
    values |= {"Rule": f.rule, "Fingerprint": f.fingerprint}
    return tuple(values[column.heading] for column in columns)


def _shown(line: Line, f: Finding, as_of: dt.date) -> dict[str, Any]:
    return {
        "Grade": line.tag,
        "Household": f.household_id,
        "Child": f.child_id,
        "Worker": f.worker_id,
        "Finding": line.message + (f" ({line.waiver})" if line.waiver else ""),
        "What to do": line.remedy,
        "Provision": line.cites,
        "Due": f.due_on,
        "Put right by": as_of + dt.timedelta(days=SUGGESTED_DAYS[f.grade]) if line.counts else None,
        **dict(zip(FILL, _filled(f.action), strict=True)),
        "Change": CHANGES[f.action.change] if f.action else "",
    }


def _detail(line: Line, f: Finding, as_of: dt.date) -> dict[str, Any]:
    return {
        "Outcome": words.OUTCOME_LABELS[f.outcome],
        "State": words.STATE_LABELS[f.state] if f.state and f.outcome == "breach" else "",
        "Subject": line.subject,
        "Person": f.person_id,
        "Type": words.TYPE_LABELS[f.type],
        "Requirement": line.rule_title,
        "From": f.trigger_on,
        "Done": f.done_on,
        "Days late": f.days_late,
        "Missing": "; ".join(line.missing),
        "Evidence": "; ".join(line.evidence),
        "First seen": (f.action.first_seen if f.action else None) or as_of,
    }
