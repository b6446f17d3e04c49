"""limit: a number is not passed (children in a home, homes to a worker, the share of virtual visits)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.conditions import Compiled
from auditor.kinds.draft import NOTHING, Draft, unknown_sql
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base, Source, applies, base, bounds, source, span
from auditor.yamlfile import Map

MEASURES = {"count": ("distinct",), "share": ("of", "minimum"), "sum": ("value",)}
OPTIONAL = ("applies_to", "span", *MEASURES, "at_most", "at_least", "when", "unless_same")
WHENS = ("as_of", "any_day", "window")


@dataclass
class Reading:
    """What a limit check says: its measure, rows, direction and time."""

    rows: Base
    measure: str
    found: Source
    fields: Map
    at_most: bool
    when: str
    distinct: str


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a limit check."""
    if not draft.keys(check, "check", ("subject",), OPTIONAL[0:]):
        return None
    table = draft.table(check, "subject")
    measures = [name for name in MEASURES if check.get(name) is not None]
    bounds_given = [name for name in ("at_most", "at_least") if check.get(name) is not None]
    if len(measures) != 1 or len(bounds_given) != 1:
        draft.problem(check.line, "Say one of count, share or sum, and one of at_most or at_least.")
    when = check.get("when", "as_of")
    rolling = isinstance(when, Map) and set(when) == {"in_any"}
    if not rolling and when not in WHENS:
        draft.problem(check.line_of("when"), "'when' is as_of, any_day, window or {in_any: a duration}.")
    if table is None or draft.problems:
        return None
    rows = base(draft, table)
    applies(draft, check, rows, "applies_to")
    span(draft, check, rows)
    reading = _read(check, draft, rows, measures[0], bounds_given[0], "in_any" if rolling else when)
    if reading is None or draft.problems:
        return None
    if rolling:
        return _in_any(check, draft, reading)
    return _any_day(check, draft, reading) if when == "any_day" else _total(draft, reading)


def _read(check: Map, draft: Draft, rows: Base, measure: str, bound: str, when: str) -> Reading | None:
    fields = check[measure]
    found = source(draft, fields, measure, rows, (*MEASURES[measure], "span"), dated=when == "in_any")
    if found is None:
        return None
    value = draft.parameter_value(check, bound)
    ceiling = draft.compile_text(value, check.line_of(bound), bound, draft.scope(rows.inside), "number")
    rows.extra += [(ceiling.sql, "ceiling"), (unknown_sql(ceiling), "ceiling_unknown")]
    for key, name in (("distinct", "distinct_value"), ("of", "of_holds"), ("value", "value")):
        wanted = {"of": "boolean", "value": "number"}.get(key)
        default = Compiled(f"event.{found.table.key}", "text") if key == "distinct" else NOTHING
        compiled = draft.compile(fields, key, draft.scope(found.row, rows.row), wanted, default=default)
        found.extra.append((compiled.sql, name))
        if key == "of":
            found.extra.append((unknown_sql(compiled), "of_unknown"))
    if measure != "count" and when == "any_day":
        draft.problem(check.line_of("when"), "'any_day' goes with 'count' only.")
    if when == "in_any" and bound == "at_least":
        draft.problem(check.line_of("when"), "'in_any' goes with 'at_most' only.")
    return Reading(rows, measure, found, fields, bound == "at_most", when, "distinct_value")


def _row_times(draft: Draft, reading: Reading) -> None:
    """Add from_on and to_on: the row's span, or its date as a single day that lasts."""
    given = reading.fields.get("span")
    if isinstance(given, Map) or (reading.found.table.span is not None and reading.fields.get("date") is None):
        start, end = bounds(draft, given if isinstance(given, Map) else _blank(reading.fields), reading.found)
    else:
        text = reading.fields.get("date") or reading.found.table.dated_by
        if text is None:
            start = end = "CAST(NULL AS DATE)"
        else:
            scope = draft.scope(reading.found.row)
            start = draft.compile_text(text, reading.fields.line, "date", scope, "date").sql
            end = f"CAST({start} + INTERVAL '1' DAY AS DATE)" if reading.when != "as_of" else "CAST(NULL AS DATE)"
    reading.found.extra += [(f"CAST({start} AS DATE)", "from_on"), (f"CAST({end} AS DATE)", "to_on")]
    if start != "CAST(NULL AS DATE)":
        # A row whose start is empty may or may not have begun: it counts in one reading only.
        where = reading.found.where
        unknown = Compiled(
            f"({where.sql}) AND CASE WHEN ({start}) IS NULL THEN CAST(NULL AS BOOLEAN) ELSE TRUE END",
            "boolean",
            empties=(*where.empties, (f"({start}) IS NULL", f"the start of {reading.found.table.name}")),
        )
        reading.found.where = unknown


def _blank(fields: Map) -> Map:
    empty = Map()
    empty.line, empty.lines = fields.line, {}
    return empty


def _measures(reading: Reading, prefix: str = "row_source") -> tuple[str, str]:
    """SQL of the measure counting only sure rows, and counting unknown rows too."""
    sure, possible = f"{prefix}.counts", f"{prefix}.event_id IS NOT NULL"
    if reading.measure == "sum":
        return tuple(f"COALESCE(SUM(CASE WHEN {rows} THEN {prefix}.value END), 0)" for rows in (sure, possible))
    if reading.measure == "share":
        holds, unknown = f"{prefix}.of_holds", f"{prefix}.counts IS NULL AND {possible}"
        every_sure = f"COUNT(CASE WHEN {sure} THEN 1 END)"
        low = (
            f"100.0 * COUNT(CASE WHEN {sure} AND {holds} THEN 1 END) / "
            f"NULLIF({every_sure} + COUNT(CASE WHEN {unknown} AND {holds} IS NOT TRUE THEN 1 END), 0)"
        )
        high = (
            f"100.0 * COUNT(CASE WHEN {possible} AND {holds} IS NOT FALSE THEN 1 END) / "
            f"NULLIF({every_sure} + COUNT(CASE WHEN {unknown} AND {holds} IS NOT FALSE THEN 1 END), 0)"
        )
        return low, high
    # An empty value may be that of another row, or one of its own.
    own = f"COALESCE(CAST({prefix}.{reading.distinct} AS VARCHAR), 'row ' || {prefix}.event_id)"
    return (
        f"COUNT(DISTINCT CASE WHEN {sure} THEN {prefix}.{reading.distinct} END)",
        f"COUNT(DISTINCT CASE WHEN {possible} THEN {own} END)",
    )


def _total(draft: Draft, reading: Reading) -> Plan:
    _row_times(draft, reading)
    low, high = _measures(reading)
    sign, kind, harsh = (">", "low", "high") if reading.at_most else ("<", "high", "low")
    minimum = draft.whole_number(reading.fields, "minimum") if reading.fields.get("minimum") is not None else 1
    if reading.when == "as_of":
        in_time = "(row_source.from_on IS NULL OR row_source.from_on <= $as_of) AND (row_source.to_on IS NULL OR row_source.to_on > $as_of)"
        alive = "subject.span_end IS NULL"
    else:
        in_time = "(row_source.from_on IS NULL OR row_source.from_on <= $as_of) AND (row_source.to_on IS NULL OR row_source.to_on > $since)"
        alive = "(subject.span_end IS NULL OR subject.span_end > $since)"
    rows, found = reading.rows, reading.found
    sql = fill(
        "limit",
        rows=found.sql(),
        measure_low=low,
        measure_high=high,
        in_time=in_time,
        subject_alive=alive,
        of_unknown="OR row_source.of_holds IS NULL" if reading.measure == "share" else "",
        over_favourable=f"tally.{kind} {sign} subject.ceiling",
        over_unfavourable=f"(tally.{harsh} {sign} subject.ceiling) IS NOT FALSE",
        shown_favourable=f"tally.{kind}",
        shown_unfavourable=f"tally.{harsh}",
        enough_rows=f"tally.row_count >= {minimum}" if reading.measure == "share" else "TRUE",
        when=reading.when,
        subject_table=rows.table.name,
        row_table=found.table.name,
    )
    if reading.measure == "share":
        sql = sql.replace(
            "NULLIF(row_source.unknown, '')",
            "NULLIF(CONCAT_WS(', ', NULLIF(row_source.unknown, ''), NULLIF(row_source.of_unknown, '')), '')",
        )
    return Plan(sql, rows, judged_on="$as_of")


def _any_day(check: Map, draft: Draft, reading: Reading) -> Plan:
    _row_times(draft, reading)
    rows, found = reading.rows, reading.found
    same = draft.compile(check, "unless_same", draft.scope(found.row, rows.row))
    found.extra.append((same.sql, "same_value"))
    excused = "TRUE"
    if same is not NOTHING:
        excused = "NOT (CASE WHEN reading = '{kind}' THEN kinds + 0 <= 1 ELSE kinds <= 1 AND kinds_unknown = 0 END)"
    kind, harsh = ("low", "high") if reading.at_most else ("high", "low")
    edges = ""
    if not reading.at_most:
        parts = [
            f"SELECT '{word}' AS reading, subject_id, {day} AS on_date, 0 AS step FROM subject"
            for word in ("low", "high")
            for day in ("COALESCE(span_start, $since)", "COALESCE(span_end, CAST($as_of + INTERVAL '1' DAY AS DATE))")
        ]
        edges = "UNION ALL\n  " + "\n  UNION ALL\n  ".join(parts)
    sql = fill(
        "limit_any_day",
        rows=found.sql(),
        edges=edges,
        over=f"running.number {'>' if reading.at_most else '<'} subject.ceiling",
        not_excused=excused.replace("{kind}", kind),
        worst="MAX" if reading.at_most else "MIN",
        favourable=kind,
        unfavourable=harsh,
        same_unknown="OR row_span.same_value IS NULL" if same is not NOTHING else "",
        row_table=found.table.name,
        subject_table=rows.table.name,
    )
    return Plan(sql, rows)


def _in_any(check: Map, draft: Draft, reading: Reading) -> Plan | None:
    period = draft.duration(check["when"], "in_any", draft.scope(reading.rows.row))
    if len(period) != 1 or draft.in_hours(period):
        draft.problem(check.line_of("when"), "'in_any' is one duration in days, weeks, months or years.")
        return None
    rows, found = reading.rows, reading.found
    low, high = _measures(reading)
    sql = fill(
        "limit_in_any",
        rows=found.sql(),
        measure_low=low,
        measure_high=high,
        period_start=due_sql(period, "last.on_date", favourable=True, back=True),
        row_table=found.table.name,
        subject_table=rows.table.name,
    )
    return Plan(sql, rows)
