"""Days that are slips of the pen are told, and what they may answer is left in doubt; a day that may be right is not told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.audit import Audit, Options, run_audit
from auditor.ingest import read_export
from auditor.store import Store

RULE = "NMS21.8-unannounced"


def audit(folder: Path, visits: str, homes: str = "", carers: str = "C1,HH-001,1970-01-01,2020-01-01\n") -> Audit:
    files = {
        "households": "household_id,kind,applied_on,approved_on,ended_on\nHH-001,mainstream,2019-06-01,2020-01-01,\n"
        "HH-002,mainstream,2019-06-01,2020-01-01,\n" + homes,
        "carers": "carer_id,household_id,born_on,approved_on\n" + carers,
        "visits": "visit_id,household_id,visited_on,kind,status,unannounced,record_completed_on\n"
        "V1,HH-001,2024-06-01,unannounced,completed,yes,2024-06-02\nV2,HH-002,2024-06-01,unannounced,completed,yes,2024-06-02\n"
        "V3,HH-001,2026-03-01,supervision,completed,no,2026-03-02\nV4,HH-002,2026-03-02,supervision,completed,no,2026-03-03\n" + visits,
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with Store() as store:
        return run_audit(folder, Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1), only=(RULE,)), store)


def told(audited: Audit) -> list[tuple]:
    return [(one.table, one.row, one.column) for one in audited.data_issues]


@pytest.mark.parametrize("day", ["2052-05-01", "1925-05-01", "2199-01-01"])
def test_a_visit_in_another_age_may_be_the_one_that_seems_to_lack(tmp_path: Path, day: str) -> None:
    audited = audit(tmp_path, f"V5,HH-001,{day},unannounced,completed,yes,\n")
    assert told(audited) == [("visits", 6, "visited_on")]
    assert {one.subject_id: (one.outcome, one.missing) for one in audited.findings} == {
        "HH-001": ("not_evidenced", ("row 6 of visits.csv",)),
        "HH-002": ("breach", ()),
    }


@pytest.mark.parametrize(
    ("visits", "homes", "carers"),
    [
        pytest.param("V5,HH-001,2026-09-30,unannounced,planned,yes,\n", "", "C1,HH-001,1970-01-01,2020-01-01\n", id="planned"),
        pytest.param("", "H3,mainstream,1984-06-01,1985-01-01,\n", "C1,HH-001,1970-01-01,2020-01-01\n", id="forty years a carer"),
        pytest.param("", "", "C1,HH-001,1941-01-01,2020-01-01\n", id="an old carer"),
        pytest.param(
            "",
            "H3,mainstream,2019-06-01,2020-01-01,2099-12-31\nH4,mainstream,2019-06-01,2020-01-01,2099-12-31\n",
            "C1,HH-001,1970-01-01,2020-01-01\n",
            id="a far day for no day",
        ),
    ],
)
def test_a_day_that_may_be_right_is_not_told(tmp_path: Path, visits: str, homes: str, carers: str) -> None:
    audited = audit(tmp_path, visits, homes, carers)
    assert told(audited) == []
    assert {one.outcome for one in audited.findings if one.subject_id in ("HH-001", "HH-002")} == {"breach"}


def test_a_birth_of_the_future_is_told_and_one_long_ago_is_not(tmp_path: Path) -> None:
    homes = "household_id,approved_on,applied_on\nH1,2020-01-01,2019-05-01\nH2,2021-01-01,2020-05-01\n"
    (tmp_path / "households.csv").write_text(homes, encoding="utf-8")
    carers = "carer_id,household_id,born_on,approved_on\nC1,H1,1931-01-01,2020-01-01\nC2,H2,2070-01-01,2021-01-01\n"
    (tmp_path / "carers.csv").write_text(carers, encoding="utf-8")
    with Store() as store:
        found = read_export(tmp_path, store, as_of=dt.date(2026, 3, 31))
    assert {(one.table, one.row, one.column) for one in found.issues} == {("carers", 3, "born_on"), ("carers", 3, "approved_on")}


COMPLAINTS = "complaint_id,household_id,complainant,received_on,responded_on\n"


@pytest.mark.parametrize(
    ("answered", "outcome", "issues"),
    [
        ("2025-06-05", None, []),
        ("2025-06-02", None, []),  # on the day itself
        ("", "breach", []),
        ("2024-06-05", "not_evidenced", [("complaints", 2, "responded_on")]),  # the year is perhaps mistaken
    ],
)
def test_an_answer_from_before_the_question_is_told_and_is_no_answer_never_given(tmp_path, answered, outcome, issues) -> None:
    (tmp_path / "households.csv").write_text("household_id,kind,approved_on\nHH-001,mainstream,2020-01-01\n", encoding="utf-8")
    # Beside it one that was answered, so that the service is seen to record answers.
    rows = f"CM1,HH-001,carer,2025-06-02,{answered}\nCM2,HH-001,carer,2025-06-02,2025-06-05\n"
    (tmp_path / "complaints.csv").write_text(COMPLAINTS + rows, encoding="utf-8")
    options = Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1), only=("FSR18-complaint-answered",))
    with Store() as store:
        audited = run_audit(tmp_path, options, store)
    assert [one.outcome for one in audited.findings] == ([outcome] if outcome else [])
    assert told(audited) == issues


@pytest.mark.parametrize(
    ("completed", "outcome", "told_rows"),
    [("2019-11-01", None, []), ("", "not_evidenced", [("checks", 3, "completed_on")])],
)
def test_a_check_that_runs_out_was_once_done(tmp_path: Path, completed: str, outcome: str | None, told_rows: list) -> None:
    files = {
        "households": "household_id,kind,approved_on\nHH-001,mainstream,2020-01-01\n",
        "carers": "carer_id,household_id,approved_on\nC1,HH-001,2020-01-01\nC2,HH-001,2020-01-01\nC3,HH-001,2020-01-01\n",
        "checks": "check_id,person_kind,person_id,kind,completed_on,expires_on\nX1,carer,C1,dbs,2019-12-01,2027-08-01\n"
        f"X2,carer,C2,dbs,{completed},2027-08-01\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with Store() as store:
        audited = run_audit(tmp_path, Options(as_of=dt.date(2026, 3, 31), only=("FSRSch3-carers-checked",)), store)
    assert told(audited) == told_rows
    assert {one.subject_id: one.outcome for one in audited.findings} == {"C3": "breach"} | ({"C2": outcome} if outcome else {})
