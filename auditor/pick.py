"""The inspector's pick: the children and households whose files an inspector would probably open first.

What makes a case one of them, and the words why, are data (`rules/pick.yaml`): risks found in the records, and the
shortfalls that the rules found. The same records give the same pick.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from auditor import shipped
from auditor.dates import add_months
from auditor.engine import Request
from auditor.errors import Problem, RulesError, nearest
from auditor.model import GRADES, Finding, Home, Picked, RuleResult
from auditor.pickfile import OF, PickRules, Signal, in_words, parse
from auditor.records import contract
from auditor.register import shipped_register
from auditor.registerfile import Provision, Register
from auditor.store import Store

PATH = "rules/pick.yaml"


@dataclass
class Case:
    """A child or household that may be picked, with what speaks for it so far."""

    id: str
    household_id: str | None
    worker_id: str | None
    risk: int = 0
    because: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@lru_cache(maxsize=1)
def shipped_rules() -> PickRules:
    """The rules of the pick that ship with the rulebook, checked against the register. Raises RulesError."""
    rules = parse(shipped.text("rules", "pick.yaml"), PATH)
    problems = unknown_questions(rules, shipped_register())
    if problems:
        raise RulesError(problems)
    return rules


def file_problems() -> list[Problem]:
    """Everything that is wrong with the shipped file, for `auditor rules check`."""
    try:
        shipped_rules()
    except RulesError as error:
        return list(error.problems)
    return []


def unknown_questions(rules: PickRules, register: Register, path: str = PATH) -> list[Problem]:
    """Citations of the pick that the register does not have, with their lines. One whose question has gone, because a
    rule judges the whole of it now, is simply not asked."""
    asked = {provision.cite for provision in register.provisions}
    return [
        Problem(path, line, f"'{cite}' is no provision of the register.{nearest(cite, sorted(asked))}")
        for cites in rules.questions.values()
        for cite, line in cites
        if cite not in asked
    ]


def questions(table: str) -> tuple[Provision, ...]:
    """The provisions whose questions an auditor asks of a case of `children` or `households`, in the order of the file."""
    known = {provision.cite: provision for provision in shipped_register().provisions if provision.question}
    return tuple(known[cite] for cite, _ in shipped_rules().questions[table] if cite in known)


def choose(
    store: Store,
    supplied: Iterable[str],
    request: Request,
    homes: tuple[Home, ...],
    findings: Iterable[Finding],
    results: Iterable[RuleResult],
    rules: PickRules | None = None,
) -> tuple[Picked, ...]:
    """The cases to open first: children, then households. `homes` are the households of the caseload; only they, and the
    children who live there on the audit date, can be picked."""
    rules = rules or shipped_rules()
    cases = _cases(homes)
    home_of = {child: home.household_id for home in homes for child in home.children}
    for signal in rules.signals:
        if signal.table in set(supplied):
            _count(store, signal, request, cases[signal.of], home_of)
    _add_findings(cases, findings)
    titles = {result.id: result.title for result in results}
    picked: list[Picked] = []
    for of in OF:
        scored = [_picked(of, case, rules, titles) for case in cases[of].values()]
        scored = [one for one in scored if one.risk or one.shortfall]
        scored.sort(key=lambda one: (-_weight(one), one.id))
        picked += scored[: rules.number[of]]
    return tuple(picked)


def _weight(one: Picked) -> int:
    """The points of a case. Where risk and shortfall meet, the smaller of the two counts twice."""
    return one.risk + one.shortfall + min(one.risk, one.shortfall)


def _cases(homes: tuple[Home, ...]) -> dict[str, dict[str, Case]]:
    return {
        "children": {
            child: Case(child, home.household_id, home.worker_id) for home in homes for child in home.children
        },
        "households": {home.household_id: Case(home.household_id, home.household_id, home.worker_id) for home in homes},
    }


def _count(store: Store, signal: Signal, request: Request, cases: dict[str, Case], home_of: dict[str, str]) -> None:
    """Add the points and the sentence of a signal to the cases that have its rows."""
    counts: Counter[str] = Counter()
    columns = contract().tables[signal.table].columns
    keys = [name if name in columns else "NULL" for name in ("household_id", "child_id")]
    for household, child, number in store.rows(
        f"SELECT {keys[0]}, {keys[1]}, COUNT(*) FROM loaded.{signal.table}\nWHERE {_condition(signal)} GROUP BY 1, 2",
        _values(signal, request),
    ):
        counts[child if signal.of == "children" else household or home_of.get(child, "")] += number
    for key, number in counts.items():
        if key in cases and number >= signal.at_least:
            cases[key].risk += min(signal.points * number, signal.most)
            cases[key].because.append(signal.because(number))


def _condition(signal: Signal) -> str:
    """Which rows count. The names of columns come from the record model, the words from its code sets."""
    parts = ["TRUE"]
    booleans = {c.name for c in contract().tables[signal.table].columns.values() if c.type == "boolean"}
    for wanted, words in (("IN", signal.where), ("NOT IN", signal.where_not)):
        for column, values in words.items():
            shown = f"CASE WHEN {column} THEN 'yes' ELSE 'no' END" if column in booleans else column
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            parts.append(f"({shown} {wanted} ({listed})" + (f" OR {column} IS NULL)" if wanted == "NOT IN" else ")"))
    own = contract().tables[signal.table].dated_by
    parts += [f"({own} IS NULL OR {own} <= $as_of)"] if own else []
    if signal.within_months is not None:
        parts.append(f"{signal.dated_by} > $after AND {signal.dated_by} <= $as_of")
    if signal.ends:
        parts.append(f"({signal.ends} IS NULL OR {signal.ends} > $as_of)")
    parts += [f"({column} IS NULL)" for column in signal.empty]
    return " AND ".join(parts)


def _values(signal: Signal, request: Request) -> dict[str, object] | None:
    values: dict[str, object] = {"as_of": request.as_of}
    if signal.within_months is not None:
        values["after"] = add_months(request.as_of, -signal.within_months)
    condition = _condition(signal)
    return {name: value for name, value in values.items() if f"${name}" in condition} or None


def _add_findings(cases: dict[str, dict[str, Case]], findings: Iterable[Finding]) -> None:
    """Give each case its shortfalls: a child's are its own and those of the home that concern no other child."""
    homes: dict[str, list[Case]] = defaultdict(list)
    for case in cases["children"].values():
        homes[case.household_id or ""].append(case)
    for finding in findings:
        if finding.outcome not in ("breach", "not_evidenced") or finding.waiver is not None:
            continue
        if finding.household_id in cases["households"]:
            cases["households"][finding.household_id].findings.append(finding)
        if finding.child_id is not None:
            if finding.child_id in cases["children"]:
                cases["children"][finding.child_id].findings.append(finding)
        else:
            for case in homes.get(finding.household_id or "", ()):
                case.findings.append(finding)


def _picked(of: str, case: Case, rules: PickRules, titles: dict[str, str]) -> Picked:
    found = sorted(case.findings, key=lambda f: (GRADES.index(f.grade), f.rule, f.fingerprint))
    points = min(sum(rules.shortfalls[f.grade] for f in found), rules.shortfalls["most"])
    because = list(case.because)
    if found:
        grades = Counter(f.grade for f in found)
        worst = ", ".join(f"{grades[grade]} {grade}" for grade in GRADES if grades[grade])
        noun = "shortfall concerns" if len(found) == 1 else "shortfalls concern"
        whom = "the child or the home" if of == "children" else "the household"
        because.append(
            f"{in_words(len(found)).capitalize()} {noun} {whom} ({worst}); the gravest: {titles.get(found[0].rule, found[0].rule)}."
        )
    return Picked(
        table=of,
        id=case.id,
        household_id=case.household_id,
        worker_id=case.worker_id,
        risk=case.risk,
        shortfall=points,
        because=tuple(because),
        findings=tuple(f.fingerprint for f in found),
    )
