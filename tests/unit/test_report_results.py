"""findings.json, the run summary, CSV and JUnit: their shape, their order, the same bytes, and nothing that can act."""

import csv
import dataclasses
import datetime as dt
import io
import json
import random
from xml.etree import ElementTree

import pytest
from test_report_sample import make_audit

from auditor.model import GRADES, Counts
from auditor.report import flat, results


@pytest.fixture(scope="module")
def audit():
    return make_audit(hostile=0.4)


def shuffled(audit, seed):
    rng = random.Random(seed)
    mixed = {}
    for name in ("findings", "rules", "data_issues", "coming_due"):
        items = list(getattr(audit, name))
        rng.shuffle(items)
        mixed[name] = tuple(items)
    return dataclasses.replace(audit, **mixed)


def test_the_same_audit_gives_the_same_bytes_in_whatever_order_it_was_found(audit):
    other = shuffled(audit, 1)
    assert results.text(audit) == results.text(other)
    assert results.run_summary(audit) == results.run_summary(other)
    assert flat.csv_text(audit) == flat.csv_text(other)
    assert flat.junit_text(audit) == flat.junit_text(other)


def test_findings_json_has_the_keys_that_other_programs_rely_on(audit):
    text = results.text(audit)
    assert text.endswith("}\n") and "\\u00e9" not in text
    document = json.loads(text)
    assert document["format"] == "auditor-findings/1"
    assert {"run", "data_issues", "rules", "findings", "judgements"} <= set(document)
    assert set(document["run"]) >= {"as_of", "since", "tool_version", "rulebook", "engine", "inputs"}
    assert set(document["run"]["rulebook"]) == {"name", "version", "sha256"}
    assert list(document["run"]["inputs"][0]) == ["table", "source", "sha256", "rows", "used", "rejected", "filtered"]
    assert list(document["data_issues"][0]) == ["table", "source", "row", "column", "problem", "effect"]
    rule = {"id", "version", "title", "cites", "area", "type", "status", "reason", "cases", "met", "breach", "not_evidenced",
            "pending", "waived", "rate", "subjects", "grade"}  # fmt: skip
    assert rule <= set(document["rules"][0])
    assert {"total", "met", "breach", "not_evidenced", "pending"} <= set(document["rules"][0]["subjects"])
    finding = {"fingerprint", "rule", "rule_version", "cites", "area", "type", "outcome", "state", "grade", "subject",
               "household_id", "child_id", "worker_id", "person_id", "trigger_on", "due_on", "done_on", "days_late", "missing",
               "message", "remedy", "waiver", "evidence"}  # fmt: skip
    assert finding <= set(document["findings"][0])
    assert {"experiences", "protection", "leadership", "overall"} == set(document["judgements"])
    assert all(j["grade"] and j["because"] for j in document["judgements"].values())


def test_findings_are_in_order_of_rule_subject_and_due_date(audit):
    found = json.loads(results.text(audit))["findings"]
    keys = [(f["rule"], f["subject"]["id"], f["due_on"] or "9999") for f in found]
    assert keys == sorted(keys) and len(keys) == len(audit.findings)
    assert [r["id"] for r in json.loads(results.text(audit))["rules"]] == sorted(r.id for r in audit.rules)


def test_names_of_people_are_never_written(audit):
    named = dataclasses.replace(audit, names={("households", f"HH-{n:03}"): "Zzyx Household" for n in range(99)})
    for text in (results.text(named), results.run_summary(named), flat.csv_text(named), flat.junit_text(named)):
        assert "Zzyx" not in text


@pytest.mark.parametrize(
    ("counts", "rate"),
    [
        (Counts(83, 75, 6, 1, 1, 0), 0.915),  # 75 of 82 decided; the pending one is left out
        (Counts(3, 0, 0, 0, 3, 0), None),
        (Counts(4, 3, 0, 0, 0, 1), 1.0),
    ],
)
def test_a_rate_is_met_out_of_what_was_decided(audit, counts, rate):
    rule = dataclasses.replace(audit.rules[0], cases=counts)
    written = json.loads(results.text(dataclasses.replace(audit, rules=(rule,))))["rules"][0]
    assert written["rate"] == rate and written["cases"] == counts.total


def test_the_run_summary_is_one_line_that_counts_neither_waived_nor_prompts(audit):
    text = results.run_summary(audit)
    assert text.count("\n") == 1
    document = json.loads(text)
    for grade in GRADES:
        expected = [f for f in audit.findings if f.grade == grade and f.waiver is None and f.outcome != "prompt"]
        assert document["findings"][grade] == len(expected)
    assert document["rules"] == {"assessed": 44, "not_applicable": 1, "not_assessed": 2, "error": 1}


def test_no_cell_of_the_csv_can_become_a_formula(audit):
    text = flat.csv_text(audit)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0] == list(flat.COLUMNS) and len(rows) == len(audit.findings) + 1
    for row in rows[1:]:
        assert len(row) == len(rows[0])
        for cell in row:
            assert cell == "" or cell.lstrip()[0] not in "=+-@\t\r" or cell.lstrip("-").isdigit()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("\t=1+1", "' =1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("HH-1", "HH-1"),
        ("a = b", "a = b"),
        ("", ""),
    ],
)
def test_only_what_could_be_a_formula_gets_an_apostrophe(text, safe):
    assert flat.safe_text(text) == safe


def test_junit_has_a_case_for_each_rule_and_fails_those_with_findings(audit):
    root = ElementTree.fromstring(flat.junit_text(audit).encode())
    cases = root.findall(".//testcase")
    assert len(cases) == len(audit.rules)
    short = {f.rule for f in audit.findings if f.waiver is None and f.outcome != "prompt"}
    failed = {c.get("name").split()[0] for c in cases if c.find("failure") is not None}
    assert failed == short
    assert len(root.findall(".//error")) == 1 and len(root.findall(".//skipped")) == 3


def test_figures_may_hold_dates_and_the_engines_numbers(audit):
    from decimal import Decimal

    figures = {"since": dt.date(2026, 1, 2), "share": Decimal("12.5"), "amount": Decimal("3")}
    one = dataclasses.replace(audit.findings[0], figures=figures)
    written = json.loads(results.text(dataclasses.replace(audit, findings=(one,))))["findings"][0]["figures"]
    assert written == {"amount": 3, "share": 12.5, "since": "2026-01-02"}
