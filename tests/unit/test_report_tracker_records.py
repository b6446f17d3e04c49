"""What the tracker's matrices are counted from, and the tracker by the command."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from auditor import matrices
from auditor.model import Course, Home, VisitMonth
from auditor.store import Store

AS_OF = dt.date(2026, 3, 31)
SINCE = dt.date(2025, 4, 1)
HOMES = (Home("HH-1", "W-1"), Home("HH-2", None))
TABLES = {
    "households": (
        "household_id VARCHAR, approved_on DATE",
        "('HH-1', DATE '2020-01-01'), ('HH-2', NULL), ('HH-3', NULL)",
    ),
    "carers": (
        "carer_id VARCHAR, household_id VARCHAR, ended_on DATE",
        "('C-1', 'HH-1', NULL), ('C-2', 'HH-1', DATE '2026-04-01'), ('C-3', 'HH-1', DATE '2026-03-31'), "
        "('C-4', 'HH-3', NULL), ('C-5', 'HH-2', NULL)",
    ),
    "training": (
        "person_kind VARCHAR, person_id VARCHAR, course VARCHAR, requested_on DATE, booked_for DATE, completed_on DATE, "
        "expires_on DATE",
        # the later certificate counts, whatever the capitals; the day after tomorrow's is not there yet
        "(NULL, 'C-1', 'First aid', NULL, NULL, DATE '2022-01-01', DATE '2025-01-01'), "
        "('carer', 'C-1', ' FIRST AID ', NULL, NULL, DATE '2025-02-01', DATE '2028-02-01'), "
        "('carer', 'C-1', 'Safer caring', NULL, NULL, DATE '2023-03-31', DATE '2026-03-31'), "
        "('carer', 'C-1', 'Online safety', NULL, NULL, DATE '2023-03-30', DATE '2026-03-30'), "
        "('carer', 'C-1', 'Online safety', NULL, DATE '2026-05-01', NULL, NULL), "
        "('carer', 'C-2', 'Prevent', DATE '2026-01-01', DATE '2026-03-31', NULL, NULL), "
        "('carer', 'C-2', 'Autism', DATE '2026-01-01', DATE '2026-03-30', NULL, NULL), "
        "('carer', 'C-2', 'Loss', DATE '2026-01-01', NULL, NULL, NULL), "
        "('carer', 'C-5', 'Later', NULL, NULL, DATE '2026-04-01', NULL), "
        "('worker', 'C-1', 'Staff course', NULL, NULL, DATE '2025-01-01', NULL)",
    ),
    "visits": (
        "household_id VARCHAR, visited_on DATE, kind VARCHAR, status VARCHAR, unannounced BOOLEAN",
        "('HH-1', DATE '2025-03-31', 'supervision', NULL, NULL), "  # before the window
        "('HH-1', DATE '2025-04-01', 'supervision', NULL, NULL), "
        "('HH-1', DATE '2025-04-30', 'supervision', 'completed', TRUE), "
        "('HH-1', DATE '2025-04-15', 'unannounced', 'completed', NULL), "
        "('HH-1', DATE '2025-04-16', 'unannounced', 'no_access', TRUE), "
        "('HH-1', DATE '2025-05-02', 'child', 'cancelled', NULL), "
        "('HH-1', DATE '2026-03-31', 'support', NULL, FALSE), "
        "('HH-1', DATE '2026-03-30', 'support', 'planned', FALSE), "
        "('HH-1', DATE '2026-04-01', 'support', NULL, FALSE), "  # after the audit date
        "('HH-3', DATE '2025-05-02', 'child', NULL, NULL)",
    ),
}


@pytest.fixture
def store():
    with Store() as store:
        store.run("CREATE SCHEMA loaded")
        for name, (columns, rows) in TABLES.items():
            store.run(f"CREATE TABLE loaded.{name} ({columns})")
            store.run(f"INSERT INTO loaded.{name} VALUES {rows}")
        yield store


def test_each_carer_of_an_open_home_has_their_courses_as_of_the_audit_date(store):
    found = {x.carer_id: x for x in matrices.learners(store, set(TABLES), HOMES, AS_OF)}
    # C-3 ended on the audit date (the first day no longer a carer); HH-3 is not among the homes.
    assert sorted(found) == ["C-1", "C-2", "C-5"]
    assert found["C-1"].worker_id == "W-1" and found["C-5"].worker_id is None
    courses = {course.title.casefold(): course for course in found["C-1"].courses}
    assert set(courses) == {"first aid", "safer caring", "online safety"}
    assert (courses["first aid"].state, courses["first aid"].on) == ("done", dt.date(2025, 2, 1))
    assert courses["first aid"].expires_on == dt.date(2028, 2, 1)
    assert courses["safer caring"].state == "done"  # the last day that it counts is the audit date
    assert courses["online safety"].state == "expired" and courses["online safety"].booked_for == dt.date(2026, 5, 1)
    assert found["C-2"].courses == (
        Course("Autism", "not_completed", dt.date(2026, 3, 30)),
        Course("Loss", "asked", dt.date(2026, 1, 1)),
        Course("Prevent", "booked", dt.date(2026, 3, 31), booked_for=dt.date(2026, 3, 31)),
    )
    assert found["C-5"].courses == (Course("Later", "asked", None),)  # completed after the audit date: not yet


def test_visits_are_counted_by_month_and_kind_within_the_window(store):
    first, second = matrices.visited(store, set(TABLES), HOMES, SINCE, AS_OF)
    assert (first.household_id, first.worker_id, first.approved_on) == ("HH-1", "W-1", dt.date(2020, 1, 1))
    assert first.months == (
        VisitMonth(dt.date(2025, 4, 1), (("supervision", 2), ("unannounced", 1)), 2, 1),
        VisitMonth(dt.date(2025, 5, 1), (), 0, 1),
        VisitMonth(dt.date(2026, 3, 1), (("support", 1),), 0, 0),
    )
    assert second.household_id == "HH-2" and second.months == ()


def test_without_the_tables_there_is_nothing(store):
    assert matrices.learners(store, {"carers"}, HOMES, AS_OF) == ()
    assert matrices.visited(store, {"households"}, HOMES, SINCE, AS_OF) == ()


@pytest.fixture
def export(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "households.csv").write_text(
        "household_id,worker_id,approved_on\nHH-1,W-1,2023-01-01\nHH-2,W-1,2023-01-01\n"
    )
    (folder / "visits.csv").write_text(
        "visit_id,household_id,visited_on,kind,status\nV-1,HH-1,2024-05-01,unannounced,completed\n"
    )
    return folder


ROOT = Path(__file__).resolve().parents[2]


def command(*args):
    """The command as a person runs it: its exit code, and what it said on both streams."""
    program = [sys.executable, "-m", "auditor", *map(str, args)]
    return subprocess.run(program, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)


def test_a_tracker_goes_through_the_command_and_back(tmp_path, export):
    only = ("--only", "NMS21.8-unannounced", "--as-of", "2026-03-31", "--fail-on", "never", "--format", "xlsx,json")
    done = command("run", export, *only, "--output", tmp_path / "a")
    assert done.returncode == 0, done.stdout
    again = command("run", export, *only, "--output", tmp_path / "b", "--tracker", tmp_path / "a" / "findings.xlsx")
    assert again.returncode == 0, again.stdout
    findings = json.loads((tmp_path / "b" / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert findings and {f["action"]["status"] for f in findings} == {"Open"}
    assert {f["action"]["first_seen"] for f in findings} == {"2026-03-31"}
    rows = CalamineWorkbook.from_path(tmp_path / "b" / "findings.xlsx").get_sheet_by_name("Findings").to_python()
    assert len(rows) == len(findings) + 1


def test_a_tracker_that_cannot_be_read_stops_the_command_with_no_traceback(tmp_path, export):
    (tmp_path / "t.xlsx").write_text("no workbook")
    done = command("run", export, "--tracker", tmp_path / "t.xlsx", "--output", tmp_path / "a")
    assert done.returncode == 4 and "t.xlsx" in done.stdout and "Traceback" not in done.stdout
    assert not (tmp_path / "a").exists()


def test_a_tracker_that_is_not_there_is_a_wrong_argument(tmp_path, export):
    done = command("run", export, "--tracker", tmp_path / "none.xlsx")
    assert done.returncode == 2 and "none.xlsx" in done.stdout
