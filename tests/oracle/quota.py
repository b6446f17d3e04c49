"""quota: at least so many events in each period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from tests.oracle import days
from tests.oracle.expressions import value
from tests.oracle.records import World
from tests.oracle.rows import Row
from tests.oracle.sources import Base, Span, bases, begun, dated, events, lengths, nth_counted, pause_days


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each period that began on or before the audit date."""
    for base in bases(world, check["subject"], check.get("applies_to"), check.get("span")):
        anchor = value(check["anchor"], base.place) if "anchor" in check else base.start
        if not begun(base, world) or anchor is None:
            continue
        kind, harsh = (_readings(check, base, anchor, world, maybe=maybe) for maybe in (True, False))
        for number, row in sorted(harsh.items()):
            # The days shown are those of the reading in favour, where there is such a period, whatever the outcome.
            shown = kind.get(number, row)
            row = replace(row, trigger_on=shown.trigger_on, due_on=shown.due_on)
            if row.outcome == "breach":
                proven = number in kind and kind[number].outcome == "breach"
                row = replace(row, amount=shown.amount) if proven else replace(row, outcome="not_evidenced")
            yield row.benefit(base.sure)


def _readings(check: dict, base: Base, anchor: dt.date, world: World, *, maybe: bool) -> dict[int, Row]:
    """Each period's case on one reading, by its number from the anchor."""
    found = [
        event.day for event in dated(events(world, check["event"], base), world)
        if event.counts is True or maybe
    ]
    pauses = pause_days(world, check, base, maybe=maybe, records_of=check["event"]["table"])
    rows, number, start = {}, 0, anchor
    while start is not None and start <= world.as_of:
        end = _boundary(check, base, anchor, number + 1, pauses)
        if start >= base.start and not (base.end and (end is None or base.end < end)):
            rows[number] = _case(check, base, (start, end), found, world)
        number, start = number + 1, end
    return rows


def _boundary(check: dict, base: Base, anchor: dt.date, number: int, pauses: list[Span]) -> dt.date | None:
    """The first day on which as many days have counted since the anchor as `number` periods have."""
    (per,) = lengths(check["per"], base, anchor)
    count, unit = days.length(per)
    wanted = (days.shift(anchor, f"{count * number} {unit}") - anchor).days
    last = nth_counted(anchor, wanted, pauses)
    return None if last is None else last + days.DAY


def _case(check: dict, base: Base, period: Span, found: list[dt.date], world: World) -> Row:
    start, end = period
    inside = sum(start <= day and (end is None or day < end) for day in found)
    over = end is not None and end <= world.as_of
    outcome = "met" if inside >= check["at_least"] else "breach" if over else "pending"
    return Row(
        base.record.key, outcome,
        state="missing" if outcome == "breach" else None,
        trigger_on=start,
        due_on=end,
        amount=inside,
        allowed=check["at_least"],
        began=start,
        closed=end if over else None,
    )
