"""The input rows of a kind's statement: the base rows (`subject`), the rows tied to them, and their spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from auditor.conditions import Compiled, Row
from auditor.kinds.draft import NOTHING, TRUE, Draft, unknown_sql
from auditor.records import Table
from auditor.yamlfile import Map

BASE_WORDS = ("subject", "trigger", "record")
NO_DATE = "CAST(NULL AS DATE)"


@dataclass
class Base:
    """The base rows of a rule. Expressions inside the `subject` CTE see `inside` (alias s); everything after it sees
    `row` (alias subject), whose used columns the CTE then carries."""

    table: Table
    inside: Row
    row: Row
    applies: Compiled = TRUE
    span_from: Compiled = NOTHING
    span_to: Compiled = NOTHING
    extra: list[tuple[str, str]] = field(default_factory=list)

    def sql(self) -> str:
        """The body of the `subject` CTE: subject_id, applies, span_start, span_end, unknown, and what later parts use."""
        carried = sorted(self.row.used | self.who())
        columns = [
            f"s.{self.table.key} AS subject_id",
            f"{self.applies.sql} AS applies",
            f"CAST({self.span_from.sql} AS DATE) AS span_start",
            f"CAST({self.span_to.sql} AS DATE) AS span_stop",
            f"{unknown_sql(self.applies)} AS unknown",
            *[f"{sql} AS {name}" for sql, name in self.extra],
            *[f"s.{name}" for name in carried],
        ]
        listing = ",\n         ".join(columns)
        begun = "" if self.span_from.sql == "NULL" else " AND span_start <= $as_of"
        return (
            "SELECT *, CASE WHEN span_stop <= $as_of THEN span_stop END AS span_end\n"
            f"  FROM (\n  SELECT {listing}\n  FROM {self.table.name} AS s\n  ) AS base\n"
            f"  WHERE applies IS NOT FALSE{begun}"
        )

    def who(self) -> set[str]:
        """Columns that tell whom a finding concerns."""
        wanted = (
            "household_id",
            "child_id",
            "worker_id",
            "carer_id",
            "person_id",
            "member_id",
            "about_worker_id",
            "owner_id",
        )
        return {name for name in wanted if name in self.table.columns}


def base(draft: Draft, table: Table) -> Base:
    draft.note_column(table, table.key)
    return Base(table, Row(table, "s", (*BASE_WORDS, table.name)), Row(table, "subject", (*BASE_WORDS, table.name)))


def span(draft: Draft, fields: Map, rows: Base, *, key: str = "span", needed: bool = False) -> None:
    """Read a span, or take the table's own; the end may be missing from an export."""
    scope = draft.scope(rows.inside)
    given = fields.get(key)
    if given is not None:
        if draft.keys(given, key, (), ("from", "to")):
            rows.span_from = draft.compile(given, "from", scope, "date")
            rows.span_to = draft.compile(given, "to", scope, "date", lenient=True)
        return
    if rows.table.span is not None:
        start, end = rows.table.span
        line = fields.line
        rows.span_from = draft.compile_text(start, line, "span", scope, "date")
        rows.span_to = draft.compile_text(end, line, "span", scope, "date", lenient=True)
    elif needed:
        draft.problem(fields.line, f"'{rows.table.name}' has no span of its own; say `span: {{from: …, to: …}}`.")


def applies(draft: Draft, fields: Map, rows: Base, key: str) -> None:
    """Read the condition under which a base row is a case."""
    rows.applies = draft.compile(fields, key, draft.scope(rows.inside), "boolean", default=TRUE)


def subject(
    draft: Draft, check: Map, required: tuple[str, ...], optional: tuple[str, ...], *, spanned: bool = False
) -> Base | None:
    """Read what checks of a subject share: its table, `applies_to` and `span` (which it must have where `spanned`)."""
    if not draft.keys(check, "check", required, optional):
        return None
    table = draft.table(check, "subject")
    if table is None:
        return None
    rows = base(draft, table)
    applies(draft, check, rows, "applies_to")
    span(draft, check, rows, needed=spanned)
    return rows


@dataclass
class Source:
    """Rows of a table tied to the base rows. `sql` is the body of a CTE with subject_id, event_id, on_date, counts
    (TRUE or unknown), unknown, and any extra columns."""

    table: Table
    row: Row
    match: str
    date: Compiled
    where: Compiled
    extra: list[tuple[str, str]]
    dated: bool

    def sql(self, condition: str = "TRUE", *, columns: str = "") -> str:
        date = self.date.sql if self.dated else NO_DATE
        extra = "".join(f",\n         {sql} AS {name}" for sql, name in self.extra)
        known = " AND on_date IS NOT NULL" if self.dated else ""
        return (
            "SELECT *\n  FROM (\n"
            f"  SELECT subject.subject_id, subject.span_start, subject.span_end{columns},\n"
            f"         event.{self.table.key} AS event_id, '{self.table.name}' AS event_table,\n"
            f"         CAST({date} AS DATE) AS on_date, {self.where.sql} AS counts,\n"
            f"         {unknown_sql(self.where)} AS unknown{extra}\n"
            f"  FROM subject JOIN {self.table.name} AS event ON {self.match}\n  ) AS found\n"
            f"  WHERE counts IS NOT FALSE{known} AND {condition}"
        )


SOURCE_KEYS = ("match", "date", "where")


def source(
    draft: Draft, fields: Any, what: str, rows: Base, more: tuple[str, ...] = (), *, dated: bool = True
) -> Source | None:
    """Read `{table, match, date, where, …}`. `more` are further keys the caller reads; `dated` tells whether each row
    needs a date."""
    if not draft.keys(fields, what, ("table",), (*SOURCE_KEYS, *more)):
        return None
    table = draft.table(fields)
    if table is None:
        return None
    row = Row(table, "event", ("event", "response", table.name))
    scope = draft.scope(row, rows.row)
    match = match_sql(draft, fields, what, table, rows)
    date = NOTHING
    if fields.get("date") is not None:
        date = draft.compile(fields, "date", scope, "date")
    elif dated and table.dated_by is not None:
        date = draft.compile_text(table.dated_by, fields.line, what, scope, "date")
    elif dated:
        draft.problem(fields.line, f"'{what}': '{table.name}' has no date of its own; say which with `date: column`.")
    where = draft.compile(fields, "where", scope, "boolean", default=TRUE)
    draft.note_column(table, table.key)
    return Source(table, row, match, date, where, [], dated)


def match_sql(draft: Draft, fields: Map, what: str, table: Table, rows: Base) -> str:
    """SQL that ties rows of `table` (alias event) to the base rows (alias subject)."""
    given = fields.get("match")
    line = fields.line_of("match")
    key = f"subject.{rows.table.key}"
    if given is None:
        column = table.reference_to(rows.table.name)
        if column is not None:
            given = column
        elif table.name == rows.table.name:
            given = table.key
        else:
            back = rows.table.reference_to(table.name)
            if back is None:
                draft.problem(
                    line, f"'{what}': say with `match` which column of '{table.name}' ties it to '{rows.table.name}'."
                )
                return "FALSE"
            rows.row.used.add(back)
            draft.note_column(rows.table, back)
            return f"event.{table.key} = subject.{back}"
    if isinstance(given, str):
        if given not in table.columns:
            draft.problem(line, f"'{given}' is not a column of {table.name}." + _near(given, table))
            return "FALSE"
        aim = table.columns[given].references
        if aim is not None and aim != rows.table.name and fields.get("match") is not None:
            draft.problem(line, _wrong_tie(given, aim, table, rows.table))
        rows.row.used.add(rows.table.key)
        draft.note_column(table, given)
        return f"event.{given} = {key}"
    if not isinstance(given, Map) or not given:
        draft.problem(line, f"'match' is a column of '{table.name}', or a mapping of its columns to expressions.")
        return "FALSE"
    scope = draft.scope(rows.row)
    parts = []
    for column in given:
        if column not in table.columns:
            draft.problem(given.line_of(column), f"'{column}' is not a column of {table.name}." + _near(column, table))
            continue
        draft.note_column(table, column)
        parts.append(f"event.{column} = {draft.compile(given, column, scope).sql}")
    return " AND ".join(parts) or "FALSE"


def _wrong_tie(column: str, aim: str, table: Table, base_table: Table) -> str:
    """A plain column ties to the key of the base row; one that refers to another table would tie to nothing."""
    words = f"'{column}' of '{table.name}' refers to '{aim}', not to '{base_table.name}', and would match no record."
    back = column if column in base_table.columns else base_table.reference_to(aim)
    return f"{words} Write `match: {{{column}: {back}}}`." if back else words


def _near(word: object, table: Table) -> str:
    from auditor.errors import nearest

    return nearest(str(word), list(table.columns))


def pause_sql(draft: Draft, fields: Map, rows: Base, history_table: Table | None) -> str:
    """The body of the `pause_source` CTE: subject_id, from_on, to_on, counts. An open pause lasts to the day after
    the audit date; time before a table's declared history counts as a pause."""
    parts = []
    given = fields.get("pause")
    if given is not None:
        found = source(draft, given, "pause", rows, ("from", "to"), dated=False)
        if found is not None:
            draft.lenient_tables.add(found.table.name)
            start, end = bounds(draft, given, found)
            parts.append(
                "SELECT subject_id, from_on, COALESCE(to_on, CAST($as_of + INTERVAL '1' DAY AS DATE)) AS to_on, counts\n"
                "  FROM ("
                + Source(
                    found.table,
                    found.row,
                    found.match,
                    NOTHING,
                    found.where,
                    [(start, "from_on"), (end, "to_on")],
                    False,
                ).sql()
                + ") AS pauses\n  WHERE from_on IS NOT NULL"
            )
    if history_table is not None and history_table.name in draft.history:
        parts.append(
            f"SELECT subject_id, DATE '1900-01-01' AS from_on, DATE '{draft.history[history_table.name]}' AS to_on, TRUE AS counts\n"
            "  FROM subject"
        )
    if not parts:
        return f"SELECT '' AS subject_id, {NO_DATE} AS from_on, {NO_DATE} AS to_on, TRUE AS counts WHERE FALSE"
    return "\n  UNION ALL\n  ".join(parts)


def bounds(draft: Draft, fields: Map, found: Source) -> tuple[str, str]:
    """SQL of the first day and the first day no longer covered of a source with a span of its own, or as given."""
    scope = draft.scope(found.row)
    own = found.table.span or (None, None)
    edges = []
    for key, column in zip(("from", "to"), own, strict=True):
        if fields.get(key) is None and column is None:
            if key == "from":
                draft.problem(fields.line, f"'{found.table.name}' has no span of its own; say `from` and `to`.")
            edges.append(NO_DATE)
        elif fields.get(key) is not None:
            edges.append(draft.compile(fields, key, scope, "date", lenient=key == "to").sql)
        else:
            edges.append(draft.compile_text(column, fields.line, key, scope, "date", lenient=key == "to").sql)
    return edges[0], f"CASE WHEN {edges[1]} <= $as_of THEN {edges[1]} END"
