"""Runs the cases beside a rule: named situations with two-sided expectations. Used by the command and by the tests."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from auditor import asof
from auditor.durations import iso_date
from auditor.engine import Request, run_statement
from auditor.errors import Problem, RulesError, nearest
from auditor.findings import SHOWN, Raw, assemble, raw_rows
from auditor.literal import LiteralError, put
from auditor.model import Finding
from auditor.parameters import Parameter
from auditor.rule import Rule
from auditor.rulefile import parse_rule
from auditor.statement import build
from auditor.store import Store
from auditor.yamlfile import Map, Seq, load

CASE_KEYS = ("name", "as_of", "since", "policy", "history_from", "records", "expect")
OUTCOMES = ("met", "pending", "breach", "not_evidenced", "prompt")
FINDING_FIELDS = (
    "subject",
    "state",
    "grade",
    "trigger_on",
    "due_on",
    "done_on",
    "days_late",
    "missing",
    "household_id",
    "child_id",
    "worker_id",
    "person_id",
    "message",
    "evidence",
)


@dataclass(frozen=True)
class CaseRun:
    """All rows of a rule on literal records, and the findings they make."""

    rows: tuple[Raw, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class CaseResult:
    """One case: `failures` says in words what did not happen as expected; empty if it passed."""

    rule_id: str
    name: str
    path: str
    line: int
    failures: tuple[str, ...]
    expected: dict[str, int] = field(default_factory=dict)


def run_records(
    rule_text: str,
    records: dict[str, list[dict]],
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    policy: dict[str, Any] | None = None,
    history_from: dict[str, dt.date] | None = None,
    store: Store | None = None,
) -> CaseRun:
    """Run one rule, given as YAML text, on records given as rows of columns. `since` left out is 12 months before.
    Those who run many give a `store` that is used again for each; what was in it is thrown away."""
    rule, parameters = parse_rule(rule_text)
    with nullcontext(store) if store else Store(threads=1) as used:
        return _run(
            used,
            rule,
            _policy(parameters, policy),
            records,
            as_of,
            since,
            {k: str(v) for k, v in (history_from or {}).items()},
        )


def run_rule(
    store: Store,
    rule: Rule,
    parameters: dict[str, Parameter],
    records: dict[str, list[dict]],
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    policy: dict[str, Any] | None = None,
    history_from: dict[str, str] | None = None,
) -> CaseRun:
    """Run one rule of a rulebook on literal records. The store may be used again for the next. Raises LiteralError."""
    return _run(store, rule, _policy(parameters, policy), records, as_of, since, history_from or {})


def year_before(day: dt.date) -> dt.date:
    """The default first day of an audit's window."""
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day.replace(year=day.year - 1, day=28)


def _policy(parameters: dict[str, Parameter], policy: dict[str, Any] | None) -> dict[str, Parameter]:
    changed = dict(parameters)
    for name, value in (policy or {}).items():
        if name in changed:
            changed[name] = replace(changed[name], values=((None, value),), from_policy=True)
    return changed


def _run(
    store: Store,
    rule: Rule,
    parameters: dict[str, Parameter],
    records: dict,
    as_of: dt.date,
    since: dt.date | None,
    history: dict[str, str],
) -> CaseRun:
    statement = build(rule, parameters, history=history, as_of=as_of.isoformat())
    store.run("CREATE SCHEMA IF NOT EXISTS loaded")
    for kind, name in store.rows(
        "SELECT table_type, table_name FROM information_schema.tables WHERE table_schema = 'main' AND table_name NOT IN ('calendar', 'working_day')"
    ):
        store.run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} IF EXISTS {name} CASCADE")
    supplied = put(store, records, set(statement.tables))
    asof.prepare(store, set(supplied) | {"households", "placements"}, as_of, set(statement.tables))
    if "working_day" in statement.sql or "calendar." in statement.sql:
        store.run_all(["DROP TABLE IF EXISTS calendar", "DROP TABLE IF EXISTS working_day"])
        asof.calendar(store, as_of)
    request = Request(as_of, since or year_before(as_of))
    run_statement(store, statement, request)
    rows = raw_rows(store, statement, as_of, everything=True)
    short = [row for row in raw_rows(store, statement, as_of) if row.outcome in SHOWN]
    findings, _ = assemble(store, short, set(supplied), as_of, request.since)
    return CaseRun(tuple(rows), tuple(findings))


def run_cases(rule: Rule, parameters: dict[str, Parameter]) -> list[CaseResult]:
    """Run all cases of a rule. Raises RulesError where the cases file itself is wrong."""
    if rule.cases is None:
        return []
    text, path = rule.cases
    content = load(text, path)
    if not isinstance(content, Seq):
        raise RulesError([Problem(path, 1, "A cases file is a list; each case begins with `- name:`.")])
    results = []
    with Store(threads=1) as store:
        for place, case in enumerate(content):
            results.append(_case(store, rule, parameters, case, path, content.line_of(place)))
    return results


def _case(store: Store, rule: Rule, parameters: dict[str, Parameter], case: Any, path: str, line: int) -> CaseResult:
    wrong = _malformed(case)
    if wrong:
        return CaseResult(rule.id, str(case.get("name")) if isinstance(case, Map) else "?", path, line, tuple(wrong))
    try:
        run = _run(
            store,
            rule,
            _policy(parameters, case.get("policy")),
            case.get("records") or {},
            iso_date(case["as_of"]),
            iso_date(case.get("since")),
            dict(case.get("history_from") or {}),
        )
    except LiteralError as error:
        return CaseResult(rule.id, case["name"], path, line, (str(error),))
    expect = case["expect"]
    counts = {word: len(expect.get(word) or []) for word in OUTCOMES}
    return CaseResult(rule.id, case["name"], path, line, tuple(_compare(expect, run)), counts)


def _malformed(case: Any) -> list[str]:
    if not isinstance(case, Map):
        return ["A case is a mapping that begins with `name:`."]
    wrong = [
        f"'{key}' is not a field of a case." + nearest(str(key), CASE_KEYS) for key in case if key not in CASE_KEYS
    ]
    if not isinstance(case.get("name"), str):
        wrong.append("A case needs a name: a sentence.")
    for key in ("as_of", "since"):
        if iso_date(case.get(key)) is None and (key == "as_of" or case.get(key) is not None):
            wrong.append(f"'{key}' is a date, year-month-day.")
    expect = case.get("expect")
    if not isinstance(expect, Map) or not expect:
        wrong.append("A case needs `expect:` with met, pending, breach, not_evidenced or prompt.")
    else:
        known = (*OUTCOMES, "not_applicable")
        wrong += [f"'{key}' is not an outcome." + nearest(str(key), known) for key in expect if key not in known]
    if case.get("records") is not None and not isinstance(case["records"], Map):
        wrong.append("'records' is a mapping of a table to a list of records.")
    return wrong


def _compare(expect: Map, run: CaseRun) -> list[str]:
    """What was expected and did not happen, and what happened and was not expected."""
    failures = []
    for word in ("met", "pending"):
        wanted = Counter(str(subject) for subject in expect.get(word) or [])
        found = Counter(row.subject_id for row in run.rows if row.outcome == word)
        failures += [
            f"expected {word} for {s}{_times(n)}, which did not come" for s, n in sorted((wanted - found).items())
        ]
        failures += [f"{word} for {s}{_times(n)} was not expected" for s, n in sorted((found - wanted).items())]
    for word in SHOWN:
        left = [finding for finding in run.findings if finding.outcome == word]
        for wanted in expect.get(word) or []:
            wanted = wanted if isinstance(wanted, dict) else {"subject": wanted}
            unknown = [key for key in wanted if key not in FINDING_FIELDS]
            if unknown:
                failures.append(f"'{unknown[0]}' is not a field of a finding." + nearest(unknown[0], FINDING_FIELDS))
                continue
            match = next((finding for finding in left if not _differences(wanted, finding)), None)
            if match is not None:
                left.remove(match)
                continue
            close = next((finding for finding in left if finding.subject_id == str(wanted.get("subject"))), None)
            if close is not None:
                left.remove(close)
                failures.append(f"{word} for {close.subject_id}: " + "; ".join(_differences(wanted, close)))
            else:
                failures.append(f"expected {word} for {wanted.get('subject')}, which was not found")
        failures += [f"{word.replace('_', ' ')} for {f.subject_id} was not expected ({_seen(f)})" for f in left]
    if expect.get("not_applicable") and run.rows:
        failures.append(f"expected no case, but there were {len(run.rows)}")
    return failures


def _times(count: int) -> str:
    return "" if count == 1 else f", {count} times"


def _seen(finding: Finding) -> str:
    """What was found, in a few words: its state, days, and what is missing."""
    parts = [finding.state or "no state"]
    days = (("from", finding.trigger_on), ("due", finding.due_on), ("done", finding.done_on))
    parts += [f"{word} {day}" for word, day in days if day is not None]
    if finding.missing:
        parts.append("missing " + ", ".join(finding.missing))
    return ", ".join(parts)


def _differences(wanted: dict, finding: Finding) -> list[str]:
    differences = []
    for key, value in wanted.items():
        if key == "subject":
            actual: Any = finding.subject_id
        elif key == "missing":
            actual, value = sorted(finding.missing), sorted(str(v) for v in value)
        elif key == "evidence":
            actual, value = sorted(e.id for e in finding.evidence), sorted(str(v) for v in value)
        else:
            actual = getattr(finding, key)
        if isinstance(actual, dt.date):
            actual = actual.isoformat()
        if actual != value:
            differences.append(f"{key} is {actual}, not {value}")
    return differences
