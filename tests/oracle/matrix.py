"""matrix: each kind of event has its required responses, each with a deadline of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.oracle import days
from tests.oracle.deadline import Trigger, _answered, _open, hours_after, responses, triggers, with_span
from tests.oracle.expressions import both, evaluate, parse, value
from tests.oracle.records import World
from tests.oracle.rows import Row, judge
from tests.oracle.sources import Event, after, lengths


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each trigger and each response that its kind requires."""
    for trigger in triggers(check, world):
        kind_of_event = value(check["trigger"]["kind"], trigger.base.place)
        for cell, spec in check["kinds"].get(kind_of_event, {}).items():
            required = value(spec["when"], trigger.base.place) if "when" in (spec or {}) else True
            if required is False:
                continue
            found = [_of_cell(event, check, cell) for event in responses(check, trigger)]
            kind, harsh = (_reading(check, trigger, found, world, kind=kind) for kind in (True, False))
            if trigger.ends is not None and kind.due_on >= trigger.ends:
                continue
            row = with_span(judge(kind, harsh), trigger, world)
            yield replace(row.benefit(trigger.base.sure and required is True), missing=frozenset({cell}))


def _of_cell(event: Event, check: dict, cell: str) -> Event:
    kind = evaluate(parse(check["response"]["kind"]), event.place)
    return replace(event, counts=both(event.counts, None if kind is None else kind == cell))


def _reading(check: dict, trigger: Trigger, found: list[Event], world: World, *, kind: bool) -> Row:
    counting = [event for event in found if event.counts is True or (kind and event.counts is None)]
    if days.length(lengths(check["within"], trigger.base, trigger.day)[0])[1] == "hours":
        return hours_after(check["within"], trigger, counting, world, kind=kind)
    due = after(check["within"], trigger.base, trigger.day, kind=kind)
    answered = [event.day for event in counting if event.day >= trigger.day]
    if not answered:
        return _open(trigger, due, world)
    return _answered(trigger, due, min(answered), late=min(answered) > due)


def findings(rows: list[Row]) -> list[Row]:
    """Breaches and what is not evidenced, as one row for a trigger: the worst state, and every response it lacks."""
    merged = []
    for subject in sorted({row.subject_id for row in rows}):
        own = [row for row in rows if row.subject_id == subject]
        bad = [r for r in own if r.outcome == "breach"] or [r for r in own if r.outcome == "not_evidenced"]
        if bad:
            worst = min(bad, key=lambda r: (r.state != "overdue", -(r.days_late or 0), sorted(r.missing)))
            merged.append(replace(worst, missing=frozenset().union(*(r.missing for r in bad))))
    return merged
