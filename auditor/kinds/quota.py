"""quota: at least so many events in each period from an anchor (two unannounced visits a year)."""

from __future__ import annotations

from auditor.kinds.draft import Draft
from auditor.kinds.plan import Plan, fill
from auditor.kinds.recurring import IN_SPAN
from auditor.kinds.source import pause_sql, source, subject
from auditor.yamlfile import Map

REQUIRED = ("subject", "event", "at_least", "per")
OPTIONAL = ("applies_to", "span", "anchor", "pause")


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a quota check."""
    rows = subject(draft, check, REQUIRED, OPTIONAL, spanned=True)
    if rows is None:
        return None
    anchor = draft.compile(check, "anchor", draft.scope(rows.inside), "date", default=rows.span_from)
    event = source(draft, check["event"], "event", rows)
    needed = draft.parameter_value(check, "at_least")
    ceiling = draft.compile_text(needed, check.line_of("at_least"), "at_least", draft.scope(rows.inside), "number")
    per = draft.duration(check, "per", draft.scope(rows.row))
    pause = pause_sql(draft, check, rows, event.table if event else None)
    if per and (len(per) > 1 or len(per[0].values) > 1 or per[0].values[0][1].unit not in ("days", "months")):
        draft.problem(check.line_of("per"), "'per' is one fixed length in days, weeks, months or years.")
        return None
    if event is None or not per or draft.problems:
        return None
    length = per[0].values[0][1]
    rows.extra += [(f"CAST({anchor.sql} AS DATE)", "anchor"), (ceiling.sql, "needed")]
    natural = "MONTH" if length.unit == "months" else "DAY"
    sql = fill(
        "quota",
        event=event.sql(IN_SPAN),
        pause=pause,
        subject_table=rows.table.name,
        event_table=event.table.name,
        boundary=f"CAST(subject.anchor + counter.n * INTERVAL '{length.count}' {natural} AS DATE)",
        last_boundary=f"CAST(FLOOR(DATE_DIFF('{natural}', subject.anchor, $as_of) / {length.count}) AS BIGINT) + 1",
    )
    return Plan(sql, rows)
