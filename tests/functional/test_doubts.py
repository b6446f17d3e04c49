"""A record that could not be used, or not in full, never makes an accusation: the breach that it may answer is said not to
be evidenced, and names the row. Breaches that it has nothing to do with stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.audit import Options, run_audit
from auditor.model import Finding
from auditor.store import Store

RULE = "NMS21.8-unannounced"
HOUSEHOLDS = "household_id,kind,approved_on\nHH-001,mainstream,2020-01-01\nHH-002,mainstream,2020-01-01\n"
VISITS = (
    "visit_id,household_id,visited_on,kind,status,unannounced\n"
    "V1,HH-001,2024-06-01,unannounced,completed,yes\nV2,HH-002,2024-06-01,unannounced,completed,yes\n"
)


def _findings(
    folder: Path, visits: str, households: str = HOUSEHOLDS, rule: str = RULE, **others: str
) -> dict[str, Finding]:
    for name, text in {"visits": visits, "households": households, **others}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with Store() as store:
        found = run_audit(
            folder, Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1), only=(rule,)), store
        ).findings
    return {one.subject_id: one for one in found}


def test_without_such_a_row_both_households_are_in_breach(tmp_path: Path) -> None:
    found = _findings(tmp_path, VISITS)
    assert {key: one.outcome for key, one in found.items()} == {"HH-001": "breach", "HH-002": "breach"}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("V3,HH-001,2025-05-01,Statutory visit,completed,yes", id="a kind that is no word of the code set"),
        pytest.param("V3,HH-001,31/02/2026,unannounced,completed,yes", id="a date that does not exist"),
        pytest.param("V3,HH-001,,unannounced,completed,yes", id="no date at all"),
        pytest.param("V1,HH-001,2025-05-01,unannounced,completed,yes", id="a key that stood before, on another visit"),
        pytest.param(
            "V3,hh 1,2025-05-01,unannounced,completed,yes", id="the household's reference written in another way"
        ),
        pytest.param("V3,1,2025-05-01,unannounced,completed,yes", id="the figures of the household's reference alone"),
    ],
)
def test_a_row_that_may_be_the_visit_leaves_it_in_doubt(tmp_path: Path, row: str) -> None:
    found = _findings(tmp_path, VISITS + row + "\n")
    assert {key: one.outcome for key, one in found.items()} == {"HH-001": "not_evidenced", "HH-002": "breach"}
    assert found["HH-001"].missing == ("row 4 of visits.csv",)
    assert "row 4 of visits.csv" in found["HH-001"].message


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("V1,HH-001,2024-06-01,unannounced,completed,yes", id="the same row again"),
        pytest.param("V3,HH-001,2024-05-31,Statutory visit,completed,yes", id="before the gap began"),
        pytest.param("V3,HH-001,2026-04-01,Statutory visit,completed,yes", id="after the audit date"),
        pytest.param("V3,HH-001,,unannounced,cancelled,yes", id="a visit that did not take place, without a date"),
        pytest.param("V3,HH-777,2025-05-01,unannounced,completed,yes", id="a household that is not there"),
    ],
)
def test_a_row_that_cannot_be_the_visit_leaves_the_breach(tmp_path: Path, row: str) -> None:
    found = _findings(tmp_path, VISITS + row + "\n")
    assert {key: one.outcome for key, one in found.items()} == {"HH-001": "breach", "HH-002": "breach"}


def test_references_that_lead_nowhere_as_a_whole_accuse_nobody(tmp_path: Path) -> None:
    visits = (
        VISITS.splitlines()[0] + "\n" + "".join(f"V{n},XK{n}Z,2025-05-01,unannounced,completed,yes\n" for n in range(6))
    )
    found = _findings(tmp_path, visits)
    assert {one.outcome for one in found.values()} == {"not_evidenced"}
    assert found["HH-001"].missing == ("6 rows of visits whose household_id is not in households",)


def test_an_answer_of_an_unreadable_day_is_no_answer_never_given(tmp_path: Path) -> None:
    head = "complaint_id,household_id,complainant,received_on,responded_on\n"
    complaints = (
        head
        + "CM1,HH-001,carer,2025-06-02,31/06/2025\nCM2,HH-002,carer,2025-06-02,\nCM3,HH-002,carer,2025-06-02,2025-06-05\n"
    )
    found = _findings(tmp_path, VISITS, rule="FSR18-complaint-answered", complaints=complaints)
    assert {key: one.outcome for key, one in found.items()} == {"CM1": "not_evidenced", "CM2": "breach"}
    assert found["CM1"].missing == ("row 2 of complaints.csv",)
