"""A whole audit: an export in, an `Audit` out. Used by the command, the tests and anyone who calls this as a library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from auditor import __version__, caseload, grading, matrices, pick
from auditor.engine import Request, ready, run_rules
from auditor.errors import UsageError, nearest
from auditor.ingest import Export, Wanted, read_export
from auditor.mapping import read_mapped, read_mapping
from auditor.model import Audit, RuleResult, Run
from auditor.policy import apply_policy, read_policy
from auditor.records import contract
from auditor.register import cited_under, not_looked_at
from auditor.rule import Rule, Rulebook
from auditor.rulefile import load_rulebook, with_history
from auditor.statement import Statement
from auditor.store import Store

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """What to audit and how. `as_of` is the audit date; `since` the first day of the window (left out: the last
    inspection in the export, or 12 months before). `only` holds rule ids and citations. `history_from` maps a table to
    the day from which its records begin. `worker`, `household` and `team` narrow it to a caseload. `mapping` is the mapping file of an export in names of its own."""

    as_of: dt.date
    since: dt.date | None = None
    rules: tuple[Path, ...] = ()
    policy: Path | None = None
    only: tuple[str, ...] = ()
    history_from: tuple[tuple[str, dt.date], ...] = ()
    worker: str | None = None
    household: str | None = None
    team: str | None = None
    mapping: Path | None = None


def rulebook(options: Options) -> Rulebook:
    """The rulebook with the rules, policy and dates that the options add. Raises RulesError or UsageError."""
    content, extra = read_policy(options.policy) if options.policy else (None, [])
    book = load_rulebook([*options.rules, *extra])
    if content is not None:
        book = apply_policy(book, content, str(options.policy))
    for table, _ in options.history_from:
        if table not in contract().tables:
            raise UsageError(
                f"--history-from: '{table}' is not a table of the record model."
                + nearest(table, list(contract().tables))
            )
    if options.mapping is not None:
        book = with_history(book, dict(read_mapping(options.mapping).history_from))
    book = with_history(book, {table: day.isoformat() for table, day in options.history_from})
    return replace(book, rules=_chosen(book, options.only))


def _chosen(book: Rulebook, only: tuple[str, ...]) -> dict[str, Rule]:
    """The rules named by id or by a citation (NMS 21 takes all of standard 21)."""
    if not only:
        return book.rules
    chosen = {}
    for name in only:
        found = {
            key: rule
            for key, rule in book.rules.items()
            if key == name or any(cited_under(cite, name) for cite in rule.cites)
        }
        if not found:
            raise UsageError(f"--only: no rule has the id or citation '{name}'." + nearest(name, [*book.rules]))
        chosen.update(found)
    return dict(sorted(chosen.items()))


def run_audit(export: Path, options: Options, store: Store, *, progress: Progress | None = None) -> Audit:
    """Audit an export. The store must be new; it is sealed as soon as the records are in it, and still holds them
    afterwards (for the rejected rows). Raises ExportError, RulesError or UsageError."""
    book = rulebook(options)
    statements = ready(book, options.as_of)
    how = {"progress": progress, "wanted": _wanted(statements, options), "as_of": options.as_of}
    if options.mapping is not None:
        found = read_mapped(export, read_mapping(options.mapping), store, **how)
    else:
        found = read_export(export, store, **how)
    store.seal()
    return audit_loaded(store, found, book, statements, options, progress=progress)


def _wanted(statements: list[Statement], options: Options) -> Wanted:
    """The tables and texts to load: every table, unless only some rules are run, and the texts that a rule reads."""
    read = {column for statement in statements for column in statement.columns}
    tables = set(contract().tables)
    if options.only:
        tables = {"service", "households", "placements", *(("workers",) if options.team else ())}.union(
            *(statement.tables for statement in statements)
        )
    texts = {(table, column) for table, column in read if contract().tables[table].columns[column].type == "text"}
    return Wanted(frozenset(tables), frozenset(texts | {("service", "name"), ("workers", "team")}))


def audit_loaded(
    store: Store,
    found: Export,
    book: Rulebook,
    statements: list[Statement],
    options: Options,
    *,
    progress: Progress | None = None,
) -> Audit:
    """Audit records that are in the store already."""
    service = _service(store, found, options.as_of)
    since = options.since or service[1] or _year_before(options.as_of)
    if since > options.as_of:
        raise UsageError(f"--since {since} is after --as-of {options.as_of}.")
    request = Request(options.as_of, since, options.worker, options.household, options.team)
    caseload.check(store, set(found.supplied), request)
    outcome = run_rules(store, book, statements, found.supplied, request, only=found.only, progress=progress)
    scale = grading.read_scale(book.grading)
    households = store.rows("SELECT COUNT(*) FROM households")[0][0]
    homes = caseload.homes(store, request)
    return Audit(
        run=Run(
            as_of=options.as_of,
            since=since,
            tool_version=__version__,
            rulebook_name=book.name,
            rulebook_version=book.version,
            rulebook_sha256=book.sha256,
            engine=store.engine(),
            inputs=found.inputs,
            service_name=service[0],
            scope=scope(options),
        ),
        data_issues=found.issues,
        rules=tuple(_with_gaps(outcome.results, statements, found)),
        findings=tuple(outcome.findings),
        judgements=grading.judge(scale, outcome.results, outcome.findings, households),
        grading=scale.printed(),
        coming_due=tuple(outcome.coming_due),
        not_looked_at=not_looked_at(outcome.results),
        homes=homes,
        # With only some rules, only their tables are loaded; a pick from these would mislead.
        pick=()
        if options.only
        else pick.choose(store, found.supplied, request, homes, outcome.findings, outcome.results),
        learners=matrices.learners(store, found.supplied.keys(), homes, options.as_of),
        visited=matrices.visited(store, found.supplied.keys(), homes, since, options.as_of),
    )


def _with_gaps(results: list[RuleResult], statements: list[Statement], found: Export) -> list[RuleResult]:
    """Each result with the number of records that its rule did without, because they could not be read."""
    lost = {one.rule.id: found.without(one.tables, one.columns) for one in statements}
    return [replace(result, without=lost.get(result.id, 0)) for result in results]


def _team(name: str) -> str:
    return name if name.lower().startswith("team") else f"team {name}"


def scope(options: Options) -> str | None:
    """What the audit is limited to, in words; None where it looks at the whole service."""
    parts = [
        f"worker {options.worker}" if options.worker else "",
        _team(options.team) if options.team else "",
        f"household {options.household}" if options.household else "",
        f"rules under {', '.join(options.only)}" if options.only else "",
    ]
    return ", ".join(part for part in parts if part) or None


def _year_before(day: dt.date) -> dt.date:
    from auditor.dates import add_months

    return add_months(day, -12)


def _service(store: Store, found: Export, as_of: dt.date) -> tuple[str | None, dt.date | None]:
    """The service's name, and the last inspection on or before the audit date."""
    if "service" not in found.supplied:
        return None, None
    rows = store.rows(
        "SELECT name, CASE WHEN last_inspected_on <= $as_of THEN last_inspected_on END FROM loaded.service LIMIT 1",
        {"as_of": as_of},
    )
    return rows[0] if rows else (None, None)
