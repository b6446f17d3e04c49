"""The workbook: what a person finds in it, and that no text from a record can act."""

import dataclasses
import datetime as dt
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from test_report_sample import make_audit

from auditor.model import Evidence
from auditor.report import workbook
from auditor.report.tracker.book import LONGEST_CELL


@pytest.fixture(scope="module")
def audit():
    return make_audit(hostile=1)


@pytest.fixture(scope="module")
def path(tmp_path_factory, audit):
    path = tmp_path_factory.mktemp("book") / "findings.xlsx"
    workbook.write(audit, path)
    return path


def sheet(path, name):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def parts(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


def test_nothing_is_a_formula_a_link_or_a_merged_cell(path):
    for name, text in parts(path).items():
        if name.startswith("xl/worksheets/sheet"):
            assert "<f>" not in text and "<f " not in text and "hyperlink" not in text and "mergeCell" not in text
        assert "externalLink" not in name and 'TargetMode="External"' not in text


def test_dates_are_dates_and_numbers_are_numbers(path, audit):
    rows = sheet(path, "Findings")
    due, late, mark = (rows[0].index(name) for name in ("Due", "Days late", "Fingerprint"))
    known = {f.fingerprint: f for f in audit.findings}
    for row in rows[1:]:
        finding = known[row[mark]]
        assert row[due] == (finding.due_on or "")
        assert row[late] == ("" if finding.days_late is None else finding.days_late)


def test_the_cover_says_what_it_is_in_its_first_cell(path):
    rows = sheet(path, "About")
    assert rows[0][0] == "Self-audit of Sample Fostering, as of 31 March 2026"
    assert any("not a judgement by Ofsted" in str(cell) for row in rows for cell in row)
    assert ["Overall", "Inadequate"] in [row[:2] for row in rows]


def test_all_sheets_are_there_and_whole(path, audit):
    assert len(sheet(path, "Rules")) == len(audit.rules) + 1
    assert len(sheet(path, "Not assessed")) == 5
    assert len(sheet(path, "Coming due")) == len(audit.coming_due) + 1
    assert len(sheet(path, "Data issues")) == len(audit.data_issues) + 1


def test_a_text_too_long_for_a_cell_is_cut(tmp_path):
    audit = make_audit(findings=1, hostile=0)
    long = dataclasses.replace(
        audit.findings[0], message="word " * 20_000, evidence=(Evidence("visits", "V" * 40_000),)
    )
    workbook.write(dataclasses.replace(audit, findings=(long,)), tmp_path / "long.xlsx")
    row = sheet(tmp_path / "long.xlsx", "Findings")[1]
    assert max(len(cell) for cell in row if isinstance(cell, str)) == LONGEST_CELL


def test_the_same_audit_gives_the_same_bytes_and_leaves_nothing_behind(tmp_path, path, audit):
    again = tmp_path / "again.xlsx"
    workbook.write(audit, again)
    assert again.read_bytes() == path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["again.xlsx"]
    core = parts(path)["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-03-31T00:00:00Z"}
    with zipfile.ZipFile(path) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
    assert dt.date(2026, 3, 31) == audit.run.as_of
