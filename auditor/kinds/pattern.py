"""pattern: a statement about the service or a group of rows in it: a share of endings, a rise, a worker unlike the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from auditor.conditions import Row
from auditor.durations import parse
from auditor.kinds.draft import NOTHING, TRUE, Draft, unknown_sql
from auditor.kinds.element import elements, whose
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import NO_DATE, Source, base, bounds
from auditor.records import Table, contract
from auditor.yamlfile import Map

REQUIRED = ("rows", "measure", "against")
OPTIONAL = ("of", "value", "per", "by", "only", "period", "minimum")
MEASURES = {"count": None, "share": "of", "median": "value", "rate": "per"}
LIMITS = ("at_most", "at_least")
OTHERS = ("others", "before")
MARGINS = ("ratio", "difference")


@dataclass(frozen=True)
class Against:
    """What a measure is set against: 'limit', 'others' or 'before'; whether higher is worse; and by how much it may
    differ: a number of times, a number of units, or (for a limit) the limit itself."""

    what: str
    higher: bool
    margin: str
    number: float


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a pattern check."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL) or not draft.keys(
        check["rows"], "rows", ("table",), ("where", "date")
    ):
        return None
    table = draft.table(check["rows"])
    against = _against(check, draft)
    measure = check["measure"]
    if measure not in MEASURES:
        draft.problem(check.line_of("measure"), "'measure' is count, share, median or rate.")
    for name, needed in MEASURES.items():
        if needed and (name == measure) != (check.get(needed) is not None):
            draft.problem(check.line_of(needed), f"'{needed}' goes with the measure {name}, and only with it.")
    if table is None or against is None or draft.problems:
        return None
    if against.what == "others" and check.get("by") is None:
        draft.problem(check.line_of("against"), "'others' needs `by`: what the groups are.")
    grouped = _group_table(check, draft, table)
    rows = base(draft, grouped)
    if grouped.name == "service":
        draft.lenient_tables.add("service")
    first, before = _periods(check, draft)
    minimum = draft.whole_number(check, "minimum") if check.get("minimum") is not None else 1
    source = _rows(check, draft, table, first, before)
    parts = _measure(check, draft, table)
    if draft.problems or source is None:
        return None
    sql = fill(
        "pattern",
        rows=source,
        **_comparison(against, measure),
        **parts,
        row_table=table.name,
        minimum=str(minimum),
        reference_minimum=str(minimum if measure in ("share", "median") and against.what != "limit" else 0),
        history=_history(draft, table, against, before) + _only(check),
        **{"from": first if _dated(check, table) else "$as_of"},
    )
    return Plan(sql, rows, lambda: elements(rows, "grouped", "group_id"))


def _against(check: Map, draft: Draft) -> Against | None:
    fields, line = check["against"], check.line_of("against")
    wrong = "'against' is {at_most: n}, {at_least: n}, {others: higher, ratio: n} or {before: higher, difference: n}."
    if not isinstance(fields, Map) or not fields:
        draft.problem(line, wrong)
        return None
    first = next((name for name in (*LIMITS, *OTHERS) if name in fields), None)
    margins = [name for name in MARGINS if name in fields]
    known = {first, *margins} == set(fields)
    if first is None or not known or len(margins) != (0 if first in LIMITS else 1):
        draft.problem(line, wrong)
        return None
    if first in OTHERS and fields[first] not in ("higher", "lower"):
        draft.problem(fields.line_of(first), f"'{first}' says which way is worse: higher or lower.")
        return None
    name = first if first in LIMITS else margins[0]
    number = draft.parameter_value(fields, name)
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        draft.problem(fields.line_of(name), f"'{name}' is a number.")
        return None
    if first in LIMITS:
        return Against("limit", first == "at_most", "limit", number)
    return Against(first, fields[first] == "higher", name, number)


def _group_table(check: Map, draft: Draft, table: Table) -> Table:
    """The table that a group is a record of; the service, where it is none."""
    found = whose(check.get("by"), table) if check.get("by") is not None else None
    return found or contract().tables["service"]


def _periods(check: Map, draft: Draft) -> tuple[str, str]:
    """SQL of the first day of the time looked at (the window, or the last `period`), and of the time before it."""
    if check.get("period") is None:
        length = "(DATE_DIFF('DAY', $since, $as_of) + 1)"
        return "$since", f"CAST($since - {length} * INTERVAL '1' DAY AS DATE)"
    duration = parse(draft.parameter_value(check, "period"))
    if duration is None or duration.unit not in ("days", "months"):
        draft.problem(check.line_of("period"), "'period' is one duration in days, weeks, months or years.")
        return "$since", "$since"
    unit = "MONTH" if duration.unit == "months" else "DAY"
    return tuple(  # type: ignore[return-value]
        f"CAST(CAST($as_of - {count} * INTERVAL '1' {unit} AS DATE) + INTERVAL '1' DAY AS DATE)"
        for count in (duration.count, 2 * duration.count)
    )


def _dated(check: Map, table: Table) -> bool:
    return check["rows"].get("date") is not None or table.dated_by is not None


def _rows(check: Map, draft: Draft, table: Table, first: str, before: str) -> str | None:
    """The body of the `row_source` CTE: group_id, event_id, period, counts, holds, value, unknown."""
    fields = check["rows"]
    row = Row(table, "event", ("event", "record", "subject", table.name))
    scope = draft.scope(row)
    where = draft.compile(fields, "where", scope, "boolean", default=TRUE)
    of = draft.compile(check, "of", scope, "boolean", default=TRUE)
    value = draft.compile(check, "value", scope, "number")
    draft.note_column(table, table.key)
    alive = "TRUE"
    if _dated(check, table):
        date = draft.compile_text(fields.get("date") or table.dated_by, fields.line, "date", scope, "date").sql
        alive = f"on_date >= {before} AND on_date <= $as_of"
        period = f"CASE WHEN on_date >= {first} THEN 'now' ELSE 'before' END"
    else:
        date, period = NO_DATE, "'now'"
        if table.span is not None:
            start, end = bounds(draft, fields, Source(table, row, "", NOTHING, where, [], False))
            alive = f"CAST({start} AS DATE) <= $as_of AND ({end}) IS NULL"
    group = _group(draft, check, "by", scope)
    outside = alive if "event." in alive else "TRUE"
    inside = "TRUE" if "event." in alive else alive
    known = " AND value IS NOT NULL" if check["measure"] == "median" else ""
    return (
        f"SELECT *, {period} AS period\n  FROM (\n"
        f"  SELECT event.{table.key} AS event_id, {group} AS group_id, CAST({date} AS DATE) AS on_date, {where.sql} AS counts,\n"
        f"         {of.sql} AS holds, {value.sql} AS value, CONCAT_WS(', ', NULLIF({unknown_sql(where)}, ''), NULLIF({unknown_sql(of)}, '')) AS unknown\n"
        f"  FROM {table.name} AS event WHERE {outside}\n  ) AS found\n"
        f"  WHERE counts IS NOT FALSE AND group_id IS NOT NULL{known} AND {inside}"
    )


def _group(draft: Draft, fields: Map, key: str, scope: Any) -> str:
    """SQL of the group a row belongs to: the expression given, else the service as a whole."""
    if fields.get(key) is None:
        return "COALESCE((SELECT MIN(service.service_id) FROM service), 'service')"
    return f"CAST({draft.compile(fields, key, scope).sql} AS VARCHAR)"


def _measure(check: Map, draft: Draft, table: Table) -> dict[str, str]:
    """SQL of the parts of the measure: numerator and denominator in the service's favour and against it. They add up
    over groups, save those of a median."""
    every = "COUNT(CASE WHEN counts THEN 1 END)"
    if check["measure"] == "median":
        middle = "MEDIAN(CASE WHEN counts THEN value END)"
        return {"num_low": middle, "den_low": "1", "num_high": middle, "den_high": "1", "scale": "1.0"}
    if check["measure"] == "share":
        return {
            "num_low": "COUNT(CASE WHEN counts AND holds THEN 1 END)",
            "den_low": "COUNT(CASE WHEN counts OR holds IS NOT TRUE THEN 1 END)",
            "num_high": "COUNT(CASE WHEN holds IS NOT FALSE THEN 1 END)",
            "den_high": "COUNT(CASE WHEN counts OR holds IS NOT FALSE THEN 1 END)",
            "scale": "100.0",
        }
    if check["measure"] == "rate":
        per = _per(check, draft, table)
        return {"num_low": every, "den_low": per, "num_high": "COUNT(*)", "den_high": per, "scale": "100.0"}
    return {"num_low": every, "den_low": "1", "num_high": "COUNT(*)", "den_high": "1", "scale": "1.0"}


def _per(check: Map, draft: Draft, table: Table) -> str:
    """SQL of how many rows of `per` the group has."""
    fields = check["per"]
    if not draft.keys(fields, "per", ("table",), ("where", "by")):
        return "1"
    other = draft.table(fields)
    if other is None:
        return "1"
    if (fields.get("by") is None) != (check.get("by") is None):
        draft.problem(fields.line, "'per' has a `by` where the check has one: the group that a row of it belongs to.")
    scope = draft.scope(Row(other, "base", ("base", other.name)))
    where = draft.compile(fields, "where", scope, "boolean", default=TRUE)
    group = _group(draft, fields, "by", scope)
    draft.note_column(other, other.key)
    return f"(SELECT COUNT(*) FROM {other.name} AS base WHERE ({where.sql}) AND {group} = row_source.group_id)"


def _comparison(against: Against, measure: str) -> dict[str, str]:
    """SQL of the reference, and of whether a group is worse than it in each reading."""
    kind, harsh = ("low", "high") if against.higher else ("high", "low")
    if against.what == "limit":
        reference = (
            f"SELECT DISTINCT group_id, 0 AS size, {against.number} AS low, {against.number} AS high FROM row_source"
        )
    elif against.what == "before":
        reference = "SELECT group_id, size, low, high FROM measured WHERE period = 'before'"
        if measure in ("count", "rate"):
            reference += (
                "\n  UNION ALL\n  SELECT group_id, 0 AS size, 0 AS low, 0 AS high FROM measured AS own WHERE period = 'now'\n"
                "    AND NOT EXISTS (SELECT 1 FROM measured AS earlier WHERE earlier.group_id = own.group_id AND earlier.period = 'before')"
            )
    elif measure == "median":
        reference = (
            "SELECT own.group_id, COUNT(CASE WHEN other.counts THEN 1 END) AS size, MEDIAN(CASE WHEN other.counts THEN other.value END) AS low,\n"
            "         MEDIAN(CASE WHEN other.counts THEN other.value END) AS high\n"
            "  FROM measured AS own JOIN row_source AS other ON other.group_id <> own.group_id AND other.period = 'now'\n"
            "  WHERE own.period = 'now'\n  GROUP BY own.group_id"
        )
    else:
        reference = _others()
    return {
        "reference": reference,
        "worst_first": "DESC" if against.higher else "ASC",
        "telling": "holds IS NOT FALSE" if against.higher or measure != "share" else "holds IS NOT TRUE",
        "kind": kind,
        "harsh": harsh,
        "worse_favourable": _worse(against, f"measured.{kind}", f"reference.{harsh}"),
        "worse_unfavourable": _worse(against, f"measured.{harsh}", f"reference.{kind}"),
    }


def _others() -> str:
    parts = ", ".join(
        f"(SUM(every.{name}) - own.{name}) AS {name}" for name in ("size", "num_low", "den_low", "num_high", "den_high")
    )
    return (
        "SELECT group_id, size, {{scale}} * num_low / NULLIF(den_low, 0) AS low, {{scale}} * num_high / NULLIF(den_high, 0) AS high\n"
        f"  FROM (SELECT own.group_id, {parts}\n"
        "        FROM tally AS own CROSS JOIN tally AS every WHERE own.period = 'now' AND every.period = 'now'\n"
        "        GROUP BY own.group_id, own.size, own.num_low, own.den_low, own.num_high, own.den_high) AS rest"
    )


def _worse(against: Against, own: str, other: str) -> str:
    more, less = (own, other) if against.higher else (other, own)
    if against.margin == "ratio":
        return f"{more} > {against.number} * {less}"
    if against.margin == "difference":
        return f"{more} - {less} > {against.number}"
    return f"{more} > {less}"


def _only(check: Map) -> str:
    """The one group that is judged, where the rule names it; the others are there to be compared with."""
    if check.get("only") is None:
        return ""
    return " AND measured.group_id = '" + str(check["only"]).replace("'", "''") + "'"


def _history(draft: Draft, table: Table, against: Against, before: str) -> str:
    """Nothing is set against a time before the table's records are declared to begin."""
    if against.what != "before" or table.name not in draft.history:
        return ""
    return f" AND {before} >= DATE '{draft.history[table.name]}'"
