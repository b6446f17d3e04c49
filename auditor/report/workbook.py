"""The XLSX workbook: a row for each finding with columns to fill, and sheets for rules, gaps, what comes due and data.

Text from records is always written as text, so none of it can become a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from auditor.model import Audit
from auditor.report import words
from auditor.report.results import sorted_issues
from auditor.report.view import View, build
from auditor.report.words import clean, day

MOST_ROWS = 1_000_000
STATUSES = ("Open", "In progress", "Done", "Accepted")
LONGEST_CELL = 32_000
TRACKING = "To follow up: on the sheet Findings, fill in the yellow columns Owner, Target date, Status and Notes."
FINDING_COLUMNS = (
    ("Grade", 10),
    ("Outcome", 14),
    ("State", 12),
    ("Household", 13),
    ("Child", 12),
    ("Worker", 11),
    ("Person", 12),
    ("Subject", 22),
    ("Provision", 20),
    ("Type", 16),
    ("Requirement", 44),
    ("Finding", 70),
    ("What to do", 50),
    ("From", 12),
    ("Due", 12),
    ("Done", 12),
    ("Days late", 10),
    ("Missing", 30),
    ("Evidence", 44),
    ("Owner", 16),
    ("Target date", 13),
    ("Status", 13),
    ("Notes", 40),
    ("Rule", 30),
    ("Fingerprint", 20),
)
TARGET, STATUS = 20, 21


class _Book:
    """A workbook with the formats that all sheets use."""

    def __init__(self, path: Path, as_of: dt.date):
        # Each row is written out as it comes, into the folder of the workbook: nothing from a record is ever left
        # in a temporary folder that others share.
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "default_date_format": "d mmm yyyy",
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"title": "Self-audit", "created": dt.datetime(as_of.year, as_of.month, as_of.day)})
        font = {"font_name": "Arial", "font_size": 11, "valign": "top"}
        self.text = self.book.add_format({**font, "text_wrap": True})
        self.day = self.book.add_format({**font, "num_format": "d mmm yyyy", "align": "left"})
        self.head = self.book.add_format({**font, "bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#F3F2F1"})
        self.title = self.book.add_format({**font, "bold": True, "font_size": 16})
        self.fill = self.book.add_format({**font, "text_wrap": True, "bg_color": "#FFFBE6", "num_format": "d mmm yyyy"})

    def sheet(
        self, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], fill: Sequence[str] = ()
    ) -> tuple[Any, int]:
        """A sheet with a frozen header row, filters, and a table of rows. The columns named in `fill` are for people
        to fill in. Returns the sheet and its number of rows."""
        sheet = self.book.add_worksheet(name)
        for place, (heading, width) in enumerate(columns):
            sheet.set_column(place, place, width, self.fill if heading in fill else self.text)
        for place, (heading, _) in enumerate(columns):
            sheet.write_string(0, place, heading, self.head)
        number = 0
        for row in itertools.islice(rows, MOST_ROWS):
            number += 1
            for place, value in enumerate(row):
                self.cell(sheet, number, place, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet, number

    def cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write one value: a date as a date, a number as a number, anything else as text. Empty ones stay empty."""
        if value is None or value == "":
            return
        if isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), self.day)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.text)
        else:
            sheet.write_string(row, column, clean(str(value))[:LONGEST_CELL], self.text)


def write(audit: Audit, path: Path) -> None:
    """Write the workbook of an audit to `path`."""
    view = build(audit)
    book = _Book(path, audit.run.as_of)
    _cover(book, view)
    _findings(book, view)
    _rules(book, view)
    _gaps(book, view)
    unlooked = ((g.heading, *row) for g in view.unlooked for row in g.rows)
    columns = (("Why it stands here", 34), ("Provision", 18), ("Matter", 40), ("What was not judged", 70), ("Ask", 70))
    book.sheet("For a person to check", columns, unlooked)
    coming = ((c.due_on, c.what or c.rule_title, c.subject, c.household, c.worker, c.rule) for c in view.coming)
    book.sheet(
        "Coming due", (("Due", 13), ("What", 70), ("For", 26), ("Household", 14), ("Worker", 12), ("Rule", 32)), coming
    )
    issues = ((i.table, i.source, i.row, i.column, i.problem, i.effect) for i in sorted_issues(audit.data_issues))
    book.sheet(
        "Data issues",
        (("Table", 20), ("File or sheet", 26), ("Row", 9), ("Column", 22), ("Problem", 70), ("Effect", 40)),
        issues,
    )
    book.book.close()


def _cover(book: _Book, view: View) -> None:
    sheet = book.book.add_worksheet("About")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, f"{view.title}, as of {day(view.audit.run.as_of)}"[:LONGEST_CELL], book.title)
    row = 2
    for name, value in view.facts:
        book.cell(sheet, row, 0, name)
        book.cell(sheet, row, 1, value)
        row += 1
    row += 1
    for place, heading in enumerate(("Indicative judgement", "Grade", "Because")):
        sheet.write_string(row, place, heading, book.head)
    for judgement in view.judgements:
        row += 1
        for place, value in enumerate((judgement.label, judgement.grade.capitalize(), " ".join(judgement.because))):
            book.cell(sheet, row, place, value)
    row += 2
    notes = [view.totals, words.EVIDENCE_WORDS, words.DISCLAIMER, TRACKING]
    if len(view.lines) > MOST_ROWS:
        notes.append(f"A sheet holds {MOST_ROWS:,} rows; the other findings are in findings.json.")
    for line in notes:
        sheet.write_string(row, 0, line)
        row += 1


def _findings(book: _Book, view: View) -> None:
    worst_first = sorted(view.lines, key=lambda line: (line.rank[:2], words.natural(line.household)))
    rows = (_finding(line) for line in worst_first)
    sheet, number = book.sheet("Findings", FINDING_COLUMNS, rows, fill=("Owner", "Target date", "Status", "Notes"))
    last = max(number, 1)
    sheet.data_validation(1, STATUS, last, STATUS, {"validate": "list", "source": list(STATUSES)})
    sheet.data_validation(
        1,
        TARGET,
        last,
        TARGET,
        {"validate": "date", "criteria": ">=", "value": dt.date(2000, 1, 1), "ignore_blank": True},
    )
    sheet.freeze_panes(1, 4)


def _finding(line: Any) -> tuple:
    f = line.finding
    return (
        line.tag,
        words.OUTCOME_LABELS[f.outcome],
        words.STATE_LABELS[f.state] if f.state and f.outcome == "breach" else "",
        f.household_id,
        f.child_id,
        f.worker_id,
        f.person_id,
        line.subject,
        line.cites,
        words.TYPE_LABELS[f.type],
        line.rule_title,
        line.message,
        line.remedy,
        f.trigger_on,
        f.due_on,
        f.done_on,
        f.days_late,
        "; ".join(line.missing),
        "; ".join(line.evidence),
        None,
        None,
        None,
        None,
        f.rule,
        f.fingerprint,
    )


def _rules(book: _Book, view: View) -> None:
    columns = (
        ("Provision", 22),
        ("Rule", 60),
        ("Judgement", 30),
        ("Type", 16),
        ("Status", 18),
        ("Met", 8),
        ("Not met", 9),
        ("Not evidenced", 11),
        ("Not yet due", 10),
        ("Accepted", 10),
        ("Rate", 9),
        ("In words", 70),
        ("Id", 34),
    )
    rows = (
        (
            rule.cites,
            rule.title,
            words.AREA_LABELS[rule.area],
            rule.type_label,
            rule.status_label,
            *(
                (
                    rule.counts.met,
                    rule.counts.breach,
                    rule.counts.not_evidenced,
                    rule.counts.pending,
                    rule.counts.waived,
                )
                if rule.status == "assessed"
                else (None,) * 5
            ),
            rule.counts.rate if rule.status == "assessed" else None,
            rule.sentence,
            rule.id,
        )
        for rule in view.rules
    )
    book.sheet("Rules", columns, rows)


def _gaps(book: _Book, view: View) -> None:
    rows = (
        (rule.cites, rule.title, rule.status_label, rule.reason, rule.id)
        for status in ("error", "not_assessed", "not_applicable")
        for rule in view.statuses[status]
    )
    book.sheet("Not assessed", (("Provision", 22), ("Rule", 60), ("Status", 22), ("Why", 70), ("Id", 34)), rows)
