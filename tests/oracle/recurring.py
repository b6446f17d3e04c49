"""recurring: events of a subject follow each other within an interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.records import World
from tests.oracle.rows import Row
from tests.oracle.sources import (
    Base,
    Event,
    Span,
    after,
    bases,
    begun,
    counted,
    dated,
    events,
    nth_counted,
    pause_days,
)


@dataclass(frozen=True)
class Gap:
    """The time from one mark to what ended it: an event, the span's end, or (None) nothing yet."""

    mark: dt.date
    first: bool
    event: dt.date | None
    span_end: dt.date | None
    as_of: dt.date

    @property
    def end(self) -> dt.date:
        return self.event or self.span_end or self.as_of

    @property
    def too_late(self) -> str:
        return "late" if self.event else "missed" if self.span_end else "overdue"


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each mark: the span's start, and each event that surely counts."""
    table = check["event"]["table"]
    for base in bases(world, check["subject"], check.get("applies_to"), check.get("span")):
        if not begun(base, world):
            continue
        inside = [
            event for event in dated(events(world, check["event"], base), world)
            if event.day >= base.start and (base.end is None or event.day < base.end)
        ]
        kind_pauses = pause_days(world, check, base, maybe=True, records_of=table)
        harsh_pauses = pause_days(world, check, base, maybe=False, records_of=table)
        for gap, maybe in _gaps(base, inside, world):
            row = _case(check, base, gap, harsh_pauses, kind=False)
            if row.outcome == "breach":
                row = _benefit(check, base, gap, maybe, kind_pauses, row)
            if row.outcome != "lapsed":
                yield row.benefit(base.sure)


def _gaps(base: Base, inside: list[Event], world: World) -> Iterator[tuple[Gap, list[dt.date]]]:
    """Each gap between sure events, with the days of the events in it that may count."""
    mark, first, maybe = base.start, True, []
    for event in inside:
        if event.counts is None:
            maybe.append(event.day)
            continue
        yield Gap(mark, first, event.day, None, world.as_of), maybe
        mark, first, maybe = event.day, False, []
    yield Gap(mark, first, None, base.end, world.as_of), maybe


def _case(check: dict, base: Base, gap: Gap, pauses: list[Span], *, kind: bool) -> Row:
    """What one gap comes to on one reading."""
    spec = check.get("first_within", check["every"]) if gap.first else check["every"]
    allowance = (after(spec, base, gap.mark, kind=kind) - gap.mark).days
    taken = counted(gap.mark, gap.end, pauses)
    over = taken > allowance
    if over:
        outcome = "breach"
    elif gap.event:
        outcome = "met"
    else:
        outcome = "lapsed" if gap.span_end else "pending"
    return Row(
        base.record.key, outcome,
        state=gap.too_late if over else None,
        trigger_on=gap.mark,
        due_on=nth_counted(gap.mark, allowance + 1, pauses),
        done_on=gap.event,
        days_late=taken - allowance if over else None,
        amount=taken,
        allowed=allowance,
        began=gap.mark,
        closed=gap.event or gap.span_end,
    )


def _benefit(check: dict, base: Base, gap: Gap, maybe: list[dt.date], pauses: list[Span], harsh: Row) -> Row:
    """The case with the events that may count taken as counting: the first gap between them that is still too long."""
    marks = [gap.mark, *maybe]
    for number, mark in enumerate(marks):
        event = marks[number + 1] if number + 1 < len(marks) else gap.event
        part = Gap(mark, gap.first and number == 0, event, None if event else gap.span_end, gap.as_of)
        row = _case(check, base, part, pauses, kind=True)
        if row.outcome == "breach":
            return Row(**{**vars(row), "began": harsh.began, "closed": harsh.closed})
    return Row(**{**vars(harsh), "outcome": "not_evidenced"})
