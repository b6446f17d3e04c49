"""Rows read are rows used, rejected and left out; and each rule says how many records it did without."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from auditor.audit import Options, run_audit
from auditor.ingest import Export, read_export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.report.results import document
from auditor.store import Store

VISITS = (
    "visit_id,household_id,visited_on,kind,mode,status\n"
    "V1,H1,2026-01-05,supervision,in_person,completed\n"
    "V2,H1,some day,supervision,in_person,completed\n"  # rejected: the day is required
    "V3,H1,2026-02-05,supervision,by pigeon,completed\n"  # used, without its mode
    "V4,H1,2026-03-05,supervision,by pigeon,perhaps\n"  # used, without mode and status: one record
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    (tmp_path / "households.csv").write_text("household_id,approved_on\nH1,2020-01-01\n", encoding="utf-8")
    return tmp_path


def exported(folder: Path) -> Export:
    with Store() as store:
        return read_export(folder, store)


def test_a_record_counts_once_whatever_is_wrong_with_it(folder: Path) -> None:
    found = exported(folder)
    assert found.without({"visits"}, {("visits", "mode"), ("visits", "status")}) == 3
    assert found.without({"visits"}, {("visits", "status")}) == 2
    assert found.without({"visits"}, {("visits", "household_id")}) == 1
    assert found.without({"households"}, {("households", "approved_on")}) == 0


def test_a_mapped_reading_counts_the_same(folder: Path) -> None:
    mapping = (
        "mapping: 1\ntables:\n  visits:\n    file: visits.csv\n    columns: {"
        + ", ".join(f"{name}: {name}" for name in VISITS.split("\n")[0].split(","))
        + "}\n"
    )
    with Store() as store:
        found = read_mapped(folder, read_text(mapping, "m.yaml"), store)
    assert found.without({"visits"}, {("visits", "mode"), ("visits", "status")}) == 3


def test_each_rule_says_how_many_records_it_did_without(folder: Path) -> None:
    with Store() as store:
        audit = run_audit(folder, Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1)), store)
    for rule in audit.rules:
        assert rule.without in (0, 1, 2, 3), rule.id
    by_visits = [
        rule
        for rule in audit.rules
        if rule.kind == "recurring" and rule.subject_table == "households" and "visit" in rule.id
    ]
    assert by_visits and all(rule.without >= 1 for rule in by_visits)
    printed = json.loads(json.dumps(document(audit)))
    assert {rule["id"]: rule["without"] for rule in printed["rules"]} == {rule.id: rule.without for rule in audit.rules}


def test_rows_read_are_used_rejected_and_left_out(folder: Path) -> None:
    with Store() as store:
        audit = run_audit(folder, Options(as_of=dt.date(2026, 3, 31), since=dt.date(2025, 4, 1)), store)
    visits = next(one for one in document(audit)["run"]["inputs"] if one["table"] == "visits")
    assert (visits["rows"], visits["used"], visits["rejected"], visits["filtered"]) == (4, 3, 1, 0)
