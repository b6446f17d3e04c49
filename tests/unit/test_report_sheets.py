"""Audit sheets: every question once for each case, filled in and read back; what is wrong is told with its place."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from test_report_sample import AS_OF, HOSTILE, make_audit

from auditor import pick
from auditor.errors import UsageError
from auditor.model import ByHand, Picked
from auditor.report import sheets
from auditor.report.pick import by_hand_line, pick_line
from auditor.report.results import text
from auditor.sheetfile import COLUMNS, read

PICK = (
    Picked("children", "C-1", "HH-1", "W-1", 5, 4, ("The child went missing.",), ("a" * 16,)),
    Picked("households", "HH-1", "HH-1", "W-1", 2, 4, ("An allegation was made.",)),
)
AUDIT = replace(make_audit(findings=3), pick=PICK)
LINE = ("child", "C-1", "NMS 1.1", "", "Met", "Seen in the log.", "A. Manager", "30/03/2026")


def written(path: Path) -> list[list]:
    sheets.write_workbook(AUDIT, path)
    return CalamineWorkbook.from_path(path).get_sheet_by_name("Answers").to_python()


def filled(path: Path, *lines: tuple, heading: tuple = COLUMNS, name: str = "Answers") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate((heading, *lines)):
            for place, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(
                        row, place, dt.datetime.combine(cell, dt.time()), book.add_format({"num_format": "dd/mm/yyyy"})
                    )
                else:
                    sheet.write(row, place, cell)
    return path


def test_the_workbook_has_a_line_for_each_question_of_each_case(tmp_path: Path) -> None:
    rows = written(tmp_path / "sheets.xlsx")
    assert tuple(rows[0]) == COLUMNS
    asked = [(row[0], row[1], row[2]) for row in rows[1:]]
    wanted = [("child", "C-1", p.cite) for p in pick.questions("children")]
    wanted += [("household", "HH-1", p.cite) for p in pick.questions("households")]
    assert asked == wanted
    assert all(row[3] for row in rows[1:])


def test_a_filled_sheet_is_read_back(tmp_path: Path) -> None:
    path = filled(
        tmp_path / "a.xlsx", LINE, ("Household", "HH-1", "NMS 21.1", "", "NOT SEEN", "", "B", dt.date(2026, 3, 1))
    )
    first, second = read([path], AS_OF)
    assert (first.table, first.id, first.cite, first.answer) == ("children", "C-1", "NMS 1.1", "met")
    assert (first.comment, first.auditor, first.on) == ("Seen in the log.", "A. Manager", dt.date(2026, 3, 30))
    assert (second.table, second.answer, second.on) == ("households", "not seen", dt.date(2026, 3, 1))


def test_an_untouched_workbook_gives_no_answer(tmp_path: Path) -> None:
    sheets.write_workbook(AUDIT, tmp_path / "sheets.xlsx")
    assert read([tmp_path / "sheets.xlsx"], AS_OF) == ()


def test_answers_stand_in_the_next_sheet(tmp_path: Path) -> None:
    answers = read([filled(tmp_path / "a.xlsx", LINE)], AS_OF)
    sheets.write_workbook(replace(AUDIT, by_hand=answers), tmp_path / "next.xlsx")
    assert read([tmp_path / "next.xlsx"], AS_OF) == answers


def test_of_two_files_the_later_day_stands(tmp_path: Path) -> None:
    late = filled(tmp_path / "late.xlsx", LINE)
    early = filled(tmp_path / "early.xlsx", (*LINE[:4], "not met", "", "B", "01/02/2026"))
    assert [one.answer for one in read([late, early], AS_OF)] == ["met"]
    assert [one.answer for one in read([early, late], AS_OF)] == ["met"]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ((*LINE[:4], "perhaps", *LINE[5:]), "Answer", "write met, not met or not seen"),
        ((*LINE[:4], "", *LINE[5:]), "Answer", "write met, not met or not seen"),
        ((*LINE[:2], "NMS 1.11111", *LINE[3:]), "Provision", "no provision with a question"),
        (("kitten", *LINE[1:]), "Of", "child or household"),
        (("child", "", *LINE[2:]), "Case", "missing"),
        ((*LINE[:6], "", LINE[7]), "Auditor", "name of the person"),
        ((*LINE[:7], "soon"), "Date", "31/03/2026"),
        ((*LINE[:7], "01/04/2026"), "Date", "after the audit date"),
    ],
)
def test_what_is_wrong_is_told_with_file_sheet_row_and_column(
    tmp_path: Path, line: tuple, column: str, words: str
) -> None:
    path = filled(tmp_path / "back.xlsx", ("",) * 8, line)
    with pytest.raises(UsageError) as raised:
        read([path], AS_OF)
    assert f"back.xlsx, sheet Answers, row 3, column {column}: " in str(raised.value)
    assert words in str(raised.value)
    assert "perhaps" not in str(raised.value) and "Seen in the log" not in str(raised.value)


def test_one_question_may_be_answered_once_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="row 3, column Provision: this question is answered twice"):
        read([filled(tmp_path / "a.xlsx", LINE, LINE)], AS_OF)


@pytest.mark.parametrize("content", [b"", b"name,answer\n", b"PK\x03\x04 not a workbook"])
def test_a_file_that_is_no_workbook_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.xlsx is not an XLSX workbook"):
        read([tmp_path / "a.xlsx"], AS_OF)


def test_another_workbook_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sheet called Answers"):
        read([filled(tmp_path / "a.xlsx", name="Findings")], AS_OF)
    with pytest.raises(UsageError, match="the column Auditor is missing"):
        read([filled(tmp_path / "b.xlsx", heading=COLUMNS[:6])], AS_OF)
    with pytest.raises(UsageError, match="cannot be read"):
        read([tmp_path / "none.xlsx"], AS_OF)


def test_the_page_is_escaped_and_the_workbook_holds_no_formula(tmp_path: Path) -> None:
    answers = tuple(
        ByHand("children", "C-1", p.cite, p.question, "met", nasty, nasty, AS_OF)
        for p, nasty in zip(pick.questions("children"), HOSTILE, strict=False)
    )
    audit = replace(AUDIT, by_hand=answers)
    sheets.write_page(audit, tmp_path / "sheets.html")
    page = (tmp_path / "sheets.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "\x1b" not in page
    sheets.write_workbook(audit, tmp_path / "sheets.xlsx")
    import zipfile

    with zipfile.ZipFile(tmp_path / "sheets.xlsx") as archive:
        inside = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert inside and not any(b"<f>" in content for content in inside)


def test_answers_stand_in_the_results_apart_from_the_rates() -> None:
    answer = ByHand("children", "C-1", "NMS 1.1", "?", "not met", "c", "a", AS_OF)
    plain, answered = (json.loads(text(audit)) for audit in (AUDIT, replace(AUDIT, by_hand=(answer,))))
    assert answered["by_hand"]["counts"] == {"met": 0, "not_met": 1, "not_seen": 0}
    assert answered["rules"] == plain["rules"] and answered["judgements"] == plain["judgements"]
    assert [case["subject"]["id"] for case in plain["pick"]] == ["C-1", "HH-1"]


def test_each_is_one_line_in_the_terminal() -> None:
    answer = ByHand("children", "C-1", "NMS 1.1", "?", "not met", "c", "a", AS_OF)
    assert pick_line(AUDIT) == "An inspector would probably open first: children C-1; households HH-1."
    assert by_hand_line(replace(AUDIT, by_hand=(answer,))).startswith(
        "Checked by hand: 1 answer (0 met, 1 not met, 0 not seen)"
    )
    assert by_hand_line(AUDIT) == ""
