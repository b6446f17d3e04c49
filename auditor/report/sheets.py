"""Audit sheets for the picked cases: a page to print and write on, and a workbook to fill in and give back.

The questions are those of the register that no rule answers. `auditor.sheetfile` reads the filled workbook.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from auditor.model import Audit
from auditor.report import paper
from auditor.report.sheetview import Sheet, sheets
from auditor.report.words import clean
from auditor.sheetfile import ANSWERS, COLUMNS, HEADINGS, SHEET

LONGEST_CELL = 32_000
WIDTHS = {"Case": 12, "Of": 12, "Provision": 16, "Question": 70, "Answer": 12, "Comment": 60, "Auditor": 20, "Date": 13}
HOW_TO = (
    "Audit sheets for the cases that an inspector would probably open first",
    "Open each file, visit or ask, and answer on the sheet Answers: met, not met or not seen. Not seen means that you "
    "could not find out; it is neither a pass nor a failing.",
    "Fill in the yellow columns only: Answer, Comment, Auditor (your name) and Date. A line without an answer is left "
    "out. Do not change the other columns: they say which case and question the answer belongs to.",
    "Give the file back with: auditor run EXPORT --sheets sheets.xlsx. The answers stand apart in the report and count "
    "in no rate.",
)


def write_page(audit: Audit, path: Path) -> None:
    """Write `sheets.html`: the pick with its reasons, then a sheet for each case, each on a page of its own."""
    name = audit.run.service_name
    title = "Files to check by hand" + (f", {clean(audit.run.scope)}" if audit.run.scope else "")
    paper.write(
        path,
        "sheets.html.j2",
        title=title,
        service=clean(name) if name else "",
        run=audit.run,
        sheets=sheets(audit),
        answers=ANSWERS,
    )


def write_workbook(audit: Audit, path: Path) -> None:
    """Write `sheets.xlsx`: how to fill it in, why each case was picked, and a line for each question."""
    import xlsxwriter

    day = audit.run.as_of
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "d mmm yyyy",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Audit sheets", "created": dt.datetime(day.year, day.month, day.day)})
        formats = _formats(book)
        filled = sheets(audit)
        _how_to(book.add_worksheet("How to fill in"), formats)
        _reasons(book.add_worksheet("Why picked"), formats, filled)
        _answers(book.add_worksheet(SHEET), formats, filled)


def _formats(book: Any) -> dict[str, Any]:
    font = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
    return {
        "text": book.add_format(font),
        "head": book.add_format({**font, "bold": True, "bottom": 2, "bg_color": "#F3F2F1"}),
        "title": book.add_format({**font, "bold": True, "font_size": 14}),
        "fill": book.add_format({**font, "bg_color": "#FFFBE6", "border": 1, "border_color": "#B1B4B6"}),
        "day": book.add_format(
            {
                **font,
                "bg_color": "#FFFBE6",
                "border": 1,
                "border_color": "#B1B4B6",
                "num_format": "d mmm yyyy",
                "align": "left",
            }
        ),
    }


def _height(text: str, width: int) -> float:
    """The height of a row for a text in a column: nobody measures it for a workbook that is only written."""
    return 16.0 * (1 + len(text) // (width - 8))


def _paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _how_to(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(HOW_TO):
        sheet.write_string(row, 0, line, formats["text" if row else "title"])
    _paper(sheet)


def _reasons(sheet: Any, formats: dict[str, Any], filled: tuple[Sheet, ...]) -> None:
    columns = (("Case", 22), ("Lives or works with", 30), ("Why", 100))
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats["head"])
    for row, one in enumerate(filled, start=1):
        sheet.set_row(row, sum(_height(reason, 100) for reason in one.because))
        for place, text in enumerate((one.label, one.where, "\n".join(one.because))):
            sheet.write_string(row, place, text[:LONGEST_CELL], formats["text"])
    sheet.freeze_panes(1, 0)
    _paper(sheet)


def _answers(sheet: Any, formats: dict[str, Any], filled: tuple[Sheet, ...]) -> None:
    for place, heading in enumerate(COLUMNS):
        sheet.set_column(place, place, WIDTHS[heading])
        sheet.write_string(0, place, heading, formats["head"])
    row = 0
    for one in filled:
        for asked in one.questions:
            row += 1
            sheet.set_row(row, _height(asked.question, WIDTHS["Question"]))
            known = (HEADINGS[one.case.table], one.case.id, asked.cite, asked.question)
            for place, text in enumerate(known):
                sheet.write_string(row, place, clean(text)[:LONGEST_CELL], formats["text"])
            for place, text in enumerate((asked.answer, asked.comment, asked.auditor), start=len(known)):
                sheet.write_string(row, place, clean(text)[:LONGEST_CELL], formats["fill"])
            if asked.on is not None:
                sheet.write_datetime(row, len(COLUMNS) - 1, dt.datetime.combine(asked.on, dt.time()), formats["day"])
            else:
                sheet.write_blank(row, len(COLUMNS) - 1, None, formats["day"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(row, 1), len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.data_validation(
        1,
        COLUMNS.index("Answer"),
        max(row, 1),
        COLUMNS.index("Answer"),
        {
            "validate": "list",
            "source": list(ANSWERS),
            "error_title": "Not one of the answers",
            "error_message": f"Write {', '.join(ANSWERS[:-1])} or {ANSWERS[-1]}.",
        },
    )
    _paper(sheet)
