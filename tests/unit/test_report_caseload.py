"""The caseload page: each matter under its worker and household, in the right list, escaped, on paper too."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from test_report_sample import AS_OF, HOSTILE, make_audit

from auditor.model import Audit, ComingDue, Finding, Home, Waiver
from auditor.report import caseload

BASE = make_audit(findings=1)


def finding(number: int, state: str, **more: object) -> Finding:
    made = replace(
        BASE.findings[0], fingerprint=f"{number:016x}", outcome="breach", state=state, grade="major", waiver=None,
        subject_table="households", subject_id="HH-1", household_id="HH-1", child_id=None, worker_id="W-1", person_id=None,
        due_on=dt.date(2026, 1, 1), done_on=None, days_late=89, message=f"matter {number}",
    )  # fmt: skip
    return replace(made, **more)


def due(on: dt.date, household: str | None = "HH-1", worker: str | None = "W-1") -> ComingDue:
    return ComingDue("R00-sample", "households", household or "x", household, None, worker, None, on, f"visit by {on}")


def audit(*findings: Finding, coming: tuple[ComingDue, ...] = (), homes: tuple[Home, ...] = ()) -> Audit:
    return replace(BASE, findings=findings, coming_due=coming, homes=homes)


def test_each_finding_stands_in_the_list_that_says_what_to_do() -> None:
    (load,) = caseload.loads(
        audit(
            finding(1, "overdue"),
            finding(2, "missing"),
            finding(3, "inconsistent"),
            finding(4, "overdue", outcome="not_evidenced"),
            finding(5, "pattern", outcome="prompt"),
            finding(6, "expired"),
        )
    )
    (place,) = load.places
    assert [item.text for item in place.overdue] == ["matter 1", "matter 6"]
    assert [item.text for item in place.lacking] == ["matter 2", "matter 4"]
    assert [item.text for item in place.other] == ["matter 3", "matter 5"]


def test_what_was_done_late_is_counted_and_what_was_accepted_is_left_out() -> None:
    done = finding(1, "late", done_on=dt.date(2026, 2, 1))
    waived = finding(2, "overdue", waiver=Waiver("agreed", "manager", dt.date(2026, 12, 31)))
    (load,) = caseload.loads(audit(done, waived, homes=(Home("HH-1", "W-1"),)))
    assert (load.late, load.overdue, load.places, load.quiet) == (1, 0, (), ("HH-1",))


def test_four_weeks_ahead_are_shown_and_not_a_day_more() -> None:
    last = AS_OF + dt.timedelta(days=28)
    (load,) = caseload.loads(audit(coming=(due(last + dt.timedelta(days=1)), due(last), due(AS_OF))))
    assert [item.on for item in load.places[0].due] == [AS_OF, last]


def test_households_stand_under_their_worker_and_nobodys_come_last() -> None:
    homes = (Home("HH-1", "W-10", ("C-1", "C-2")), Home("HH-2", "W-9"), Home("HH-3", None))
    loads = caseload.loads(audit(finding(1, "overdue", worker_id="W-10"), homes=homes))
    assert [load.label for load in loads] == ["Worker W-9", "Worker W-10", "No worker on the record"]
    assert [load.homes for load in loads] == [1, 1, 1]
    assert loads[1].places[0].children == ("C-1", "C-2")


def test_a_colleagues_household_says_whose_it_is() -> None:
    (mine,) = (
        load
        for load in caseload.loads(audit(finding(1, "overdue", worker_id="W-2"), homes=(Home("HH-1", "W-1"),)))
        if load.label == "Worker W-2"
    )
    assert mine.places[0].label == "Household HH-1 (of worker W-1)"


def test_the_page_is_escaped_and_loads_nothing(tmp_path: Path) -> None:
    found = [finding(n, "overdue", message=text, household_id=text[:40] or "x") for n, text in enumerate(HOSTILE)]
    caseload.write(audit(*found), tmp_path / "caseload.html")
    page = (tmp_path / "caseload.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "\x1b" not in page and "\u202e" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert "@page{size:A4" in page


def test_the_title_says_whose_caseload_it_is(tmp_path: Path) -> None:
    made = audit(finding(1, "overdue"))
    caseload.write(replace(made, run=replace(made.run, scope="worker W-1")), tmp_path / "caseload.html")
    assert "<h1>Caseload of worker W-1</h1>" in (tmp_path / "caseload.html").read_text(encoding="utf-8")
