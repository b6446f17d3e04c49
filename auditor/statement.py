"""The whole SQL statement of a rule: its kind's `result`, then what is common to all kinds.

Common to all: cases alive in the window, judged by the law in force when they fell due; a case that may not apply
is `not_evidenced` at worst; and the grade, raised by escalations.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass

from auditor.conditions import Variable
from auditor.errors import Problem, RulesError
from auditor.kinds.draft import Draft
from auditor.kinds.plan import Plan
from auditor.model import GRADES
from auditor.parameters import Parameter
from auditor.records import contract
from auditor.rule import Rule

_NOT_ASKED = re.compile(r"NOT\s+IN\s*\([^)]*\)|<>\s*'\w+'|coalesce\(\w+(?:\.\w+)?,\s*'\w+'\)", re.IGNORECASE)
RESULT_VARIABLES = {
    "days_late": "number",
    "amount": "number",
    "state": "text",
    "outcome": "text",
    "missing": "text",
    "trigger_on": "date",
    "due_on": "date",
    "done_on": "date",
}


@dataclass(frozen=True)
class Statement:
    """A rule ready to run. `sql` has the bound parameters $as_of and $since. `needed` columns must be in the export;
    `tables` and `columns` are all that it reads; `parameters` the names of those it uses; `asked` the words of code sets
    that its conditions ask for."""

    rule: Rule
    sql: str
    subject_table: str
    merged: bool
    needed: frozenset[tuple[str, str]]
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    lenient_tables: frozenset[str]
    parameters: tuple[str, ...]
    asked: frozenset[str] = frozenset()


def build(
    rule: Rule, parameters: dict[str, Parameter], *, history: dict[str, str] | None = None, as_of: str | None = None
) -> Statement:
    """Compile a rule. Raises RulesError with every problem of its check."""
    draft = Draft(rule.path, rule.check.line, parameters, history or {}, as_of)
    plan: Plan | None = importlib.import_module(f"auditor.kinds.{rule.kind}").plan(rule.check, draft)
    optional = _optional(rule, draft)
    grade = _grade(rule, draft, plan) if plan is not None else ""
    common = plan.common_tables() if plan is not None else ""
    if draft.problems or plan is None:
        raise RulesError(draft.problems or [Problem(rule.path, rule.check.line, "This check cannot be compiled.")])
    needed = {column for column in draft.needed if column not in optional and column[0] not in optional}
    lenient_tables = draft.lenient_tables | {name for name in optional if isinstance(name, str)}
    return Statement(
        rule=rule,
        sql=common + "\n" + _tail(rule, plan, grade),
        subject_table=plan.base.table.name,
        merged=plan.merged,
        needed=frozenset(column for column in needed if column[0] not in lenient_tables),
        tables=frozenset(draft.tables),
        columns=frozenset(draft.needed | draft.lenient),
        lenient_tables=frozenset(lenient_tables),
        parameters=tuple(sorted(draft.used_parameters)),
        asked=frozenset(_asked(rule.check)),
    )


def _asked(value: object) -> set[str]:
    """The words in quotation marks of a check's texts, and those that it lists: without those that it leaves out, and what
    is read where nothing is recorded."""
    if isinstance(value, dict):
        return set().union(*(_asked(one) for one in value.values()))
    if isinstance(value, list):
        return {one for one in value if isinstance(one, str)}.union(*(_asked(one) for one in value))
    return set(re.findall(r"'(\w+)'", _NOT_ASKED.sub(" ", value))) if isinstance(value, str) else set()


def _optional(rule: Rule, draft: Draft) -> set:
    found: set = set()
    for name in rule.optional:
        table, _, column = name.partition(".")
        known = contract().tables.get(table)
        if known is None or (column and column not in known.columns):
            draft.problem(rule.line, f"'{name}' in 'optional' is not a table or a table.column of the record model.")
        else:
            found.add((table, column) if column else table)
    return found


def _grade(rule: Rule, draft: Draft, plan: Plan) -> str:
    variables = {name: Variable(f"result.{name}", kind) for name, kind in RESULT_VARIABLES.items()}
    scope = draft.scope(plan.base.row, **variables)
    parts = []
    for entry in sorted(rule.escalate, key=lambda one: GRADES.index(one.to)):
        compiled = draft.compile_text(entry.when, entry.line, "when", scope, "boolean", lenient=True)
        parts.append(f"WHEN {compiled.sql} THEN '{entry.to}'")
    return f"CASE {' '.join(parts)} ELSE '{rule.grade}' END" if parts else f"'{rule.grade}'"


def _tail(rule: Rule, plan: Plan, grade: str) -> str:
    table = plan.base.table
    who = _who(table)
    force = ""
    day = plan.judged_on
    if rule.in_force_from:
        force += f"\n  AND {day} >= DATE '{rule.in_force_from}'"
    if rule.in_force_to:
        force += f"\n  AND {day} < DATE '{rule.in_force_to}'"
    return (
        "SELECT result.subject_id, result.case_key,\n"
        f"       CASE WHEN result.outcome = 'breach' AND subject.{plan.applies} IS NULL THEN 'not_evidenced' ELSE result.outcome END AS outcome,\n"
        "       result.state, result.trigger_on, result.due_on, result.done_on, result.days_late, result.missing,\n"
        f"       CONCAT_WS(', ', NULLIF(result.unknown, ''), CASE WHEN subject.{plan.applies} IS NULL THEN NULLIF(subject.unknown, '') END) AS unknown,\n"
        f"       result.amount, result.allowed, result.evidence,\n       {who},\n       {grade} AS grade\n"
        "FROM result JOIN subject ON subject.subject_id = result.subject_id\n"
        f"WHERE result.began_on <= $as_of\n  AND (result.closed_on IS NULL OR result.closed_on >= $since){force}"
    )


def _who(table) -> str:
    """The household, child, worker and person that a base row concerns."""
    columns = table.columns
    person = "carer_id" if "carer_id" in columns else "member_id" if "member_id" in columns else "person_id"
    worker = next((name for name in ("worker_id", "about_worker_id", "owner_id") if name in columns), None)
    parts = {
        "household_id": "household_id" if "household_id" in columns else None,
        "child_id": "child_id" if "child_id" in columns else None,
        "worker_id": worker,
        "person_id": person if person in columns else None,
    }
    return ", ".join(
        f"{'subject.' + column if column else 'CAST(NULL AS VARCHAR)'} AS {name}" for name, column in parts.items()
    )
