"""recurring: events of a subject follow each other within an interval (visits, reviews, supervision)."""

from __future__ import annotations

from auditor.conditions import Variable
from auditor.kinds.draft import Draft
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import pause_sql, source, subject
from auditor.yamlfile import Map

REQUIRED = ("subject", "event", "every")
OPTIONAL = ("applies_to", "span", "first_within", "pause")
IN_SPAN = "on_date >= span_start AND (span_end IS NULL OR on_date < span_end)"


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a recurring check."""
    rows = subject(draft, check, REQUIRED, OPTIONAL, spanned=True)
    if rows is None:
        return None
    event = source(draft, check["event"], "event", rows)
    scope = draft.scope(rows.row, mark=Variable("step.mark_on", "date"))
    every = draft.duration(check, "every", scope)
    first = draft.duration(check, "first_within", scope) if check.get("first_within") is not None else every
    if draft.in_hours(every) or draft.in_hours(first):
        draft.problem(check.line_of("every"), "Intervals are in days, weeks, months or working days, not hours.")
    pause = pause_sql(draft, check, rows, event.table if event else None)
    if event is None or not every or not first or draft.problems:
        return None
    slots = {
        f"{name}_{word}": due_sql(choices, "step.mark_on", favourable=word == "favourable")
        for name, choices in (("every", every), ("first", first))
        for word in ("favourable", "unfavourable")
    }
    sql = fill(
        "recurring",
        event=event.sql(IN_SPAN),
        pause=pause,
        subject_table=rows.table.name,
        event_table=event.table.name,
        **slots,
    )
    return Plan(sql, rows)
