"""complete: a record holds what it must (an agreement signed and complete, a complaint with its outcome)."""

from __future__ import annotations

from auditor.conditions import Compiled
from auditor.kinds.draft import TRUE, Draft, unknown_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import NO_DATE, applies, base, span
from auditor.yamlfile import Map

REQUIRED = ("record", "require")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a complete check."""
    if not draft.keys(check, "check", REQUIRED):
        return None
    fields = check["record"]
    if not draft.keys(fields, "record", ("table",), ("where", "date", "span")):
        return None
    table = draft.table(fields)
    if table is None:
        return None
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    spanned = fields.get("span") is not None or (table.span is not None and fields.get("date") is None)
    if spanned:
        span(draft, fields, rows)
    date = fields.get("date", None if spanned else table.dated_by)
    scope = draft.scope(rows.inside)
    own_date = (
        draft.compile_text(date, fields.line, "date", scope, "date") if date is not None else Compiled(NO_DATE, "date")
    )
    rows.extra.append((f"CAST({own_date.sql} AS DATE)", "record_on"))
    conditions = _conditions(draft, check, rows)
    if draft.problems or not conditions:
        return None
    for place, (_, compiled) in enumerate(conditions):
        rows.extra.append((compiled.sql, f"condition_{place}"))
        rows.extra.append((unknown_sql(compiled), f"unknown_{place}"))
    every = range(len(conditions))
    names = [name.replace("'", "''") for name, _ in conditions]
    sql = fill(
        "complete",
        subject_table=table.name,
        spanned="TRUE" if spanned else "FALSE",
        any_false=" OR ".join(f"condition_{n} IS FALSE" for n in every),
        any_unknown=" OR ".join(f"condition_{n} IS NULL" for n in every),
        false_names=", ".join(f"CASE WHEN condition_{n} IS FALSE THEN '{names[n]}' END" for n in every),
        unknown_names=", ".join(f"CASE WHEN condition_{n} IS NULL THEN '{names[n]}' END" for n in every),
        require_unknown="CONCAT_WS(', ', "
        + ", ".join(f"CASE WHEN condition_{n} IS NULL THEN NULLIF(unknown_{n}, '') END" for n in every)
        + ")",
    )
    # A record whose own date is empty has not happened yet, or cannot be placed in the window.
    alive = "TRUE" if date is None else "record_on <= $as_of"
    # A record with a span is judged as it stands on the audit date, however long ago the span began.
    body = lambda: f"SELECT * FROM (\n  {rows.sql()}) AS records WHERE {alive}"  # noqa: E731
    return Plan(sql, rows, body, judged_on="$as_of") if spanned else Plan(sql, rows, body)


def _conditions(draft: Draft, check: Map, rows) -> list[tuple[str, Compiled]]:
    require = check["require"]
    if not isinstance(require, Map) or not require:
        draft.problem(check.line_of("require"), "'require' is a mapping of a name to a condition.")
        return []
    found = []
    for name in require:
        if not isinstance(name, str):
            draft.problem(require.line_of(name), "The name of a requirement is words.")
            continue
        found.append((name, draft.compile(require, name, draft.scope(rows.inside), "boolean", default=TRUE)))
    return found
