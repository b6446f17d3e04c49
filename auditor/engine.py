"""Runs the rules one by one against the records. A rule that cannot run is `error` or `not_assessed`, never a pass."""

from __future__ import annotations

import datetime as dt
import os
import queue
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from auditor import asof, waivers
from auditor.doubts import Doubts
from auditor.findings import Raw, assemble, raw_rows
from auditor.model import ComingDue, Counts, Finding, RuleResult
from auditor.parameters import Parameter
from auditor.records import contract
from auditor.rule import Rulebook
from auditor.statement import Statement, build
from auditor.store import EngineError, Store

LOOK_AHEAD = dt.timedelta(weeks=12)
NONE = Counts()
IN_TEAM = "{worker} IN (SELECT worker_id FROM workers WHERE LOWER(TRIM(team)) = LOWER(TRIM($team)))"
SMALL_EXPORT = 1_000_000
MOST_WORKERS = 8
Only = Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True)
class Request:
    """What to audit: the day, the first day of the window, and optionally the cases of one worker, household or team."""

    as_of: dt.date
    since: dt.date
    worker: str | None = None
    household: str | None = None
    team: str | None = None


@dataclass
class Outcome:
    """All rules' results, findings and what comes due."""

    results: list[RuleResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    coming_due: list[ComingDue] = field(default_factory=list)


def ready(rulebook: Rulebook, as_of: dt.date) -> list[Statement]:
    """The statement of every rule, in order. Raises RulesError."""
    return [
        build(rule, rulebook.parameters, history=rulebook.history, as_of=as_of.isoformat())
        for rule in rulebook.rules.values()
    ]


def run_rules(
    store: Store,
    rulebook: Rulebook,
    statements: list[Statement],
    supplied: dict[str, frozenset[str]],
    request: Request,
    *,
    only: Only | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Outcome:
    """Run the rulebook's statements. `supplied` are the tables of the export with the columns it has; the store has them
    in schema `loaded`, and is sealed by now. `only` is as in missing_inputs."""
    tables: set[str] = set().union(*(statement.tables for statement in statements), {"workers"} if request.team else ())
    small = _rows(store, supplied) <= SMALL_EXPORT
    asof.prepare(store, set(supplied), request.as_of, tables, copied=small)
    if any("working_day" in statement.sql or "calendar." in statement.sql for statement in statements):
        asof.calendar(store, request.as_of)
    outcome = Outcome()
    doubts = Doubts(store)
    raw: list[Raw] = []
    lacking = [missing_inputs(statement, supplied, only) for statement in statements]
    for place, (result, found) in enumerate(
        _run_all(store, list(zip(statements, lacking, strict=True)), request, rulebook.parameters, doubts, small)
    ):
        if progress is not None:
            progress(result.id, place + 1, len(statements))
        outcome.results.append(result)
        raw += found
    outcome.findings, outcome.coming_due = assemble(store, raw, set(supplied), request.as_of, request.since)
    if rulebook.waivers:
        outcome.findings, outcome.results = waivers.apply(
            outcome.findings, outcome.results, rulebook.waivers, request.as_of
        )
    return outcome


def _run_all(
    store: Store,
    statements: list[tuple[Statement, list[str]]],
    request: Request,
    parameters: dict[str, Parameter],
    doubts: Doubts,
    small: bool,
) -> Iterator[tuple[RuleResult, list[Raw]]]:
    """The results of the statements, each with what it lacks, in their order. Small exports run one rule on each core, since
    most of a statement's time is then its preparation; large ones run one at a time, which keeps memory down."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS, len(statements))
    if workers < 2 or not small:
        for statement, lacking in statements:
            yield _run_one(store, statement, lacking, request, parameters, doubts)
        return
    free: queue.SimpleQueue[Store] = queue.SimpleQueue()
    for _ in range(workers):
        free.put(store.beside())

    def run(one: tuple[Statement, list[str]]) -> tuple[RuleResult, list[Raw]]:
        beside = free.get()
        try:
            return _run_one(beside, *one, request, parameters, doubts)
        finally:
            free.put(beside)

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(run, statements)


def _rows(store: Store, supplied: dict[str, frozenset[str]]) -> int:
    return sum(store.rows(f"SELECT COUNT(*) FROM loaded.{name}")[0][0] for name in supplied)


def _run_one(
    store: Store,
    statement: Statement,
    lacking: list[str],
    request: Request,
    parameters: dict[str, Parameter],
    doubts: Doubts,
) -> tuple[RuleResult, list[Raw]]:
    limits = tuple(_limit(parameters[name]) for name in statement.parameters)
    if lacking:
        return _result(statement, "not_assessed", "The export has no " + "; no ".join(lacking) + ".", limits), []
    try:
        cases, subjects = _count(store, statement, request, doubts)
        found = raw_rows(store, statement, request.as_of + LOOK_AHEAD)
    except EngineError as error:
        return _result(statement, "error", f"The rule could not be run ({type(error).__name__}).", limits), []
    if cases.total == 0 and not any(row.outcome == "prompt" for row in found):
        return _result(statement, "not_applicable", "No record in the export called for this rule.", limits), []
    return _result(statement, "assessed", None, limits, cases, subjects), found


def missing_inputs(statement: Statement, supplied: dict[str, frozenset[str]], only: Only | None = None) -> list[str]:
    """What the export lacks for a rule, in words: whole tables first, then columns of tables it has, then kinds of records.
    `only` are the words that a (table, column) of the export can hold at all, where its sheets are of one kind each."""
    tables = sorted(name for name in statement.tables if name not in supplied and name not in statement.lenient_tables)
    columns = sorted(
        f"column {table}.{column}"
        for table, column in statement.needed
        if table in supplied and column not in supplied[table]
    )
    kinds = []
    for (table, column), held in sorted((only or {}).items()):
        asked = statement.asked.intersection(contract().codesets[contract().tables[table].columns[column].codeset or ""])
        if (table, column) in statement.columns and asked and not asked & held:
            kinds.append(f"record with {table}.{column} {' or '.join(sorted(asked))}")
    return [f"table {name}" for name in tables] + columns + kinds


def _limit(parameter: Parameter) -> tuple[str, str, str]:
    value = parameter.at(None)
    words = (
        str(value)
        if not isinstance(value, list)
        else ", ".join(str(item.get("name", item)) if isinstance(item, dict) else str(item) for item in value)
    )
    source = "policy" if parameter.from_policy else ("law" if parameter.set_by == "law" else "default")
    return parameter.name, words, source


def _result(
    statement: Statement, status: str, reason: str | None, limits, cases: Counts = NONE, subjects: Counts = NONE
) -> RuleResult:
    rule = statement.rule
    return RuleResult(
        id=rule.id,
        version=rule.version,
        title=rule.title,
        cites=rule.cites,
        area=rule.area,
        type=rule.type,
        kind=rule.kind,
        grade=rule.grade,
        confidence=rule.confidence,
        status=status,
        reason=reason,
        cases=cases,
        subjects=subjects,
        subject_table=statement.subject_table,
        remedy=rule.remedy,
        note=rule.note,
        limits=limits,
    )


def bound(sql: str, request: Request) -> dict[str, dt.date]:
    """The bound parameters that a statement uses."""
    values = {"as_of": request.as_of, "since": request.since}
    return {name: value for name, value in values.items() if f"${name}" in sql}


def run_statement(store: Store, statement: Statement, request: Request) -> None:
    """Run a statement into the table `outcome`: a row for each case."""
    store.run("DROP TABLE IF EXISTS outcome")
    sql = f"SELECT *, CAST(NULL AS VARCHAR) AS doubt FROM ({statement.sql})"
    store.run(f"CREATE TEMP TABLE outcome AS {sql}", bound(statement.sql, request))


def _count(store: Store, statement: Statement, request: Request, doubts: Doubts) -> tuple[Counts, Counts]:
    """Run the statement, and count its cases and subjects by outcome."""
    run_statement(store, statement, request)
    _narrow(store, request)
    doubts.apply(store, statement, request.as_of)
    # A prompt asks a person to read a record; it is no case and counts in no rate.
    cases = dict(store.rows("SELECT outcome, COUNT(*) FROM outcome WHERE outcome <> 'prompt' GROUP BY outcome"))
    subjects = dict(
        store.rows(
            "SELECT worst, COUNT(*) FROM (SELECT subject_id, MIN(CASE outcome WHEN 'breach' THEN 1 WHEN 'not_evidenced' THEN 2 "
            "WHEN 'met' THEN 3 ELSE 4 END) AS worst FROM outcome WHERE outcome <> 'prompt' GROUP BY subject_id) GROUP BY worst"
        )
    )
    named = {
        word: subjects.get(place, 0)
        for place, word in enumerate(("breach", "not_evidenced", "met", "pending"), start=1)
    }
    return Counts(total=sum(cases.values()), **cases), Counts(total=sum(named.values()), **named)


def _narrow(store: Store, request: Request) -> None:
    """Keep only the cases of one worker, household or team, where asked."""
    if request.household is None and request.worker is None and request.team is None:
        return
    team = IN_TEAM.format(worker="COALESCE(outcome.worker_id, households.worker_id)") if request.team else "TRUE"
    store.run(
        "CREATE OR REPLACE TEMP TABLE outcome AS SELECT outcome.* FROM outcome\n"
        "LEFT JOIN child_home ON child_home.child_id = outcome.child_id\n"
        "LEFT JOIN households ON households.household_id = COALESCE(outcome.household_id, child_home.household_id)\n"
        "WHERE ($household IS NULL OR COALESCE(outcome.household_id, child_home.household_id) = $household)\n"
        "  AND ($worker IS NULL OR COALESCE(outcome.worker_id, households.worker_id) = $worker)\n"
        f"  AND {team}",
        {"household": request.household, "worker": request.worker, **({"team": request.team} if request.team else {})},
    )
