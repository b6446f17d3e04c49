"""Checks of the whole rulebook beyond each file's form: every rule compiles, its messages can be filled, its cases prove
it, and it accuses nobody where there are no records."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from auditor import asof
from auditor.cases import CaseResult, run_cases
from auditor.engine import Request, bound
from auditor.errors import Problem, RulesError, nearest
from auditor.literal import put
from auditor.rule import Rule, Rulebook
from auditor.statement import Statement, build
from auditor.store import EngineError, Store
from auditor.wording import PLACEHOLDERS, placeholders_in

QUIET_DAY = dt.date(2026, 3, 31)


def check(rulebook: Rulebook) -> list[Problem]:
    """All problems of the rulebook, in order of place."""
    problems: list[Problem] = []
    statements = []
    for rule in rulebook.rules.values():
        problems += _messages(rule)
        try:
            statements.append(build(rule, rulebook.parameters))
        except RulesError as error:
            problems += error.problems
    problems += _quiet(statements)
    return sorted(set(problems))


def _messages(rule: Rule) -> list[Problem]:
    problems = []
    for text in (*rule.messages.values(),):
        try:
            names = placeholders_in(text)
        except ValueError:
            problems.append(
                Problem(rule.path, rule.line, "The message has a brace { or } that does not belong to a placeholder.")
            )
            continue
        for name in names:
            if name not in PLACEHOLDERS:
                problems.append(
                    Problem(
                        rule.path,
                        rule.line,
                        f"'{{{name}}}' is not a placeholder of a message." + nearest(name, PLACEHOLDERS),
                    )
                )
    return problems


def _quiet(statements: list[Statement]) -> list[Problem]:
    """Run every statement on empty tables: it must run, and find nothing."""
    problems = []
    with Store() as store:
        tables = set().union(*(statement.tables for statement in statements)) if statements else set()
        put(store, {}, tables)
        asof.prepare(store, tables | {"households", "placements"}, QUIET_DAY, tables)
        asof.calendar(store, QUIET_DAY)
        request = Request(QUIET_DAY, QUIET_DAY - dt.timedelta(days=365))
        for statement in statements:
            rule = statement.rule
            try:
                found = store.rows(
                    f"SELECT COUNT(*) FROM ({statement.sql}) AS found WHERE outcome IN ('breach', 'not_evidenced', 'prompt')",
                    bound(statement.sql, request),
                )
            except EngineError as error:
                problems.append(
                    Problem(rule.path, rule.check.line, f"The engine refuses this rule: {str(error).splitlines()[0]}")
                )
                continue
            if found[0][0]:
                problems.append(
                    Problem(rule.path, rule.check.line, "The rule accuses even where there are no records.")
                )
    return problems


def test(rulebook: Rulebook, only: tuple[str, ...] = ()) -> list[CaseResult]:
    """Run the cases of all rules, or of those named. A rule without a met and a breach case (or a prompt, for a rule
    that only prompts) fails."""
    results = []
    for rule in rulebook.rules.values():
        if only and rule.id not in only:
            continue
        try:
            found = run_cases(rule, rulebook.parameters)
        except RulesError as error:
            results.append(
                CaseResult(
                    rule.id, "(the rule)", rule.path, rule.line, tuple(str(problem) for problem in error.problems)
                )
            )
            continue
        except EngineError as error:
            results.append(
                CaseResult(
                    rule.id,
                    "(the rule)",
                    rule.path,
                    rule.line,
                    (f"The engine refuses this rule: {str(error).splitlines()[0]}",),
                )
            )
            continue
        results += found
        seen: Counter = Counter()
        for result in found:
            seen.update(result.expected)
        wanted = ("prompt",) if rule.kind == "mention" and rule.check.get("prompt") else ("met", "breach")
        lacking = [word for word in wanted if not seen[word]]
        if lacking:
            path, line = (rule.cases[1], 1) if rule.cases else (rule.path, rule.line)
            results.append(
                CaseResult(rule.id, "(the rule's cases)", path, line, (f"no case expects {' or '.join(lacking)}",))
            )
    return results
