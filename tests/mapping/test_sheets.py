"""Several sheets of one table: records that stand in two of them, columns that only one has, and kinds of record that none
can hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.audit import Audit, Options, run_audit
from auditor.ingest import Export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store

ALL = "Ref,Home,Day,Why\nV1,H1,2025-05-01,unannounced\nV2,H1,2025-06-01,supervision\n"
MAPPING = """mapping: 1
tables:
  visits:
    - {file: all.csv, columns: {visit_id: Ref, household_id: Home, visited_on: Day, kind: Why}}
    - file: unannounced.csv
      columns: {visit_id: Ref, household_id: Home, visited_on: Day, kind: {constant: unannounced}, record_completed_on: Written}
"""


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def read(folder: Path, files: dict[str, str], mapping: str, store: Store) -> Export:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_mapped(folder, read_text(mapping, "m.yaml"), store)


def audit(folder: Path, files: dict[str, str], mapping: str, *rules: str) -> Audit:
    for name, text in {**files, "m.yaml": mapping}.items():
        (folder / name).write_text(text, encoding="utf-8")
    options = Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1), only=rules, mapping=folder / "m.yaml")
    with Store() as store:
        return run_audit(folder, options, store)


def visits(store: Store) -> list[tuple]:
    return store.rows("SELECT visit_id, record_completed_on, _source, _row FROM loaded.visits ORDER BY _source, _row")


def test_a_record_of_two_sheets_that_agree_is_one_with_what_each_says(tmp_path, store) -> None:
    unannounced = "Ref,Home,Day,Written\nV1,H1,2025-05-01,2025-05-03\nV3,H2,2025-07-01,2025-07-02\n"
    found = read(tmp_path, {"all.csv": ALL, "unannounced.csv": unannounced}, MAPPING, store)
    assert visits(store) == [
        ("V1", dt.date(2025, 5, 3), "all.csv", 2),
        ("V2", None, "all.csv", 3),
        ("V3", dt.date(2025, 7, 2), "unannounced.csv", 3),
    ]
    assert [(one.source, one.rows, one.rejected, one.filtered) for one in found.inputs] == [
        ("all.csv", 2, 0, 0),
        ("unannounced.csv", 2, 0, 1),
    ]
    assert [(one.source, one.row, one.effect) for one in found.issues] == [("unannounced.csv", None, "read as one record")]
    assert "1 of its records stand in all.csv too" in found.issues[0].problem


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("V1,H1,2025-05-02,2025-05-03", id="another day"),
        pytest.param("V1,H2,2025-05-01,2025-05-03", id="another home"),
        pytest.param("V1,,2025-05-01,2025-05-03", id="no home"),
        pytest.param("V1,H1,2025-05-01,2025-05-45", id="a cell that cannot be read"),
    ],
)
def test_a_record_of_two_sheets_that_differ_is_rejected_and_told(tmp_path, store, row) -> None:
    found = read(tmp_path, {"all.csv": ALL, "unannounced.csv": f"Ref,Home,Day,Written\n{row}\n"}, MAPPING, store)
    assert visits(store) == [("V1", None, "all.csv", 2), ("V2", None, "all.csv", 3)]
    assert [(one.source, one.rejected) for one in found.inputs] == [("all.csv", 0), ("unannounced.csv", 1)]
    assert any((one.row, one.effect) == (2, "row rejected") for one in found.issues)


def test_a_key_that_stands_twice_in_one_sheet_is_not_joined_to_another(tmp_path, store) -> None:
    unannounced = "Ref,Home,Day,Written\nV1,H1,2025-05-01,2025-05-03\nV1,H1,2025-05-01,2025-05-03\n"
    found = read(tmp_path, {"all.csv": ALL, "unannounced.csv": unannounced}, MAPPING, store)
    assert [(one.source, one.rejected) for one in found.inputs] == [("all.csv", 0), ("unannounced.csv", 2)]


HOMES = "Ref,Kind,Approved\nH1,mainstream,2020-01-01\nH2,mainstream,2020-01-01\n"
HOMES_MAPPING = "  households: {file: homes.csv, columns: {household_id: Ref, kind: Kind, approved_on: Approved}}\n"
SIGNED = """mapping: 1
tables:
  visits:
    - {file: a.csv, columns: {visit_id: Ref, household_id: Home, visited_on: Day, kind: {constant: supervision}, signed_by_carer_on: Signed}}
    - {file: b.csv, columns: {visit_id: Ref, household_id: Home, visited_on: Day, kind: {constant: supervision}}}
"""


def test_a_record_is_not_held_to_a_column_that_only_another_sheet_has(tmp_path) -> None:
    files = {
        "homes.csv": HOMES,
        "a.csv": "Ref,Home,Day,Signed\nV1,H1,2025-05-01,2025-05-09\nV2,H1,2025-06-01,\n",
        "b.csv": "Ref,Home,Day\nW1,H2,2025-05-01\n",
    }
    found = audit(tmp_path, files, SIGNED + HOMES_MAPPING, "POL-visit-signed").findings
    assert {one.subject_id: one.outcome for one in found} == {"V2": "breach", "W1": "not_evidenced"}
    assert {one.subject_id: one.missing for one in found}["W1"] == ("visits.signed_by_carer_on",)


def test_a_column_that_another_sheet_gives_for_every_record_is_not_lacking(tmp_path) -> None:
    mapping = SIGNED.replace("file: a.csv", "file: x").replace("file: b.csv", "file: a.csv").replace("file: x", "file: b.csv")
    files = {
        "homes.csv": HOMES,
        "a.csv": "Ref,Home,Day\nV1,H1,2025-05-01\nV2,H1,2025-06-01\n",
        "b.csv": "Ref,Home,Day,Signed\nV1,H1,2025-05-01,2025-05-09\nV2,H1,2025-06-01,\n",
    }
    found = audit(tmp_path, files, mapping + HOMES_MAPPING, "POL-visit-signed").findings
    assert {one.subject_id: one.outcome for one in found} == {"V2": "breach"}


ONLY = """mapping: 1
tables:
  visits: {file: v.csv, columns: {visit_id: Ref, household_id: Home, visited_on: Day, kind: KIND}}
"""


@pytest.mark.parametrize(
    ("kind", "reason", "found"),
    [
        ("{constant: supervision}", "The export has no record with visits.kind unannounced.", set()),
        ("{constant: unannounced}", None, {"H2"}),
        ("Why", None, {"H2"}),
    ],
)
def test_nobody_is_held_to_a_kind_of_record_that_no_sheet_can_hold(tmp_path, kind, reason, found) -> None:
    files = {"homes.csv": HOMES, "v.csv": "Ref,Home,Day,Why\nV1,H1,2025-05-01,unannounced\n"}
    audited = audit(tmp_path, files, ONLY.replace("KIND", kind) + HOMES_MAPPING, "NMS21.8-unannounced")
    assert [one.reason for one in audited.rules if one.id == "NMS21.8-unannounced"] == [reason]
    assert {one.subject_id for one in audited.findings} == found
