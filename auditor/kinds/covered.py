"""covered: each day of a span is covered by another record that fits it (a placement by terms of approval)."""

from __future__ import annotations

from auditor.conditions import Row, Variable
from auditor.kinds.draft import TRUE, Draft, unknown_sql
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Source, applies, base, bounds, match_sql, span
from auditor.yamlfile import Map

REQUIRED = ("subject", "by")
OPTIONAL = ("applies_to", "span", "within")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a covered check."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL):
        return None
    table = draft.table(check, "subject")
    by = check["by"]
    if table is None or not draft.keys(by, "by", ("table",), ("match", "where", "from", "to")):
        return None
    other = draft.table(by)
    if other is None:
        return None
    rows = base(draft, table)
    applies(draft, check, rows, "applies_to")
    span(draft, check, rows, needed=True)
    row = Row(other, "event", ("event", other.name))
    scope = draft.scope(row, rows.row, day=Variable("day.on_day", "date"))
    fits = draft.compile(by, "where", scope, "boolean", default=TRUE)
    match = match_sql(draft, by, "by", other, rows)
    starts, ends = bounds(draft, by, Source(other, row, match, TRUE, fits, [], False))
    within = draft.duration(check, "within", draft.scope(rows.row)) if check.get("within") is not None else ()
    if draft.problems:
        return None
    first = (
        f"CAST({due_sql(within, 'span_start', favourable=True)} + INTERVAL '1' DAY AS DATE)" if within else "span_start"
    )
    sql = fill(
        "covered",
        by_key=other.key,
        by_table=other.name,
        match=match,
        fits=fits.sql,
        fits_unknown=unknown_sql(fits),
        starts=starts,
        ends=ends,
        subject_table=table.name,
        **{"from": first},
    )
    return Plan(sql, rows)
