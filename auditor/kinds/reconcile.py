"""reconcile: two sources that should agree, as sets (the register and the placements) or as figures (a dashboard and
the rows it speaks of)."""

from __future__ import annotations

from auditor.conditions import Compiled, Row, Variable
from auditor.kinds.draft import NOTHING, TRUE, Draft, unknown_sql
from auditor.kinds.element import elements, whose
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import applies, base, match_sql
from auditor.records import Table
from auditor.yamlfile import Map

REQUIRED = ("left", "right")
OPTIONAL = ("match", "tolerance")
SIDE_KEYS = ("name", "where")
FIGURE_KEYS = ("value", "date")
COUNT_KEYS = ("match", "distinct", "of")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a reconcile check: figures where the left side has a `value`, else sets."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL):
        return None
    left, right = check["left"], check["right"]
    figures = isinstance(left, Map) and left.get("value") is not None
    if not draft.keys(left, "left", ("table", "name"), ("where", *FIGURE_KEYS)):
        return None
    if not draft.keys(right, "right", ("table", "name"), ("where", *(COUNT_KEYS if figures else ()))):
        return None
    tables = draft.table(left), draft.table(right)
    if tables[0] is None or tables[1] is None:
        return None
    return _figures(check, draft, *tables) if figures else _sets(check, draft, *tables)


def side_name(fields: Map) -> str:
    """What a source is called in a finding, as the inside of an SQL text."""
    return str(fields["name"]).replace("'", "''")


def _sets(check: Map, draft: Draft, left: Table, right: Table) -> Plan | None:
    match = check.get("match")
    given = match if isinstance(match, Map) else Map({"left": match, "right": match})
    line = check.line_of("match")
    if match is None or set(given) != {"left", "right"}:
        draft.problem(
            line, "'match' names the column that both sides share, or is {left: expression, right: expression}."
        )
        return None
    sides, keys = [], []
    for key, table in (("left", left), ("right", right)):
        row = Row(table, "event", ("event", "record", "subject", table.name))
        scope = draft.scope(row)
        element = draft.compile_text(given[key], line, "match", scope, "text")
        where = draft.compile(check[key], "where", scope, "boolean", default=TRUE)
        draft.note_column(table, table.key)
        keys.append(whose(given[key], table))
        sides.append(
            f"SELECT * FROM (\n  SELECT event.{table.key} AS record_id, {element.sql} AS element, {where.sql} AS counts,\n"
            f"         {unknown_sql(where)} AS unknown\n  FROM {table.name} AS event\n  ) AS found\n  WHERE counts IS NOT FALSE"
        )
    if draft.problems:
        return None
    rows = base(draft, next((key for key in keys if key is not None), left))
    sql = fill(
        "reconcile",
        left_rows=sides[0],
        right_rows=sides[1],
        left_table=left.name,
        right_table=right.name,
        left_name=side_name(check["left"]),
        right_name=side_name(check["right"]),
    )
    return Plan(sql, rows, lambda: elements(rows, "element", "element_id"))


def _figures(check: Map, draft: Draft, left: Table, right: Table) -> Plan | None:
    rows = base(draft, left)
    fields, other = check["left"], check["right"]
    applies(draft, fields, rows, "where")
    scope = draft.scope(rows.inside)
    value = draft.compile(fields, "value", scope, "number")
    date = fields.get("date") or left.dated_by
    if date is None:
        draft.problem(fields.line, f"'{left.name}' has no date of its own; say which with `date: column`.")
        return None
    day = draft.compile_text(date, fields.line_of("date"), "date", scope, "date")
    rows.extra += [(value.sql, "figure"), (f"CAST({day.sql} AS DATE)", "figure_on")]
    row = Row(right, "event", ("event", right.name))
    inner = draft.scope(row, rows.row, day=Variable("subject.figure_on", "date"))
    where = draft.compile(other, "where", inner, "boolean", default=TRUE)
    of = draft.compile(other, "of", inner, "boolean", default=TRUE)
    element = draft.compile(other, "distinct", inner, default=Compiled(f"event.{right.key}", "text"))
    match = match_sql(draft, other, "right", right, rows) if other.get("match") is not None else "TRUE"
    tolerance = draft.parameter_value(check, "tolerance") if check.get("tolerance") is not None else 0
    if not isinstance(tolerance, (int, float)) or isinstance(tolerance, bool) or tolerance < 0:
        draft.problem(check.line_of("tolerance"), "'tolerance' is a number from 0.")
    draft.note_column(right, right.key)
    if draft.problems or value is NOTHING:
        return None
    low, high = _shares() if other.get("of") is not None else _counts()
    sql = fill(
        "reconcile_figures",
        key=right.key,
        table=right.name,
        match=match,
        element=element.sql,
        where=where.sql,
        of=of.sql,
        unknown=unknown_sql(where),
        of_unknown=unknown_sql(of),
        low=low,
        high=high,
        tolerance=str(tolerance),
        subject_table=left.name,
    )
    return Plan(sql, rows)


def _counts() -> tuple[str, str]:
    """SQL of the fewest and the most elements that may be counted."""
    return "COUNT(DISTINCT CASE WHEN counted.counts THEN counted.element END)", "COUNT(DISTINCT counted.element)"


def _shares() -> tuple[str, str]:
    """SQL of the lowest and the highest percentage: each unknown answer, and each row that may not count, either way.
    A row may stand for one element only."""
    there = "counted.event_id IS NOT NULL"
    low = (
        "100.0 * COUNT(CASE WHEN counted.counts AND counted.holds THEN 1 END) / NULLIF(COUNT(CASE WHEN counted.counts\n"
        f"           OR ({there} AND counted.holds IS NOT TRUE) THEN 1 END), 0)"
    )
    high = (
        f"100.0 * COUNT(CASE WHEN {there} AND counted.holds IS NOT FALSE THEN 1 END) / NULLIF(COUNT(CASE WHEN counted.counts\n"
        f"           OR ({there} AND counted.holds IS NOT FALSE) THEN 1 END), 0)"
    )
    return low, high
