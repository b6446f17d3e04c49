"""The tracker's two matrices: carers by courses, and households by the months of the window."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

from auditor.dates import add_months
from auditor.model import Audit, Course, Visited, VisitMonth
from auditor.report import words
from auditor.report.tracker.book import Book, Column, Shaded, cut
from auditor.wording import MONTHS

TRAINING, VISITS = "Training", "Visits"
MOST_COURSES = 60
MOST_MONTHS = 36
NOTE_WIDTH = 125
WIDEST_PAGE = 230  # characters across A4 that can still be read
RUNS_OUT = dt.timedelta(weeks=12)
_KINDS = {
    "supervision": "supervision",
    "unannounced": "unannounced",
    "child": "child",
    "support": "support",
    "joint": "joint",
    "assessment": "assessment",
    "placing_authority": "authority",
    "other": "other",
}
_TRAINING_NOTE = (
    "One row for each carer of a household open on {as_of}; one column for each course on their records. A cell says where "
    "the carer stands and since when. Runs out: within 12 weeks. An empty cell: nothing on record, which says nothing of "
    "whether the course is asked of this carer."
)
_VISITS_NOTE = (
    "One row for each household open on {as_of}; one column for each month from {since}. A cell says how many visits of each "
    "kind took place. ◆ marks a month with an unannounced visit. None: no visit on record. Visits by the placing authority "
    "are shown as authority."
)


def training(book: Book, audit: Audit) -> None:
    """Carers by courses: date and state in words. The most common courses stand first."""
    sheet = book.add(TRAINING)
    note = _TRAINING_NOTE.format(as_of=words.day(audit.run.as_of))
    lacking = _lacking(audit, ("carers", "training"))
    if lacking or not audit.learners:
        _empty(book, sheet, lacking or "There is no carer of a household open on the audit date.")
        return
    held = Counter(course.title.casefold() for learner in audit.learners for course in learner.courses)
    titles = {course.title.casefold(): course.title for learner in audit.learners for course in learner.courses}
    keys = [key for key, _ in sorted(held.items(), key=lambda x: (-x[1], x[0]))[:MOST_COURSES]]
    if len(held) > len(keys):
        note += f" {len(held) - len(keys):,} less common courses are left out."
    fixed = [Column("Carer", 10), Column("Household", 10.5), Column("Worker", 8.5), Column("Out of date", 8.5)]
    heads = [*fixed, *(Column(cut(titles[key]), 13) for key in keys)]
    top = _top(book, sheet, note, heads, len(fixed))
    learners = sorted(audit.learners, key=lambda x: (words.natural(x.household_id), words.natural(x.carer_id)))
    for number, learner in enumerate(learners, start=top + 1):
        own = {course.title.casefold(): course for course in learner.courses}
        old = sum(course.state == "expired" for course in learner.courses)
        cells: list[Any] = [learner.carer_id, learner.household_id, learner.worker_id, old]
        cells += [_course(own[key], audit.run.as_of) if key in own else None for key in keys]
        book.row(sheet, number, heads, cells)
    _frame(book, sheet, top, len(learners), heads, 2)


def _course(course: Course, as_of: dt.date) -> Shaded:
    """A cell: "Done 3 May 2025", "Expired 1 February 2026, booked for 3 May 2026"."""
    booked = f", booked for {_short(course.booked_for)}" if course.booked_for else ""
    if course.state == "expired":
        return Shaded(f"Expired {_short(course.expires_on)}{booked}", "Critical")
    if course.state == "done":
        if course.expires_on and course.expires_on <= as_of + RUNS_OUT:
            return Shaded(f"Runs out {_short(course.expires_on)}{booked}", "Major")
        return Shaded(f"Done {_short(course.on)}", "Done")
    if course.state == "booked":
        return Shaded(f"Booked for {_short(course.on)}", "In progress")
    if course.state == "not_completed":
        return Shaded(f"Booked for {_short(course.on)}, no completion on record", "Major")
    return Shaded(f"Asked for {_short(course.on)}" if course.on else "Asked for", "Accepted")


def visits(book: Book, audit: Audit) -> None:
    """Households by months: the number of visits of each kind, and where one was unannounced."""
    sheet = book.add(VISITS)
    lacking = _lacking(audit, ("households", "visits"))
    if lacking or not audit.visited:
        _empty(book, sheet, lacking or "There is no household open on the audit date.")
        return
    months = _months(audit.run.since, audit.run.as_of)
    note = _VISITS_NOTE.format(as_of=words.day(audit.run.as_of), since=words.day(audit.run.since))
    if months[0] > audit.run.since:
        note += f" Only the last {MOST_MONTHS} months are shown."
    fixed = [Column("Household", 10.5), Column("Worker", 8.5), Column("Visits", 7.5), Column("Unannounced", 12.5)]
    heads = [*fixed, *(Column(f"{MONTHS[m.month - 1][:3]} {m.year}", 12.5) for m in months)]
    top = _top(book, sheet, note, heads, len(heads))
    for number, home in enumerate(sorted(audit.visited, key=lambda x: words.natural(x.household_id)), start=top + 1):
        made = sum(count for month in home.months for _, count in month.kinds)
        unannounced = sum(month.unannounced for month in home.months)
        found = {month.month: month for month in home.months}
        cells: list[Any] = [home.household_id, home.worker_id, made, unannounced]
        cells += [_month(home, month, found.get(month)) for month in months]
        book.row(sheet, number, heads, cells)
    _frame(book, sheet, top, len(audit.visited), heads, 1)


def _months(since: dt.date, as_of: dt.date) -> list[dt.date]:
    """The first day of each month that the window touches, at most the last few."""
    month, last, found = since.replace(day=1), as_of.replace(day=1), []
    while month <= last:
        found.append(month)
        month = add_months(month, 1)
    return found[-MOST_MONTHS:]


def _month(home: Visited, month: dt.date, found: VisitMonth | None) -> Any:
    """A cell: "◆ 1 unannounced", "2 supervision" and so on, a line for each kind."""
    if found is None:
        early = home.approved_on is not None and home.approved_on >= add_months(month, 1)
        return Shaded("Not yet approved", "Accepted") if early else Shaded("None", "None")
    counts = dict(found.kinds)
    plain = counts.pop("unannounced", 0)
    lines = [f"◆ {found.unannounced} unannounced"] if found.unannounced else []
    within = found.unannounced - plain  # unannounced visits that the records call by another kind
    lines += [f"{count} {_KINDS.get(kind, 'other')}" for kind, count in counts.items()]
    if within and lines:
        lines[0] += f" ({within} of those below)" if plain else " (of those below)"
    if found.not_made:
        lines.append(f"{found.not_made} not made")
    return Shaded("\n".join(lines), "Done" if found.unannounced else "Plain")


def _lacking(audit: Audit, tables: Iterable[str]) -> str:
    supplied = {one.table for one in audit.run.inputs}
    lacking = [table for table in tables if table not in supplied]
    if not lacking:
        return ""
    return f"This sheet needs the tables {words.listed(lacking)}, which the audit did not read."


def _empty(book: Book, sheet: Any, why: str) -> None:
    sheet.set_column(0, 0, 90)
    sheet.write_string(0, 0, why, book.plain)


def _top(book: Book, sheet: Any, note: str, heads: list[Column], turned_from: int) -> int:
    """The note, and the heading row below it, whose number is given back; the headings of courses are turned."""
    for place, column in enumerate(heads):
        sheet.set_column(place, place, column.width, book.text)
    lines = textwrap.wrap(note, NOTE_WIDTH)
    for number, line in enumerate(lines):
        sheet.set_row(number, None, book.line)
        sheet.write_string(number, 0, line, book.line)
    if turned_from < len(heads):
        sheet.set_row(len(lines), 105)
    for place, column in enumerate(heads):
        sheet.write_string(len(lines), place, column.heading, book.head_turned if place >= turned_from else book.head)
    return len(lines)


def _frame(book: Book, sheet: Any, top: int, rows: int, heads: list[Column], frozen: int) -> None:
    """Frozen panes, filters, and the page: as many pages across as keep the print readable."""
    sheet.freeze_panes(top + 1, frozen)
    sheet.autofilter(top, 0, top + rows, len(heads) - 1)
    pages = 1 + int(sum(column.width for column in heads) / WIDEST_PAGE)
    book.page(sheet, sheet.get_name(), repeat=(top, top), pages=pages)
    if pages > 1:
        sheet.repeat_columns(0, frozen - 1)


def _short(day: dt.date | None) -> str:
    """3 May 2025, with the month in three letters so that it fits a cell."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}" if day else "no date"
