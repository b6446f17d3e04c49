"""matrix: each kind of event has its required responses (Schedule 7: which bodies are told of which event)."""

from __future__ import annotations

from auditor.conditions import Row
from auditor.errors import nearest
from auditor.kinds.deadline import add_due, mark_of, numbered, response, time_slots, trigger
from auditor.kinds.draft import Draft, unknown_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base
from auditor.model import CONFIDENCES
from auditor.records import Column, Table, contract
from auditor.yamlfile import Map

REQUIRED = ("trigger", "response", "within", "kinds")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a matrix check."""
    if not draft.keys(check, "check", REQUIRED):
        return None
    rows = trigger(draft, check["trigger"], ("kind",))
    if rows is None:
        return None
    kind = _code_column(draft, check["trigger"], rows.table, rows.inside)
    within = draft.duration(check, "within", draft.scope(rows.inside, **mark_of(rows)))
    hours = draft.in_hours(within)
    found = response(draft, check["response"], rows, hours, ("kind",))
    if found is None or kind is None or not within:
        return None
    cell = _code_column(draft, check["response"], found.table, found.row)
    if cell is None:
        return None
    rows.extra.append((f"s.{kind.name}", "trigger_kind"))
    found.extra.append((f"event.{cell.name}", "cell"))
    cells = _cells(draft, check["kinds"], kind, cell, rows)
    if draft.problems:
        return None
    add_due(rows, within, None, hours)
    sql = fill(
        "matrix",
        requirement=_requirement(cells),
        response=found.sql(),
        subject_table=rows.table.name,
        response_table=found.table.name,
        cell_condition=_case(cells, "TRUE", 0),
        cell_unknown=_case(cells, "''", 1),
        **time_slots(hours),
    )
    return Plan(sql, rows, lambda: numbered(draft, check["trigger"], rows), merged=True)


def _code_column(draft: Draft, fields: Map, table: Table, row: Row) -> Column | None:
    name = fields.get("kind")
    column = table.columns.get(name) if isinstance(name, str) else None
    if column is None or column.codeset is None:
        draft.problem(fields.line_of("kind"), f"'kind' must name a code column of {table.name}.")
        return None
    draft.note_column(table, column.name)
    row.used.add(column.name)
    return column


def _cells(draft: Draft, kinds: Map, kind: Column, cell: Column, rows: Base) -> list[tuple[str, str, str, str]]:
    """(trigger kind, required response, condition SQL, SQL naming what is unknown) for each cell."""
    cells = []
    if not isinstance(kinds, Map):
        draft.problem(draft.line, "'kinds' is a mapping of trigger kind to required responses.")
        return cells
    for word, wanted in kinds.items():
        _known(draft, kinds.line_of(word), word, kind)
        if isinstance(wanted, list):
            plain = Map({name: Map() for name in wanted})
            plain.line, plain.lines = kinds.line_of(word), {}
            wanted = plain
        if not isinstance(wanted, Map) or not wanted:
            draft.problem(kinds.line_of(word), f"'{word}' needs a list or a mapping of required responses.")
            continue
        for name, terms in wanted.items():
            _known(draft, wanted.line_of(name), name, cell)
            terms = terms if isinstance(terms, Map) else Map()
            for key in terms:
                if key not in ("when", "confidence", "note"):
                    draft.problem(
                        terms.line_of(key),
                        f"'{key}' is not a field of a cell." + nearest(key, ["when", "confidence", "note"]),
                    )
            if terms.get("confidence", "high") not in CONFIDENCES:
                draft.problem(terms.line_of("confidence"), "'confidence' is high, medium or low.")
            condition, unknown = "TRUE", "''"
            if terms.get("when") is not None:
                compiled = draft.compile(terms, "when", draft.scope(rows.row), "boolean")
                condition, unknown = compiled.sql, unknown_sql(compiled)
            cells.append((word, name, condition, unknown))
    return cells


def _known(draft: Draft, line: int, word: object, column: Column) -> None:
    valid = contract().codesets[column.codeset or ""]
    if word not in valid:
        draft.problem(line, f"'{word}' is not a word of the code set {column.codeset}." + nearest(str(word), valid))


def _requirement(cells: list[tuple[str, str, str, str]]) -> str:
    rows = [f"SELECT '{kind}' AS kind, '{cell}' AS cell" for kind, cell, _, _ in cells]
    return "\n  UNION ALL ".join(rows)


def _case(cells: list[tuple[str, str, str, str]], plain: str, which: int) -> str:
    """CASE over the cells that have a condition of their own."""
    groups: dict[str, list[str]] = {}
    for kind, cell, *sql in cells:
        if sql[0] != "TRUE":
            groups.setdefault(sql[which], []).append(f"(requirement.kind = '{kind}' AND requirement.cell = '{cell}')")
    if not groups:
        return plain
    branches = " ".join(f"WHEN {' OR '.join(places)} THEN {sql}" for sql, places in groups.items())
    return f"CASE {branches} ELSE {plain} END"
