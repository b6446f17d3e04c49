"""The action tracker as written: what each sheet holds, what can be filled in, and that no text from a record can act."""

import dataclasses
import datetime as dt
import html
import re
import time
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from test_report_sample import AS_OF, HOSTILE, make_audit

from auditor.model import Course, Learner, Visited, VisitMonth
from auditor.report import workbook
from auditor.report.tracker import findings
from auditor.report.tracker.book import LONGEST_NAME, sheet_name
from auditor.report.tracker.findings import COLUMNS, FILL, STATUSES, WORKER_COLUMNS
from auditor.report.words import clean

DAY = dt.date


def with_records(audit):
    """The audit with carers' courses and visits, every text hostile."""
    nasty = HOSTILE[3]
    courses = (
        Course(f"{nasty} course", "done", DAY(2025, 5, 3), DAY(2028, 5, 3)),
        Course("First aid", "expired", DAY(2022, 1, 4), DAY(2025, 1, 4), DAY(2026, 5, 9)),
        Course("Safer caring", "done", DAY(2023, 4, 20), DAY(2026, 4, 20)),
        Course("Online safety", "booked", DAY(2026, 6, 1), booked_for=DAY(2026, 6, 1)),
        Course("Prevent", "not_completed", DAY(2026, 2, 1)),
        Course("Attachment", "asked", DAY(2026, 3, 1)),
    )
    months = (
        VisitMonth(DAY(2025, 5, 1), (("supervision", 2), ("unannounced", 1)), 1, 0),
        VisitMonth(DAY(2025, 6, 1), (("supervision", 1),), 1, 0),
        VisitMonth(DAY(2025, 7, 1), (("child", 1),), 0, 2),
        VisitMonth(DAY(2025, 8, 1), (), 0, 1),
    )
    inputs = (*audit.run.inputs, *(dataclasses.replace(audit.run.inputs[0], table=t) for t in ("carers", "training")))
    return dataclasses.replace(
        audit,
        run=dataclasses.replace(audit.run, inputs=inputs),
        learners=(Learner("=C-1+1", f"{nasty}", "@W"), Learner("C-2", "HH-9", "W-1", courses)),
        visited=(
            Visited(f"{nasty}", None, None),
            Visited("HH-9", "W-1", DAY(2025, 5, 20), months),
        ),
    )


@pytest.fixture(scope="module")
def audit():
    return with_records(make_audit(hostile=1))


@pytest.fixture(scope="module")
def path(tmp_path_factory, audit):
    path = tmp_path_factory.mktemp("book") / "findings.xlsx"
    workbook.write(audit, path)
    return path


def sheet(path, name):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def names(path):
    return CalamineWorkbook.from_path(path).sheet_names


def parts(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


def xml_of(path, name) -> str:
    """The XML of a sheet by its name."""
    book = parts(path)
    listed = [html.unescape(name) for name in re.findall(r'<sheet name="([^"]+)"', book["xl/workbook.xml"])]
    return book[f"xl/worksheets/sheet{listed.index(name) + 1}.xml"]


def worker_sheets(path):
    """The sheets of workers: those with the columns to fill that are neither Findings nor hidden."""
    heads = [column.heading for column in WORKER_COLUMNS]
    return [name for name in names(path) if (rows := sheet(path, name)) and rows[0] == heads]


def test_nothing_in_any_sheet_is_a_formula_a_link_or_a_reference_outside(path):
    for name, text in parts(path).items():
        if name.startswith("xl/worksheets/sheet"):
            assert not re.search(r"<f[ >]", text), name
            assert "hyperlink" not in text and "mergeCell" not in text
            # What a record says is a string in the cell, never a number, an error or a truth value.
            assert not re.search(r'<c [^>]*t="(?:str|b|e)"', text), name
        assert "externalLink" not in name and 'TargetMode="External"' not in text


def test_the_main_sheet_has_a_row_for_each_finding_and_each_says_what_the_finding_says(path, audit):
    rows = sheet(path, "Findings")
    heads = [column.heading for column in COLUMNS]
    assert rows[0] == heads
    by_mark = {row[-1]: dict(zip(heads, row, strict=True)) for row in rows[1:]}
    assert set(by_mark) == {f.fingerprint for f in audit.findings} and len(rows) == len(audit.findings) + 1
    for f in audit.findings:
        row = by_mark[f.fingerprint]
        assert row["Rule"] == f.rule and row["Due"] == (f.due_on or "")
        assert (row["Household"], row["Child"], row["Worker"]) == tuple(
            clean(i) if i else "" for i in (f.household_id, f.child_id, f.worker_id)
        )
        assert row["Finding"].startswith(clean(f.message)) and row["What to do"] == clean(f.remedy)
        assert row["Status"] == "Open" and row["Owner"] == row["Target date"] == row["Notes"] == ""


def test_the_worst_stand_first_and_the_suggested_days_are_7_28_and_84(path, audit):
    rows = sheet(path, "Findings")
    heads = rows[0]
    grades = [
        row[heads.index("Grade")] for row in rows[1:] if row[heads.index("Grade")] in ("Critical", "Major", "Minor")
    ]
    assert grades == sorted(grades, key=("Critical", "Major", "Minor").index)
    days = {row[0]: row[heads.index("Put right by")] for row in rows[1:]}
    assert (days["Critical"] - AS_OF).days == 7 and (days["Major"] - AS_OF).days == 28
    assert (days["Minor"] - AS_OF).days == 84


@pytest.mark.parametrize("name", ["Findings", "first worker"])
def test_drop_downs_checks_filters_frozen_panes_and_colours_are_in_the_sheet(path, name):
    xml = xml_of(path, name if name == "Findings" else worker_sheets(path)[0])
    columns = COLUMNS if name == "Findings" else WORKER_COLUMNS
    letter = {c.heading: chr(ord("A") + n) for n, c in enumerate(columns) if n < 26}
    checks = dict(re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="(\w)2:', xml))
    assert checks == {"list": letter["Status"], "date": letter["Target date"]}
    assert '"' + ",".join(STATUSES) + '"' in xml.replace("&quot;", '"')
    assert 'state="frozen"' in xml and 'ySplit="1"' in xml and "<autoFilter" in xml
    coloured = set(re.findall(r'<conditionalFormatting sqref="(\w)2:', xml))
    assert {letter["Grade"], letter["Status"], letter["Target date"]} <= coloured
    assert re.search(r'<pageSetup paperSize="9"[^>]*orientation="landscape"', xml) and 'fitToHeight="0"' in xml


def test_the_heading_row_is_repeated_and_only_the_columns_to_work_with_are_printed(path):
    book = parts(path)["xl/workbook.xml"]
    titles = re.findall(r'<definedName name="_xlnm.Print_Titles"[^>]*>([^<]+)<', book)
    assert "Findings!$1:$1" in titles and any(re.fullmatch(r"Visits!\$(\d+):\$\1", title) for title in titles)
    areas = re.findall(r'<definedName name="_xlnm.Print_Area"[^>]*>([^<]+)<', book)
    assert any(area.startswith("Findings!$A$1:$N$") for area in areas)


def test_a_grade_is_a_word_wherever_it_has_a_colour(path):
    rows = sheet(path, "Findings")
    assert {row[0] for row in rows[1:]} <= {"Critical", "Major", "Minor", "Accepted", "Read the record"}


def test_each_supervising_social_worker_has_a_sheet_with_just_their_findings(path, audit):
    held = {}
    for name in worker_sheets(path):
        rows = sheet(path, name)
        held[name] = {row[-1] for row in rows[1:]}
    wanted = {}
    for f in audit.findings:
        if f.worker_id:
            wanted.setdefault(f.worker_id, set()).add(f.fingerprint)
    assert sorted(map(sorted, held.values())) == sorted(map(sorted, wanted.values()))


def test_workers_beyond_those_with_a_sheet_are_told_on_the_first_sheet(tmp_path, audit, monkeypatch):
    monkeypatch.setattr(findings, "MOST_SHEETS", 1)
    workbook.write(audit, tmp_path / "few.xlsx")
    workers = {f.worker_id for f in audit.findings if f.worker_id}
    assert len(workers) > 1
    told = " ".join(str(cell) for row in sheet(tmp_path / "few.xlsx", "About") for cell in row)
    assert (
        "Only the workers with the most findings (1) have a sheet of their own. Filter the sheet Findings for the other "
        f"{len(workers) - 1}."
    ) in told


def test_sheet_names_are_legal_and_unique(path):
    found = names(path)
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert 1 <= len(name) <= LONGEST_NAME and not re.search(r"[\[\]:*?/\\]", name)
        assert name[0] != "'" and name[-1] != "'" and name.casefold() != "history"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("W-03", "W-03"),
        ("W/03: [a]*?\\", "W-03- -a-"),
        ("'quoted'", "quoted"),
        ("History", "History-"),
        ("", "Sheet"),
        ("x" * 40, "x" * 31),
        ("🙂" * 20, "🙂" * 15),
    ],
)
def test_a_sheet_name_is_made_legal(wanted, name):
    assert sheet_name(wanted) == name


def test_a_name_that_is_taken_gets_a_number_whatever_its_case():
    assert sheet_name("w-03", {"w-03", "w-03 (2)"}) == "w-03 (3)"
    long = sheet_name("X" * 40, {"x" * 31})
    assert long == "X" * 27 + " (2)" and len(long) == 31


def test_a_worker_called_like_a_sheet_takes_no_sheet_of_the_tracker(tmp_path):
    audit = make_audit(findings=3, hostile=0)
    findings = tuple(
        dataclasses.replace(f, worker_id=w)
        for f, w in zip(audit.findings, ("Findings", "As written", "about"), strict=True)
    )
    workbook.write(dataclasses.replace(audit, findings=findings), tmp_path / "t.xlsx")
    assert {"Findings (2)", "As written (2)", "about (2)"} <= set(names(tmp_path / "t.xlsx"))
    assert sheet(tmp_path / "t.xlsx", "As written")[0][0] == "auditor-tracker/1"


def matrix(path, name, first):
    """The rows of a matrix from its heading row, which stands below a note."""
    rows = sheet(path, name)
    top = next(n for n, row in enumerate(rows) if row[0] == first)
    assert "open on 31 March 2026" in " ".join(row[0] for row in rows[:top])
    return rows[top:]


def test_the_training_matrix_says_state_and_date_of_each_course(path, audit):
    rows = matrix(path, "Training", "Carer")
    heads = rows[0]
    assert heads[:4] == ["Carer", "Household", "Worker", "Out of date"]
    assert clean(f"{HOSTILE[3]} course") in heads
    row = dict(zip(heads, next(row for row in rows[1:] if row[0] == "C-2"), strict=True))
    assert row["Out of date"] == 1
    assert row["First aid"] == "Expired 4 Jan 2025, booked for 9 May 2026"
    assert row["Safer caring"] == "Runs out 20 Apr 2026"
    assert row[clean(f"{HOSTILE[3]} course")] == "Done 3 May 2025"
    assert row["Online safety"] == "Booked for 1 Jun 2026"
    assert row["Prevent"] == "Booked for 1 Feb 2026, no completion on record"
    assert row["Attachment"] == "Asked for 1 Mar 2026"
    other = next(row for row in rows[1:] if row[0] == "=C-1+1")
    assert set(other[4:]) == {""}


def test_the_visits_matrix_counts_by_month_and_marks_unannounced_visits(path):
    rows = matrix(path, "Visits", "Household")
    heads = rows[0]
    assert heads[4:] == [
        *(f"{m} 2025" for m in ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")),
        *(f"{m} 2026" for m in ("Jan", "Feb", "Mar")),
    ]
    row = dict(zip(heads, next(row for row in rows[1:] if row[0] == "HH-9"), strict=True))
    assert row["Visits"] == 5 and row["Unannounced"] == 2
    assert row["Apr 2025"] == "Not yet approved"  # approved on 20 May
    assert row["May 2025"] == "◆ 1 unannounced\n2 supervision"
    assert row["Jun 2025"] == "◆ 1 unannounced (of those below)\n1 supervision"
    assert row["Jul 2025"] == "1 child\n2 not made"
    assert row["Aug 2025"] == "1 not made"
    assert row["Sep 2025"] == "None"


def test_a_matrix_without_its_records_says_which_are_lacking(tmp_path):
    workbook.write(make_audit(findings=3, hostile=0), tmp_path / "t.xlsx")
    assert "carers and training" in sheet(tmp_path / "t.xlsx", "Training")[0][0]
    assert "no household open" in sheet(tmp_path / "t.xlsx", "Visits")[0][0]


def test_what_falls_due_is_there_with_how_soon(path, audit):
    rows = sheet(path, "Coming due")
    assert len(rows) == len(audit.coming_due) + 1
    for due, when, *_ in rows[1:]:
        days = (due - AS_OF).days
        assert when == ("Within a week" if days < 7 else "Within 4 weeks" if days <= 28 else "Within 12 weeks")


def test_long_texts_get_high_rows(path):
    heights = [float(h) for h in re.findall(r'<row r="\d+"[^>]* ht="([\d.]+)"', xml_of(path, "Findings"))]
    assert max(heights) > 30 and max(heights) <= 409


@pytest.mark.parametrize("heading", FILL)
def test_the_columns_to_fill_are_on_the_printed_part_of_each_sheet(heading):
    for columns in (COLUMNS, WORKER_COLUMNS):
        assert [c.heading for c in columns].index(heading) < 14


def test_many_findings_are_written_in_time(tmp_path):
    audit = make_audit(findings=4_000, homes=300)
    began = time.process_time()
    workbook.write(audit, tmp_path / "t.xlsx")
    took = time.process_time() - began
    assert took < 15, f"{took:.1f} s of computing; 20,000 findings would take five times that"
    assert len(sheet(tmp_path / "t.xlsx", "Findings")) == 4_001
