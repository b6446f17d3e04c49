"""The tracker's other sheets: the cover, what falls due, the rules, what was not assessed, and the data."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import Any

from auditor.model import Audit
from auditor.report import words
from auditor.report.groups import Line
from auditor.report.results import sorted_issues
from auditor.report.tracker.book import LONGEST_CELL, MOST_ROWS, Book, Column
from auditor.report.view import View
from auditor.report.words import day

COVER = (Column("", 34), Column("", 24), Column("", 90))
HOW = (
    "Fill in the yellow columns Owner, Target date, Status and Notes, on the sheet Findings or on a worker’s own sheet.",
    "Leave the column Fingerprint, and the headings, as they are. You may sort, filter and hide columns.",
    "At the next audit, give this file with --tracker: what was written stays with each finding, what is no longer found "
    "goes to a sheet of its own, and what is new is marked.",
)


def cover(book: Book, view: View, held: dict[str, list[Line]]) -> None:
    """What this is, what it found, how to use it, and whose sheets are in it."""
    sheet = book.add("About")
    for place, column in enumerate(COVER):
        sheet.set_column(place, place, column.width)
    sheet.write_string(0, 0, f"{view.title}, as of {day(view.audit.run.as_of)}"[:LONGEST_CELL], book.title)
    row = 2
    for name, value in view.facts:
        book.cell(sheet, row, 0, name)
        sheet.write_string(row, 1, value[:LONGEST_CELL], book.line)
        row += 1
    row = _table(book, sheet, row + 1, ("Indicative judgement", "Grade", "Because"), _judgements(view))
    row = _prose(book, sheet, row + 1, (view.totals, words.EVIDENCE_WORDS, words.DISCLAIMER, *_lost(view, held)))
    row += 2
    sheet.write_string(row, 0, "How to use it", book.heading)
    row = _prose(book, sheet, row, HOW)
    rows = [(worker, f"{len(lines):,}", _grades(lines)) for worker, lines in held.items()]
    if rows:
        _table(book, sheet, row + 2, ("Supervising social worker", "Findings", "Of these"), rows)
    book.page(sheet, "About")


def _judgements(view: View) -> list[tuple]:
    return [(j.label, j.grade.capitalize(), " ".join(j.because)) for j in view.judgements]


def _lost(view: View, held: dict[str, list[Line]]) -> list[str]:
    notes = []
    without = {line.finding.worker_id for line in view.lines if line.finding.worker_id} - set(held)
    if without:
        notes.append(
            f"Only the workers with the most findings ({len(held):,}) have a sheet of their own. Filter the sheet Findings for "
            f"the other {len(without):,}."
        )
    if len(view.lines) > MOST_ROWS:
        notes.append(f"A sheet holds {MOST_ROWS:,} rows; the other findings are in findings.json.")
    if view.audit.gone:
        number = words.count(len(view.audit.gone), "finding")
        notes.append(f"{number} of the earlier tracker not found in this audit: see the sheet No longer found.")
    return notes


def _grades(lines: list[Line]) -> str:
    parts = [(grade, sum(x.counts and x.finding.grade == grade for x in lines)) for grade in words.GRADE_LABELS]
    return ", ".join(f"{number:,} {grade}" for grade, number in parts if number)


def _table(book: Book, sheet: Any, row: int, headings: tuple[str, ...], rows: list[tuple]) -> int:
    for place, heading in enumerate(headings):
        sheet.write_string(row, place, heading, book.head)
    for values in rows:
        row += 1
        book.row(sheet, row, COVER, values)
    return row


def _prose(book: Book, sheet: Any, row: int, paragraphs: tuple[str, ...]) -> int:
    """Sentences over the width of the cover, a row for each line."""
    for line in (line for text in paragraphs for line in textwrap.wrap(text, 150)):
        row += 1
        sheet.write_string(row, 0, line, book.line)
    return row


def coming(book: Book, view: View) -> None:
    """What falls due in the 12 weeks after the audit date, the soonest first, with the week it falls in."""
    columns = (
        Column("Due", 12),
        Column("When", 16),
        Column("What", 60),
        Column("For", 26),
        Column("Household", 12),
        Column("Worker", 10),
        Column("Rule", 32),
    )
    as_of = view.audit.run.as_of
    rows = (
        (c.due_on, _when(c.due_on, as_of), c.what or c.rule_title, c.subject, c.household, c.worker, c.rule)
        for c in view.coming
    )
    sheet, number = book.sheet("Coming due", columns, rows)
    sheet.print_area(0, 0, max(number, 1), len(columns) - 2)


def _when(due_on: dt.date, as_of: dt.date) -> str:
    days = (due_on - as_of).days
    if days < 7:
        return "Within a week"
    return "Within 4 weeks" if days <= 28 else "Within 12 weeks"


def rules(book: Book, view: View) -> None:
    """Every rule with its counts and rate."""
    widths = (
        *(("Provision", 22), ("Rule", 60), ("Judgement", 30), ("Type", 16), ("Status", 18), ("Met", 8), ("Not met", 9)),
        *(("Not evidenced", 11), ("Not yet due", 10), ("Accepted", 10), ("Rate", 9), ("In words", 70), ("Id", 34)),
    )
    rows = []
    for rule in view.rules:
        c, assessed = rule.counts, rule.status == "assessed"
        counts = (c.met, c.breach, c.not_evidenced, c.pending, c.waived, c.rate) if assessed else (None,) * 6
        head = (rule.cites, rule.title, words.AREA_LABELS[rule.area], rule.type_label, rule.status_label)
        rows.append((*head, *counts, rule.sentence, rule.id))
    book.sheet("Rules", [Column(*width) for width in widths], rows)


def gaps(book: Book, view: View) -> None:
    """The rules that were not assessed, and the provisions left to a person."""
    rows = [
        (rule.cites, rule.title, rule.status_label, rule.reason, rule.id)
        for status in ("error", "not_assessed", "not_applicable")
        for rule in view.statuses[status]
    ]
    widths = (("Provision", 22), ("Rule", 60), ("Status", 22), ("Why", 70), ("Id", 34))
    book.sheet("Not assessed", [Column(*width) for width in widths], rows)
    unlooked = ((g.heading, *row) for g in view.unlooked for row in g.rows)
    widths = (("Why it stands here", 34), ("Provision", 18), ("Matter", 40), ("What was not judged", 70), ("Ask", 70))
    book.sheet("For a person to check", [Column(*width) for width in widths], unlooked)


def data(book: Book, audit: Audit) -> None:
    """What could not be read in the export."""
    widths = (("Table", 20), ("File or sheet", 26), ("Row", 9), ("Column", 22), ("Problem", 70), ("Effect", 40))
    rows = ((i.table, i.source, i.row, i.column, i.problem, i.effect) for i in sorted_issues(audit.data_issues))
    book.sheet("Data issues", [Column(*width) for width in widths], rows)
