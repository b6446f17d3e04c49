"""The results for other programs: `findings.json`, and the run summary on one line.

Both are byte-identical for the same audit: no wall-clock time, sorted arrays, fixed order of keys. Names of people
are never written. Every key is described in docs/reference/results.md.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.model import (
    GRADES,
    Action,
    Audit,
    ComingDue,
    Counts,
    DataIssue,
    Finding,
    Judgement,
    RuleResult,
    Run,
    Trend,
    Waiver,
)
from auditor.report.pick import by_hand_document, pick_document

COUNTED = ("met", "breach", "not_evidenced", "pending", "waived")
FORMAT = "auditor-findings/1"
SUMMARY_FORMAT = "auditor-summary/1"
STATUSES = ("assessed", "not_applicable", "not_assessed", "error")


def document(audit: Audit) -> dict[str, Any]:
    """The audit as plain dictionaries and lists, in the shape of `findings.json`."""
    return {
        "format": FORMAT,
        "run": _run(audit.run),
        "data_issues": [_issue(i) for i in sorted_issues(audit.data_issues)],
        "rules": [_rule(r) for r in sorted(audit.rules, key=lambda r: (r.id, r.version))],
        "findings": [_finding(f) for f in sorted_findings(audit.findings)],
        "coming_due": [_coming(c) for c in sorted_coming(audit.coming_due)],
        "not_looked_at": [
            {"cite": n.cite, "heading": n.heading, "kind": n.kind, "why": n.why, "question": n.question}
            for n in audit.not_looked_at
        ],
        "judgements": {area: _judgement(j) for area, j in audit.judgements.items()},
        "pick": pick_document(audit),
        "by_hand": by_hand_document(audit),
        **({"trend": _trend(audit.trend)} if audit.trend else {}),
        "grading": [{"area": area, "grade": grade, "when": when} for area, grade, when in audit.grading],
    }


def text(audit: Audit) -> str:
    """`findings.json` itself, ending in a line end."""
    dumped = json.dumps(document(audit), ensure_ascii=False, indent=1, default=_plain, allow_nan=False)
    # A half of a surrogate pair cannot be written as UTF-8; it can only come from a damaged record.
    return dumped.encode("utf-8", "replace").decode("utf-8") + "\n"


def run_summary(audit: Audit) -> str:
    """One line of JSON for schedulers: what was audited, the judgements, and how many of everything."""
    counted = [f for f in audit.findings if f.outcome != "prompt" and f.waiver is None]
    grades = Counter(f.grade for f in counted)
    statuses = Counter(r.status for r in audit.rules)
    return (
        json.dumps(
            {
                "format": SUMMARY_FORMAT,
                "as_of": audit.run.as_of.isoformat(),
                "since": audit.run.since.isoformat(),
                "rulebook": {"name": audit.run.rulebook_name, "version": audit.run.rulebook_version},
                "judgements": {area: j.grade for area, j in audit.judgements.items()},
                "findings": {grade: grades[grade] for grade in GRADES},
                "waived": sum(f.waiver is not None for f in audit.findings),
                "prompts": sum(f.outcome == "prompt" for f in audit.findings),
                "rules": {status: statuses[status] for status in STATUSES},
                "data_issues": len(audit.data_issues),
                "rows": sum(i.rows for i in audit.run.inputs),
                "rejected": sum(i.rejected for i in audit.run.inputs),
            },
            ensure_ascii=False,
        )
        .encode("utf-8", "replace")
        .decode("utf-8")
        + "\n"
    )


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by rule, then subject, then due date (those without one last), then fingerprint."""
    return sorted(
        findings,
        key=lambda f: (
            f.rule,
            f.subject_id,
            f.due_on or dt.date.max,
            f.subject_table,
            f.trigger_on or dt.date.max,
            f.fingerprint,
        ),
    )


def sorted_coming(coming: Iterable[ComingDue]) -> list[ComingDue]:
    """What falls due, by rule, then subject, then due date."""
    return sorted(coming, key=lambda c: (c.rule, c.subject_id, c.due_on, c.subject_table, c.what))


def sorted_issues(issues: Iterable[DataIssue]) -> list[DataIssue]:
    """Data issues by file, row and column; what concerns a whole file comes first."""
    return sorted(issues, key=lambda i: (i.table or "", i.source, i.row or 0, i.column or "", i.problem, i.effect))


def _date(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def _plain(value: object) -> Any:
    """Figures may hold dates, sets or the engine's decimals."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() else number


def _run(run: Run) -> dict[str, Any]:
    inputs = sorted(run.inputs, key=lambda i: (i.table, i.source))
    return {
        "as_of": _date(run.as_of),
        "since": _date(run.since),
        "tool_version": run.tool_version,
        "rulebook": {"name": run.rulebook_name, "version": run.rulebook_version, "sha256": run.rulebook_sha256},
        "engine": run.engine,
        "scope": run.scope,
        "inputs": [
            {
                "table": i.table, "source": i.source, "sha256": i.sha256, "rows": i.rows,
                "used": i.rows - i.rejected - i.filtered, "rejected": i.rejected, "filtered": i.filtered,
            }
            for i in inputs
        ],
    }


def _trend(trend: Trend) -> dict[str, Any]:
    names = ("rate", "new", "still", "gone")
    return {
        "since": _date(trend.since),
        "new": trend.new,
        "still": trend.still,
        "gone": trend.gone,
        "unseen": trend.unseen,
        "rules": {rule: dict(zip(names, figures, strict=True)) for rule, figures in trend.rules.items()},
        "fresh": sorted(trend.fresh),
    }


def _issue(issue: DataIssue) -> dict[str, Any]:
    return {
        "table": issue.table,
        "source": issue.source,
        "row": issue.row,
        "column": issue.column,
        "problem": issue.problem,
        "effect": issue.effect,
    }


def _counts(counts: Counts, names: Sequence[str] = COUNTED) -> dict[str, int]:
    return {name: getattr(counts, name) for name in names}


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "cites": list(rule.cites),
        "area": rule.area,
        "type": rule.type,
        "kind": rule.kind,
        "status": rule.status,
        "reason": rule.reason,
        "cases": rule.cases.total,
        **_counts(rule.cases),
        "rate": rule.cases.rate,
        "subjects": {"total": rule.subjects.total, **_counts(rule.subjects)},
        "grade": rule.grade,
        "confidence": rule.confidence,
        "note": rule.note,
        "remedy": rule.remedy,
        "limits": [{"name": name, "value": value, "set_by": set_by} for name, value, set_by in rule.limits],
        "without": rule.without,
    }


def _waiver(waiver: Waiver | None) -> dict[str, Any] | None:
    if waiver is None:
        return None
    return {"reason": waiver.reason, "approved_by": waiver.approved_by, "until": _date(waiver.until)}


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "fingerprint": f.fingerprint,
        "rule": f.rule,
        "rule_version": f.rule_version,
        "cites": list(f.cites),
        "area": f.area,
        "type": f.type,
        "outcome": f.outcome,
        "state": f.state,
        "grade": f.grade,
        "subject": {"table": f.subject_table, "id": f.subject_id},
        "household_id": f.household_id,
        "child_id": f.child_id,
        "worker_id": f.worker_id,
        "person_id": f.person_id,
        "trigger_on": _date(f.trigger_on),
        "due_on": _date(f.due_on),
        "done_on": _date(f.done_on),
        "days_late": f.days_late,
        "missing": list(f.missing),
        "message": f.message,
        "remedy": f.remedy,
        "waiver": _waiver(f.waiver),
        "evidence": [{"table": e.table, "id": e.id, "source": e.source, "row": e.row} for e in f.evidence],
        "figures": dict(sorted(f.figures.items())),
        "related": list(f.related),
        **({"action": _action(f.action)} if f.action else {}),
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "owner": action.owner,
        "target_on": _date(action.target_on),
        "status": action.status,
        "first_seen": _date(action.first_seen),
        "change": action.change,
    }


def _coming(c: ComingDue) -> dict[str, Any]:
    return {
        "rule": c.rule,
        "subject": {"table": c.subject_table, "id": c.subject_id},
        "household_id": c.household_id,
        "child_id": c.child_id,
        "worker_id": c.worker_id,
        "person_id": c.person_id,
        "due_on": _date(c.due_on),
        "what": c.what,
        "fingerprint": c.fingerprint,
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {"grade": judgement.grade, "because": list(judgement.because), "indicative": True}
