"""From the rows of a rule's statement to findings: whom they concern, their sentence, evidence and fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from auditor.chains import link
from auditor.dates import working_days_between
from auditor.model import ComingDue, Evidence, Finding
from auditor.records import contract
from auditor.rule import Rule
from auditor.statement import Statement
from auditor.store import Store
from auditor.wording import in_doubt, listed, long_date, number, sentence

SEPARATOR = "\x1f"
CLUSTER = "led by "
SHOWN = ("breach", "not_evidenced", "prompt")
WORST = {"overdue": 0, "missing": 1, "expired": 2, "late": 3}


@dataclass
class Raw:
    """One row of a statement that is a finding or comes due."""

    statement: Statement
    subject_id: str
    case_key: str
    outcome: str
    state: str
    trigger_on: dt.date | None
    due_on: dt.date | None
    done_on: dt.date | None
    days_late: int | None
    missing: tuple[str, ...]
    unknown: str
    amount: float | None
    allowed: float | None
    evidence: tuple[tuple[str, str], ...]
    household_id: str | None
    child_id: str | None
    worker_id: str | None
    person_id: str | None
    grade: str
    doubt: str


def raw_rows(store: Store, statement: Statement, look_ahead: dt.date, *, everything: bool = False) -> list[Raw]:
    """The rows of the table `outcome` that are findings or come due by `look_ahead` (or all rows)."""
    ahead = "(outcome = 'pending' OR kind = 'current') AND due_on <= $look_ahead AND due_on >= DATE '1900-01-01'"
    condition = "TRUE" if everything else f"outcome IN {SHOWN} OR (outcome IN ('met', 'pending') AND {ahead})"
    rows = store.rows(
        f"SELECT o.* FROM (SELECT *, '{statement.rule.kind}' AS kind FROM outcome) AS o WHERE {condition}\n"
        "ORDER BY subject_id, due_on, trigger_on, case_key",
        {"look_ahead": look_ahead} if "$look_ahead" in condition else None,
    )
    found = [_raw(statement, row) for row in rows]
    if everything:
        return found
    return _merged(found) if statement.merged else _led(found)


def _raw(statement: Statement, row: tuple) -> Raw:
    (
        subject,
        key,
        outcome,
        state,
        trigger,
        due,
        done,
        late,
        missing,
        unknown,
        amount,
        allowed,
        evidence,
        household,
        child,
        worker,
        person,
        grade,
        doubt,
        _,
    ) = row
    return Raw(
        statement,
        subject,
        key,
        outcome,
        state,
        trigger,
        due,
        done,
        int(late) if late is not None else None,
        tuple(part for part in (missing or "").split(SEPARATOR) if part),
        unknown or "",
        amount,
        allowed,
        tuple(tuple(part.split(":", 1)) for part in (evidence or "").split(SEPARATOR) if ":" in part),
        household,
        child,
        worker,
        person,
        grade,
        doubt or "",
    )


def _led(rows: list[Raw]) -> list[Raw]:
    """One finding for a cluster of records: that of the record which leads it. The others are its evidence."""
    return [row for row in rows if not row.case_key.startswith(CLUSTER) or row.case_key == CLUSTER + row.subject_id]


def _merged(rows: list[Raw]) -> list[Raw]:
    """One finding for a base row: its worst cases, with what each lacks."""
    kept: list[Raw] = []
    groups: dict[str, list[Raw]] = {}
    for row in rows:
        if row.outcome in SHOWN:
            groups.setdefault(row.subject_id, []).append(row)
        else:
            kept.append(row)
    for group in groups.values():
        worst = [row for row in group if row.outcome == "breach"] or group
        worst.sort(key=lambda row: (WORST.get(row.state, 9), -(row.days_late or 0), row.case_key))
        first = worst[0]
        first.missing = tuple(sorted({name for row in worst for name in row.missing}))
        first.evidence = tuple(dict.fromkeys(item for row in worst for item in row.evidence))
        first.unknown = ", ".join(dict.fromkeys(part for row in worst for part in row.unknown.split(", ") if part))
        first.doubt = "; ".join(dict.fromkeys(part for row in worst for part in row.doubt.split("; ") if part))
        first.case_key = ""
        kept.append(first)
    return kept


def fingerprint(rule_id: str, table: str, subject: str, obligation: str) -> str:
    """The same for the same shortfall in every later run: rule, subject and obligation only."""
    return hashlib.sha256("\0".join((rule_id, table, subject, obligation)).encode()).hexdigest()[:16]


def assemble(
    store: Store, raw: list[Raw], supplied: set[str], as_of: dt.date, since: dt.date
) -> tuple[list[Finding], list[ComingDue]]:
    """Findings and what comes due, from the raw rows of all rules."""
    homes = (
        dict(store.rows("SELECT child_id, household_id FROM child_home"))
        if any(r.child_id and not r.household_id for r in raw)
        else {}
    )
    workers = dict(store.rows("SELECT household_id, worker_id FROM households")) if raw else {}
    for row in raw:
        row.household_id = row.household_id or homes.get(row.child_id)
        row.worker_id = row.worker_id or workers.get(row.household_id)
    short = [row for row in raw if row.outcome in SHOWN]
    places = _places(store, short, supplied)
    findings = [_finding(row, places, as_of, since) for row in short]
    findings.sort(
        key=lambda f: (f.rule, f.subject_id, f.due_on or dt.date.min, f.trigger_on or dt.date.min, f.fingerprint)
    )
    findings = link(findings, as_of)
    due = [
        _coming(row)
        for row in raw
        if row.outcome in ("pending", "met") and row.due_on is not None and row.due_on >= as_of
    ]
    due.sort(key=lambda d: (d.due_on, d.rule, d.subject_id, d.what))
    return findings, due


def _places(store: Store, rows: list[Raw], supplied: set[str]) -> dict[tuple[str, str], tuple[str, int]]:
    """Where each record of the evidence stands in the export: source and row."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        for table, key in row.evidence:
            if table in supplied:
                wanted.setdefault(table, set()).add(key)
    places = {}
    for table, keys in sorted(wanted.items()):
        key = contract().tables[table].key
        found = store.rows(
            f"SELECT t.{key}, t._source, t._row FROM loaded.{table} AS t JOIN (SELECT UNNEST($ids) AS id) AS w ON w.id = t.{key}",
            {"ids": sorted(keys)},
        )
        places.update({(table, record): (source, line) for record, source, line in found})
    return places


def _finding(row: Raw, places: dict, as_of: dt.date, since: dt.date) -> Finding:
    rule = row.statement.rule
    days = ((row.done_on or as_of) - row.trigger_on).days if row.trigger_on is not None else None
    missing = row.missing
    if row.doubt:
        missing = (*missing, *row.doubt.split("; "))
    elif row.outcome == "not_evidenced" and not missing:
        missing = tuple(part for part in row.unknown.split(", ") if part)
    figures = {
        name: value
        for name, value in (("days", days), ("amount", row.amount), ("allowed", row.allowed))
        if value is not None
    }
    found = Finding(
        fingerprint=fingerprint(rule.id, row.statement.subject_table, row.subject_id, row.case_key),
        rule=rule.id,
        rule_version=rule.version,
        cites=rule.cites,
        area=rule.area,
        type=rule.type,
        outcome=row.outcome,
        state=row.state,
        grade=row.grade,
        subject_table=row.statement.subject_table,
        subject_id=row.subject_id,
        household_id=row.household_id,
        child_id=row.child_id,
        worker_id=row.worker_id,
        person_id=row.person_id,
        trigger_on=row.trigger_on,
        due_on=row.due_on,
        done_on=row.done_on,
        days_late=row.days_late,
        missing=missing,
        message="",
        remedy=rule.remedy,
        evidence=tuple(Evidence(table, key, *places.get((table, key), (None, None))) for table, key in row.evidence),
        figures=figures,
    )
    if row.doubt:
        return replace(found, message=in_doubt(row.doubt, rule.title))
    return replace(found, message=worded(found, rule, as_of, since, row.missing, row.unknown))


def worded(finding: Finding, rule: Rule, as_of: dt.date, since: dt.date, missing: tuple[str, ...], unknown: str) -> str:
    """The sentence of a finding: its rule's message with what the finding holds, and what is `missing` or `unknown`."""
    end = finding.done_on or as_of
    values: dict[str, Any] = {
        "subject": finding.subject_id,
        "household": finding.household_id or "not recorded",
        "child": finding.child_id or "not recorded",
        "worker": finding.worker_id or "not recorded",
        "person": finding.person_id or "not recorded",
        "trigger_on": long_date(finding.trigger_on),
        "due_on": long_date(finding.due_on),
        "done_on": long_date(finding.done_on),
        "as_of": long_date(as_of),
        "since": long_date(since),
        "days": number(finding.figures.get("days")),
        "days_late": number(finding.days_late),
        "working_days": _working_days(rule.messages, finding.trigger_on, end),
        "working_days_late": _working_days(rule.messages, finding.due_on, end),
        "missing": listed(missing),
        "amount": number(finding.figures.get("amount")),
        "allowed": number(finding.figures.get("allowed")),
    }
    return sentence(rule.messages, finding.state or "", finding.outcome, values, rule.title, unknown)


def _working_days(messages: dict[str, str], start: dt.date | None, end: dt.date) -> str:
    """Working days from one day to another, where the rule's message asks for them."""
    if start is None or not any("{working_days" in text for text in messages.values()):
        return "none"
    return str(max(0, working_days_between(start, end)))


def _coming(row: Raw) -> ComingDue:
    what = row.statement.rule.title + (f" ({listed(row.missing)})" if row.missing else "")
    return ComingDue(
        rule=row.statement.rule.id,
        subject_table=row.statement.subject_table,
        subject_id=row.subject_id,
        household_id=row.household_id,
        child_id=row.child_id,
        worker_id=row.worker_id,
        person_id=row.person_id,
        due_on=row.due_on,
        what=what,
        fingerprint=fingerprint(row.statement.rule.id, row.statement.subject_table, row.subject_id, row.case_key),
    )
