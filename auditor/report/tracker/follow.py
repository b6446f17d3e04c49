"""Carries what people wrote on an earlier tracker over to a new audit, by fingerprint. Nothing is dropped."""

from __future__ import annotations

from dataclasses import replace

from auditor.model import Action, Audit, Finding, Gone
from auditor.report.tracker.readback import Entry, Tracker

STILL = "Not found in this audit: put right, or the records changed. Close it when someone has looked."
LIMITED = "This audit was limited ({scope}); the whole audit says whether it is still found."
NOT_RUN = "Its rule could not be assessed in this audit, so nothing shows that it was put right."
NO_RULE = "Its rule is no longer in the rulebook."


def followed(audit: Audit, tracker: Tracker) -> Audit:
    """The audit with each finding's action as the tracker has it, what is new marked, and what is gone listed."""
    findings = tuple(_with_action(f, tracker.entries.get(f.fingerprint), audit) for f in audit.findings)
    here = {f.fingerprint for f in audit.findings}
    status = {rule.id: rule.status for rule in audit.rules}
    gone = tuple(
        _gone(mark, entry, audit, tracker, status) for mark, entry in tracker.entries.items() if mark not in here
    )
    return replace(audit, findings=findings, gone=gone)


def _with_action(finding: Finding, entry: Entry | None, audit: Audit) -> Finding:
    if entry is None:
        return replace(finding, action=Action(first_seen=audit.run.as_of, change="new"))
    change = "returned" if entry.was_gone else "done" if entry.action.status == "Done" else ""
    seen = entry.action.first_seen or audit.run.as_of
    return replace(finding, action=replace(entry.action, change=change, first_seen=seen))


def _gone(mark: str, entry: Entry, audit: Audit, tracker: Tracker, status: dict[str, str]) -> Gone:
    told = entry.described
    rule = told.get("Rule", "")
    if audit.run.scope:
        why = LIMITED.format(scope=audit.run.scope)
    elif rule and rule not in status:
        why = NO_RULE
    elif status.get(rule) in ("not_assessed", "error"):
        why = NOT_RUN
    else:
        why = STILL
    return Gone(
        fingerprint=mark,
        rule=rule,
        grade=told.get("Grade", ""),
        household=told.get("Household", ""),
        child=told.get("Child", ""),
        worker=told.get("Worker", ""),
        message=told.get("Finding", ""),
        why=why,
        last_found=entry.last_found if entry.was_gone else tracker.as_of,
        action=entry.action,
    )
