"""deadline: a response within a time of a trigger (a complaint answered, a decision made, a visit after a placement)."""

from __future__ import annotations

from auditor.conditions import Compiled, Variable
from auditor.kinds.draft import NOTHING, TRUE, Choice, Draft
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base, Source, applies, base, source, span
from auditor.records import Table
from auditor.yamlfile import Map

REQUIRED = ("trigger", "response")
OPTIONAL = ("within", "due", "direction", "or", "not_before")
LONDON_DAY = "CAST(({instant}) AT TIME ZONE 'Europe/London' AS DATE)"


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a deadline check."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL):
        return None
    direction = check.get("direction", "after")
    if direction not in ("after", "before"):
        draft.problem(check.line_of("direction"), "'direction' is after or before.")
        return None
    rows = trigger(draft, check["trigger"], ("nth",))
    if rows is None:
        return None
    marked = draft.scope(rows.inside, **mark_of(rows))
    within = draft.duration(check, "within", marked) if check.get("within") is not None else ()
    hours = draft.in_hours(within)
    responses = [response(draft, given, rows, hours) for given in (check["response"], *_others(check, draft))]
    if direction == "before":
        return _before(draft, check, rows, within, responses)
    due = draft.compile(check, "due", draft.scope(rows.inside), "date") if check.get("due") is not None else None
    if (due is None) == (not within) and check.get("not_before") is None:
        draft.problem(check.line, "Say either `within: duration` or `due: column`.")
        return None
    early = _not_before(draft, check, rows)
    if draft.problems or any(one is None for one in responses):
        return None
    add_due(rows, within, due, hours)
    sql = fill(
        "deadline",
        response=_union(responses),
        subject_table=rows.table.name,
        **time_slots(hours),
        **early,
    )
    nth = isinstance(check["trigger"], Map) and check["trigger"].get("nth") is not None
    return Plan(
        sql, rows, lambda: numbered(draft, check["trigger"], rows), applies="applies_as_nth" if nth else "applies"
    )


def trigger(draft: Draft, fields: Map, more: tuple[str, ...] = ()) -> Base | None:
    """Read `trigger: {table, date, where, span, …}` as base rows with trigger_on, and at_from and at_to instants."""
    if not draft.keys(fields, "trigger", ("table",), ("date", "where", "span", *more)):
        return None
    table = draft.table(fields)
    if table is None:
        return None
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    if fields.get("span") is not None or table.span is not None:
        span(draft, fields, rows)
        rows.span_from = NOTHING
    text = fields.get("date", table.dated_by)
    if text is None:
        draft.problem(fields.line, f"'{table.name}' has no date of its own; say which with `date: column`.")
        return None
    scope = draft.scope(rows.inside)
    line = fields.line_of("date")
    date = draft.compile_text(text, line, "date", scope, "date")
    rows.extra.append((f"CAST({date.sql} AS DATE)", "trigger_on"))
    for edge in ("from", "to"):
        rows.extra.append((draft.compile_text(text, line, "date", scope, "date", instant=edge).sql, f"at_{edge}"))
    return rows


def mark_of(rows: Base) -> dict[str, Variable]:
    """The word `mark` in a duration: the trigger's day."""
    date = {name: sql for sql, name in rows.extra}["trigger_on"]
    return {"mark": Variable(f"({date})", "date")}


def response(draft: Draft, fields: Map, rows: Base, hours: bool, more: tuple[str, ...] = ()) -> Source | None:
    """Read a response: rows of a table, or a column of the trigger's own record."""
    if isinstance(fields, Map) and fields.get("table") is None and fields.get("date") is not None:
        fields = Map({**fields, "table": rows.table.name, "match": rows.table.key})
        fields.line, fields.lines = draft.line, {}
    found = source(draft, fields, "response", rows, more)
    if found is not None and hours:
        scope = draft.scope(found.row, rows.row)
        text = fields.get("date", found.table.dated_by)
        for edge in ("from", "to"):
            instant = draft.compile_text(text, fields.line_of("date"), "date", scope, "date", instant=edge)
            found.extra.append((instant.sql, f"at_{edge}"))
    return found


def _others(check: Map, draft: Draft) -> list[Map]:
    given = check.get("or")
    if given is None:
        return []
    if not isinstance(given, list):
        draft.problem(check.line_of("or"), "'or' is a list of responses.")
        return []
    return given


def _union(responses: list[Source | None]) -> str:
    columns = "subject_id, event_id, event_table, on_date, counts, unknown"
    timed = all(one is not None and one.extra for one in responses)
    columns += ", at_from, at_to" if timed else ""
    return "\n  UNION ALL\n  ".join(
        f"SELECT {columns} FROM (\n  {one.sql()}) AS source" for one in responses if one is not None
    )


def add_due(rows: Base, within: tuple[Choice, ...], due: Compiled | None, hours: bool) -> None:
    """Add due_favourable and due_unfavourable days, and for hours the limit_ instants behind them."""
    if hours:
        at = {name: sql for sql, name in rows.extra}
        for word, edge in (("favourable", "at_to"), ("unfavourable", "at_from")):
            limit = due_sql(within, f"({at[edge]})", favourable=word == "favourable", hours=True)
            rows.extra.append((limit, f"limit_{word}"))
            rows.extra.append((LONDON_DAY.format(instant=limit), f"due_{word}"))
        rows.extra.append(
            (f"CASE WHEN ({at['at_from']}) <> ({at['at_to']}) THEN '{rows.table.name} time of day' END", "time_unknown")
        )
        return
    date = {name: sql for sql, name in rows.extra}["trigger_on"]
    for word in ("favourable", "unfavourable"):
        sql = due_sql(within, date, favourable=word == "favourable") if within else (due.sql if due else "NULL")
        rows.extra.append((f"CAST({sql} AS DATE)", f"due_{word}"))
    rows.extra.append(("CAST(NULL AS VARCHAR)", "time_unknown"))
    rows.extra = [(sql, name) for sql, name in rows.extra if not name.startswith("at_")]


def time_slots(hours: bool) -> dict[str, str]:
    """The comparisons of a deadline: by day, or by instant for durations in hours."""
    if hours:
        return {
            "eligible": "response.at_to >= subject.at_from",
            "order_favourable": "response.at_from",
            "order_unfavourable": "response.at_to",
            "late_favourable": "kind.at_from > subject.limit_favourable",
            "late_unfavourable": "harsh.at_to > subject.limit_unfavourable",
        }
    return {
        "eligible": "response.on_date >= subject.trigger_on",
        "order_favourable": "response.on_date",
        "order_unfavourable": "response.on_date",
        "late_favourable": "kind.on_date > subject.due_favourable",
        "late_unfavourable": "harsh.on_date > subject.due_unfavourable",
    }


def _not_before(draft: Draft, check: Map, rows: Base) -> dict[str, str]:
    """The slots for a time that must pass before a response, unless a named event came first."""
    given = check.get("not_before")
    if given is None:
        rows.extra.append(("CAST(NULL AS DATE)", "wait_until"))
        return {"early_favourable": "FALSE", "early_unfavourable": "FALSE"}
    if not draft.keys(given, "not_before", ("wait",), ("unless",)):
        return {}
    wait = draft.duration(given, "wait", draft.scope(rows.inside, **mark_of(rows)))
    unless = draft.compile(
        given, "unless", draft.scope(rows.inside), "date", default=Compiled("CAST(NULL AS DATE)", "date")
    )
    if not wait or draft.in_hours(wait):
        draft.problem(given.line, "'wait' is a duration in days, working days, weeks or months.")
        return {}
    date = {name: sql for sql, name in rows.extra}["trigger_on"]
    rows.extra.append((due_sql(wait, date, favourable=False), "wait_until"))
    rows.extra.append((f"CAST({unless.sql} AS DATE)", "unless_on"))
    early = "{row}.on_date < subject.wait_until AND NOT COALESCE(subject.unless_on <= {row}.on_date, FALSE)"
    return {"early_favourable": early.format(row="kind"), "early_unfavourable": early.format(row="harsh")}


def _before(
    draft: Draft, check: Map, rows: Base, within: tuple[Choice, ...], responses: list[Source | None]
) -> Plan | None:
    for key in ("due", "not_before"):
        if check.get(key) is not None:
            draft.problem(check.line_of(key), f"'{key}' does not go with `direction: before`.")
    if draft.in_hours(within):
        draft.problem(
            check.line_of("within"), "With `direction: before`, 'within' is in days, working days, weeks or months."
        )
    if draft.problems or any(one is None for one in responses):
        return None
    date = {name: sql for sql, name in rows.extra}["trigger_on"]
    rows.extra = [(sql, name) for sql, name in rows.extra if not name.startswith("at_")]
    for word in ("favourable", "unfavourable"):
        sql = due_sql(within, date, favourable=word == "favourable", back=True) if within else "NULL"
        rows.extra.append((f"CAST({sql} AS DATE)", f"earliest_{word}"))
    sql = fill(
        "deadline_before",
        response=_union(responses),
        subject_table=rows.table.name,
    )
    return Plan(sql, rows, lambda: numbered(draft, check["trigger"], rows))


def numbered(draft: Draft, fields: Map, rows: Base) -> str:
    """The base rows that have a trigger day; with `nth`, those that are at least the nth within a rolling period."""
    body = f"SELECT * FROM (\n  {{rows}}) AS triggers\n  WHERE trigger_on <= $as_of{_history(draft, rows.table)}"
    given = fields.get("nth")
    if given is None:
        return body.format(rows=rows.sql())
    if not draft.keys(given, "nth", ("number", "in"), ("by",)):
        return ""
    number = draft.whole_number(given, "number", 2)
    period = draft.duration(given, "in", draft.scope(rows.inside))
    by = draft.compile(given, "by", draft.scope(rows.inside), default=TRUE)
    if number is None or len(period) != 1 or draft.problems:
        return ""
    rows.extra.append((by.sql, "nth_group"))
    start = due_sql(period, "trigger_on", favourable=True, back=True)
    back = number - 1
    order = "ORDER BY trigger_on, subject_id"
    return (
        "SELECT *, CASE WHEN sure_nth THEN applies END AS applies_as_nth FROM (\n"
        f"  SELECT *, LAG(trigger_on, {back}) OVER (PARTITION BY nth_group {order}) > {start} AS possible_nth,\n"
        f"         applies AND LAG(trigger_on, {back}) OVER (PARTITION BY nth_group, applies {order}) > {start} AS sure_nth\n"
        f"  FROM ({body.format(rows=rows.sql())}) AS dated WHERE nth_group IS NOT NULL\n  ) AS ranked WHERE possible_nth"
    )


def _history(draft: Draft, table: Table) -> str:
    days = [day for name, day in draft.history.items() if name in draft.tables]
    return f" AND trigger_on >= DATE '{max(days)}'" if days else ""
