"""Findings as plain lists for other tools: CSV for a spreadsheet, JUnit XML for a build server."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from typing import Any
from xml.etree import ElementTree

from auditor.model import AREAS, Audit, Evidence, Finding, RuleResult
from auditor.report.results import sorted_findings
from auditor.report.words import clean

COLUMNS = (
    "fingerprint",
    "rule",
    "rule_version",
    "cites",
    "area",
    "type",
    "outcome",
    "state",
    "grade",
    "subject_table",
    "subject_id",
    "household_id",
    "child_id",
    "worker_id",
    "person_id",
    "trigger_on",
    "due_on",
    "done_on",
    "days_late",
    "missing",
    "message",
    "remedy",
    "waived_until",
    "waiver_reason",
    "waiver_approved_by",
    "evidence",
)
# A spreadsheet takes a cell that begins with one of these for a formula (or drops the character and then sees one).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(audit: Audit) -> str:
    """`findings.csv`: one row for each finding, in the order of `findings.json`. Begins with a byte order mark, so
    that a spreadsheet reads it as UTF-8; a text that could be taken for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for finding in sorted_findings(audit.findings):
        writer.writerow([_cell(value) for value in _row(finding)])
    return "\ufeff" + out.getvalue()


def junit_text(audit: Audit) -> str:
    """`junit.xml`: a suite for each judgement area, a test case for each rule; a failure lists its findings."""
    found = defaultdict(list)
    for finding in sorted_findings(audit.findings):
        if finding.outcome != "prompt" and finding.waiver is None:
            found[finding.rule].append(finding)
    root = ElementTree.Element("testsuites", name=_xml(audit.run.rulebook_name))
    for area in AREAS:
        rules = sorted((r for r in audit.rules if r.area == area), key=lambda r: r.id)
        suite = ElementTree.SubElement(root, "testsuite", name=area, tests=str(len(rules)))
        suite.set("failures", str(sum(bool(found[r.id]) for r in rules)))
        suite.set("errors", str(sum(r.status == "error" for r in rules)))
        suite.set("skipped", str(sum(r.status.startswith("not_") for r in rules)))
        for rule in rules:
            _testcase(suite, rule, found[rule.id])
    ElementTree.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ElementTree.tostring(root, encoding="unicode") + "\n"


def _testcase(suite: ElementTree.Element, rule: RuleResult, findings: list[Finding]) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"{rule.area}.{rule.type}", name=_xml(f"{rule.id} {rule.title}")
    )
    if rule.status == "error":
        ElementTree.SubElement(case, "error", message=_xml(rule.reason or "could not be run"))
    elif rule.status != "assessed":
        ElementTree.SubElement(case, "skipped", message=_xml(rule.reason or rule.status))
    if findings:
        failure = ElementTree.SubElement(case, "failure", type=rule.grade, message=f"findings: {len(findings)}")
        failure.text = "\n".join(_xml(f"{f.grade}: {f.subject_table} {f.subject_id}: {f.message}") for f in findings)


def _xml(value: str) -> str:
    return clean(value)


def _row(f: Finding) -> tuple[Any, ...]:
    waiver = f.waiver
    return (
        f.fingerprint,
        f.rule,
        f.rule_version,
        "; ".join(f.cites),
        f.area,
        f.type,
        f.outcome,
        f.state,
        f.grade,
        f.subject_table,
        f.subject_id,
        f.household_id,
        f.child_id,
        f.worker_id,
        f.person_id,
        f.trigger_on,
        f.due_on,
        f.done_on,
        f.days_late,
        "; ".join(f.missing),
        f.message,
        f.remedy,
        waiver and waiver.until,
        waiver and waiver.reason,
        waiver and waiver.approved_by,
        "; ".join(_evidence(e) for e in f.evidence),
    )


def _evidence(e: Evidence) -> str:
    place = ", ".join([e.source or "", f"row {e.row}" if e.row else ""]).strip(", ")
    return f"{e.table} {e.id} ({place})" if place else f"{e.table} {e.id}"


def _cell(value: Any) -> Any:
    """A value for the file: dates in ISO form; text cleaned and unable to become a formula."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    return safe_text(value)


def safe_text(value: str) -> str:
    """Text that a spreadsheet will not take for a formula, whatever white space it begins with."""
    text = clean(value)
    return "'" + text if value.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
