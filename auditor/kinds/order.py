"""order: the dated steps of one matter come in their order (assessment, panel, decision, notice)."""

from __future__ import annotations

from auditor.kinds.draft import Draft
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import applies, base
from auditor.yamlfile import Map, Seq

REQUIRED = ("record", "steps")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of an order check."""
    if not draft.keys(check, "check", REQUIRED):
        return None
    fields = check["record"]
    if not draft.keys(fields, "record", ("table",), ("where",)):
        return None
    table = draft.table(fields)
    steps = check["steps"]
    if table is None or not isinstance(steps, Seq) or len(steps) < 2:
        draft.problem(check.line_of("steps"), "'steps' is a list of at least two {name, date}.")
        return None
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    parts = []
    for place, step in enumerate(steps):
        if not draft.keys(step, "steps", ("name", "date"), ("optional",)):
            continue
        date = draft.compile(step, "date", draft.scope(rows.inside), "date")
        rows.extra.append((f"CAST({date.sql} AS DATE)", f"step_{place}"))
        name = str(step["name"]).replace("'", "''")
        optional = "TRUE" if step.get("optional") else "FALSE"
        parts.append(
            f"SELECT subject_id, {place} AS place, '{name}' AS name, {optional} AS optional, step_{place} AS on_date FROM subject"
        )
    if draft.problems:
        return None
    sql = fill("order", steps="\n  UNION ALL\n  ".join(parts), last=str(len(steps) - 1), subject_table=table.name)
    return Plan(sql, rows)
