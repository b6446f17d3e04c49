"""The action tracker read back: what people wrote stays with its finding, nothing is dropped, and every problem is told."""

import dataclasses
import datetime as dt

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from test_report_sample import HOSTILE, make_audit

from auditor.errors import RulesError
from auditor.model import Action
from auditor.report import results, workbook
from auditor.report.tracker.findings import COLUMNS, GONE_COLUMNS
from auditor.report.tracker.follow import followed
from auditor.report.tracker.readback import read
from auditor.report.tracker.typed import date_of
from auditor.report.words import clean

HEADS = [column.heading for column in COLUMNS]
LATER = dt.date(2026, 6, 30)
SECOND = dt.date(2026, 9, 30)


def fill(source, target, edits=(), drop=(), own=None):
    """Copy a tracker as a person's program saves it, with edits: (sheet, row, heading, value); the row counts from 1 as
    a spreadsheet does. `drop` names columns to lose as (sheet, heading); `own` is a sheet of the person's, with its cell."""
    edits = {(s, r, h): v for s, r, h, v in edits}
    book = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name in CalamineWorkbook.from_path(source).sheet_names:
        rows = CalamineWorkbook.from_path(source).get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheet = book.add_worksheet(name)
        top = next((n for n, row in enumerate(rows) if "Fingerprint" in row), None)
        heads = rows[top] if top is not None else []
        for n, row in enumerate(rows):
            for place, value in enumerate(row):
                heading = heads[place] if place < len(heads) else ""
                value = edits.get((name, n + 1, heading), value)
                if (name, heading) in drop and n == top:
                    value = "Renamed"
                if isinstance(value, dt.date):
                    sheet.write_datetime(n, place, dt.datetime(value.year, value.month, value.day), day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(n, place, value)
                elif value:
                    sheet.write_string(n, place, value)
    if own:
        book.add_worksheet(own[0]).write_string(0, 0, own[1])
    book.close()
    return target


def rows_of(path, name="Findings"):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def row_of(path, mark, name="Findings"):
    """The row of a finding on a sheet, as a spreadsheet counts."""
    return next(n for n, row in enumerate(rows_of(path, name), start=1) if mark in row)


def at(audit, as_of):
    return dataclasses.replace(audit, run=dataclasses.replace(audit.run, as_of=as_of))


@pytest.fixture(scope="module")
def audit():
    return make_audit(findings=40, hostile=0)


@pytest.fixture(scope="module")
def written(tmp_path_factory, audit):
    path = tmp_path_factory.mktemp("written") / "findings.xlsx"
    workbook.write(audit, path)
    return path


def with_worker(audit, path):
    """A finding that has a worker, its row on the main sheet, and its worker's sheet and row there."""
    finding = next(f for f in audit.findings if f.worker_id)
    for name in CalamineWorkbook.from_path(path).sheet_names:
        rows = rows_of(path, name)
        if name not in ("Findings", "As written") and rows and "Fingerprint" in rows[0]:
            for n, row in enumerate(rows, start=1):
                if finding.fingerprint in row:
                    return finding, row_of(path, finding.fingerprint), name, n
    raise AssertionError("no worker's sheet")


def problems(path):
    with pytest.raises(RulesError) as caught:
        read(path)
    return [str(problem) for problem in caught.value.problems]


def test_an_untouched_tracker_gives_every_finding_and_changes_nothing(audit, written):
    tracker = read(written)
    assert tracker.as_of == audit.run.as_of and tracker.notices == ()
    assert set(tracker.entries) == {f.fingerprint for f in audit.findings}
    assert {
        (e.action.owner, e.action.target_on, e.action.status, e.action.notes) for e in tracker.entries.values()
    } == {("", None, "Open", "")}


def test_what_was_filled_in_stays_with_its_finding_over_two_audits(tmp_path, audit, written):
    first, second, third = audit.findings[:3]
    row = row_of(written, first.fingerprint)
    filled = fill(
        written,
        tmp_path / "filled.xlsx",
        [
            ("Findings", row, "Owner", "A. Lead"),
            ("Findings", row, "Target date", dt.date(2026, 5, 31)),
            ("Findings", row, "Status", "in progress"),
            ("Findings", row, "Notes", "asked twice\nanswer expected"),
            ("Findings", row_of(written, second.fingerprint), "Status", "Done"),
            ("Findings", row_of(written, second.fingerprint), "Notes", "closed by the manager"),
            ("Findings", row_of(written, third.fingerprint), "Status", "Done"),
        ],
    )
    # At the next audit the second finding is gone, the third is still there, and there is a new one.
    new = dataclasses.replace(audit.findings[-1], fingerprint="f" * 16)
    later = at(dataclasses.replace(audit, findings=(first, third, *audit.findings[3:], new)), LATER)
    result = followed(later, read(filled))
    by_mark = {f.fingerprint: f.action for f in result.findings}
    wanted = Action("A. Lead", dt.date(2026, 5, 31), "In progress", "asked twice\nanswer expected", audit.run.as_of, "")
    assert by_mark[first.fingerprint] == wanted
    assert by_mark[third.fingerprint].change == "done" and by_mark[third.fingerprint].status == "Done"
    assert by_mark["f" * 16] == Action(first_seen=LATER, change="new")
    (gone,) = result.gone
    assert (gone.fingerprint, gone.action.status, gone.action.notes) == (
        second.fingerprint,
        "Done",
        "closed by the manager",
    )
    assert gone.message == second.message and gone.last_found == audit.run.as_of and gone.rule == second.rule
    # The tracker of that audit says so, and the audit after it still does.
    workbook.write(result, tmp_path / "later.xlsx")
    head, *rows = rows_of(tmp_path / "later.xlsx", "No longer found")
    assert head == [c.heading for c in GONE_COLUMNS] and [row[-1] for row in rows] == [second.fingerprint]
    shown = {row[-1]: dict(zip(HEADS, row, strict=True)) for row in rows_of(tmp_path / "later.xlsx")[1:]}
    assert shown["f" * 16]["Change"] == "New" and shown[third.fingerprint]["Change"] == "Done, still found"
    assert shown[first.fingerprint]["Owner"] == "A. Lead" and shown[first.fingerprint]["First seen"] == audit.run.as_of
    again = followed(at(later, SECOND), read(tmp_path / "later.xlsx"))
    assert {f.fingerprint: f.action for f in again.findings}[first.fingerprint] == wanted
    assert again.gone == result.gone
    # If the second comes back, so does what was written about it.
    back = followed(at(audit, SECOND), read(tmp_path / "later.xlsx"))
    returned = {f.fingerprint: f.action for f in back.findings}[second.fingerprint]
    assert (returned.change, returned.notes) == ("returned", "closed by the manager")
    assert [g.fingerprint for g in back.gone] == ["f" * 16]


def test_a_change_on_a_workers_own_sheet_is_read(tmp_path, audit, written):
    finding, _, name, row = with_worker(audit, written)
    filled = fill(written, tmp_path / "t.xlsx", [(name, row, "Status", "Done"), (name, row, "Owner", "B")])
    action = read(filled).entries[finding.fingerprint].action
    assert (action.status, action.owner) == ("Done", "B")


def test_different_columns_may_be_filled_on_different_sheets(tmp_path, audit, written):
    finding, main, name, row = with_worker(audit, written)
    filled = fill(written, tmp_path / "t.xlsx", [("Findings", main, "Owner", "B"), (name, row, "Notes", "seen")])
    action = read(filled).entries[finding.fingerprint].action
    assert (action.owner, action.notes) == ("B", "seen")


def test_two_different_values_for_one_finding_name_both_cells(tmp_path, audit, written):
    _, main, name, row = with_worker(audit, written)
    edits = [("Findings", main, "Status", "Done"), (name, row, "Status", "In progress")]
    (problem,) = problems(fill(written, tmp_path / "t.xlsx", edits))
    assert f"sheet 'Findings', row {main}, column 'Status'" in problem
    assert f"sheet '{name}', row {row}, column 'Status'" in problem


def test_the_same_value_twice_is_no_problem(tmp_path, audit, written):
    finding, main, name, row = with_worker(audit, written)
    edits = [("Findings", main, "Status", "Done"), (name, row, "Status", "done ")]
    assert read(fill(written, tmp_path / "t.xlsx", edits)).entries[finding.fingerprint].action.status == "Done"


def test_an_old_value_on_one_sheet_does_not_speak_against_a_new_one_on_another(tmp_path, audit):
    finding = next(f for f in audit.findings if f.worker_id)
    findings = tuple(
        dataclasses.replace(f, action=Action("A", LATER, "In progress", "n")) if f is finding else f
        for f in audit.findings
    )
    workbook.write(dataclasses.replace(audit, findings=findings), tmp_path / "a.xlsx")
    _, main, name, row = with_worker(dataclasses.replace(audit, findings=(finding,)), tmp_path / "a.xlsx")
    edits = [(name, row, "Status", "Done"), ("Findings", main, "Notes", "")]
    action = read(fill(tmp_path / "a.xlsx", tmp_path / "b.xlsx", edits)).entries[finding.fingerprint].action
    assert action == Action("A", LATER, "Done", "", audit.run.as_of)


def test_all_problems_are_told_at_once_with_sheet_row_and_column(tmp_path, audit, written):
    edits = [
        ("Findings", 2, "Status", "Finished"),
        ("Findings", 3, "Target date", "soon"),
        ("Findings", 4, "Target date", "31/02/2026"),
        ("Findings", 5, "Fingerprint", "not one"),
    ]
    found = problems(fill(written, tmp_path / "t.xlsx", edits))
    places = [
        "row 2, column 'Status'",
        "row 3, column 'Target date'",
        "row 4, column 'Target date'",
        "row 5, column 'Fingerprint'",
    ]
    assert len(found) == 4
    for place, problem in zip(places, found, strict=True):
        assert problem.startswith(f"t.xlsx, sheet 'Findings', {place}: ")
        assert "Finished" not in problem and "soon" not in problem and "not one:" not in problem


@pytest.mark.parametrize("heading", ["Owner", "Target date", "Status", "Notes", "Fingerprint"])
def test_a_column_that_lost_its_heading_is_named(tmp_path, written, heading):
    found = problems(fill(written, tmp_path / "t.xlsx", drop=[("Findings", heading)]))
    assert any("sheet 'Findings'" in problem and f"'{heading}'" in problem for problem in found)


def test_a_row_added_by_hand_is_not_dropped_silently(tmp_path, audit, written):
    (problem,) = problems(
        fill(written, tmp_path / "t.xlsx", [("Findings", 2, "Fingerprint", ""), ("Findings", 2, "Notes", "x")])
    )
    assert "row 2, column 'Fingerprint'" in problem and "belongs to no finding" in problem


def test_a_deleted_row_keeps_what_stood_on_it(tmp_path, audit):
    finding = audit.findings[0]
    findings = (dataclasses.replace(finding, worker_id=None, action=Action("A", LATER, "Done", "kept")),)
    workbook.write(dataclasses.replace(audit, findings=findings), tmp_path / "a.xlsx")
    edits = [("Findings", 2, heading, "") for heading in HEADS]
    tracker = read(fill(tmp_path / "a.xlsx", tmp_path / "b.xlsx", edits))
    assert tracker.entries[finding.fingerprint].action.notes == "kept" and "was deleted" in tracker.notices[0]


def test_columns_and_sheets_of_a_persons_own_are_said_not_to_be_carried_over(tmp_path, written):
    tracker = read(fill(written, tmp_path / "t.xlsx", drop=[("Findings", "Subject")], own=("My list", "x")))
    assert any("'Renamed'" in notice for notice in tracker.notices)
    assert any("'My list'" in notice for notice in tracker.notices)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 half a package"])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path, content):
    (tmp_path / "t.xlsx").write_bytes(content)
    (problem,) = problems(tmp_path / "t.xlsx")
    assert problem.startswith("t.xlsx: ") and "XLSX workbook" in problem


def test_another_workbook_is_not_taken_for_a_tracker(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    book.add_worksheet("Rota").write_string(0, 0, "x")
    book.close()
    (problem,) = problems(tmp_path / "t.xlsx")
    assert "no sheet 'Findings'" in problem


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_notes_come_back_as_they_were_and_stay_text(tmp_path, audit, text):
    finding = dataclasses.replace(audit.findings[0], action=Action(f"o{text}", LATER, "Open", f"n {text}"))
    workbook.write(dataclasses.replace(audit, findings=(finding,)), tmp_path / "t.xlsx")
    action = read(tmp_path / "t.xlsx").entries[finding.fingerprint].action
    assert action.owner == "\n".join(clean(line) for line in f"o{text}".splitlines()).strip()
    # Twice through, nothing more changes.
    again = dataclasses.replace(finding, action=action)
    workbook.write(dataclasses.replace(audit, findings=(again,)), tmp_path / "u.xlsx")
    assert read(tmp_path / "u.xlsx").entries[finding.fingerprint].action == action


@pytest.mark.parametrize(
    ("status", "scope", "why"),
    [
        ("assessed", None, "Not found in this audit"),
        ("not_assessed", None, "could not be assessed"),
        ("error", None, "could not be assessed"),
        (None, None, "no longer in the rulebook"),
        ("assessed", "worker W-03", "limited (worker W-03)"),
    ],
)
def test_a_row_that_is_gone_says_what_that_may_mean(audit, written, status, scope, why):
    finding = audit.findings[0]
    rules = tuple(
        dataclasses.replace(r, status=status or r.status) if r.id == finding.rule else r
        for r in audit.rules
        if status or r.id != finding.rule
    )
    run = dataclasses.replace(audit.run, as_of=LATER, scope=scope)
    later = dataclasses.replace(audit, run=run, rules=rules, findings=audit.findings[1:])
    gone = {g.fingerprint: g for g in followed(later, read(written)).gone}
    assert why in gone[finding.fingerprint].why


def test_status_and_owner_are_in_the_results_and_notes_are_not(audit, written, tmp_path):
    finding = audit.findings[0]
    row = row_of(written, finding.fingerprint)
    edits = [("Findings", row, "Owner", "A. Lead"), ("Findings", row, "Notes", "private")]
    result = followed(audit, read(fill(written, tmp_path / "t.xlsx", edits)))
    actions = {f["fingerprint"]: f["action"] for f in results.document(result)["findings"]}
    assert actions[finding.fingerprint] == {
        "owner": "A. Lead",
        "target_on": None,
        "status": "Open",
        "first_seen": audit.run.as_of.isoformat(),
        "change": "",
    }
    assert "private" not in results.text(result)
    assert all("action" not in f for f in results.document(audit)["findings"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-31", dt.date(2026, 5, 31)),
        ("2026-05-31 00:00:00", dt.date(2026, 5, 31)),
        ("31/05/2026", dt.date(2026, 5, 31)),
        ("3.4.2026", dt.date(2026, 4, 3)),
        ("31 May 2026", dt.date(2026, 5, 31)),
        ("1st Sept 2026", dt.date(2026, 9, 1)),
        ("46173", dt.date(2026, 5, 31)),  # the number that Excel keeps for the day: days since 30 December 1899
        ("05/31/2026", None),
        ("31/02/2026", None),
        ("1 Ju 2026", None),
        ("31/05/26", None),
        ("1999-12-31", None),
        ("2100-01-01", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(text, day):
    assert date_of(text) == day
