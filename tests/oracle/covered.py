"""covered: each day of a span is covered by another record that fits that day, counted day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from tests.oracle import days
from tests.oracle.expressions import value
from tests.oracle.records import World
from tests.oracle.rows import Row
from tests.oracle.sources import Base, bases, begun, span_of


def cases(check: dict, world: World) -> Iterator[Row]:
    """A breach for each unbroken uncovered stretch; a base row without one is met."""
    for base in bases(world, check["subject"], check.get("applies_to"), check.get("span")):
        if not begun(base, world) or (base.end is not None and base.end <= world.since):
            continue
        first = max(world.since, base.start)
        if "within" in check:
            first = max(first, days.shift(base.start, check["within"]) + days.DAY)
        last = world.as_of if base.end is None else base.end - days.DAY
        kind, harsh = (_stretches(check["by"], base, first, last, world, kind=kind) for kind in (True, False))
        bad = [("breach", one) for one in kind]
        bad += [("not_evidenced", one) for one in harsh if not any(a <= one[1] and one[0] <= b for a, b in kind)]
        for outcome, (start, end) in bad:
            yield Row(
                base.record.key, outcome, state="uncovered", trigger_on=start, amount=(end - start).days + 1,
                done_on=end if end < world.as_of else None,
            ).benefit(base.sure)
        if not bad:
            yield Row(base.record.key, "pending" if first > last else "met")


def _stretches(
    by: dict, base: Base, first: dt.date, last: dt.date, world: World, *, kind: bool
) -> list[tuple[dt.date, dt.date]]:
    """First and last days of what is not covered: in the service's favour what may cover a day does."""
    found: list[tuple[dt.date, dt.date]] = []
    for number in range((last - first).days + 1):
        day = first + number * days.DAY
        if any(fits is True or (kind and fits is None) for fits in _covers(by, base, day, world)):
            continue
        if found and found[-1][1] == day - days.DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _covers(by: dict, base: Base, day: dt.date, world: World) -> Iterator[bool | None]:
    for record in world.rows(by["table"]):
        if any(record.values[column] is None or record.values[column] != value(text, base.place) for column, text in by["match"].items()):
            continue
        place = base.place.inside(record, "event")
        start, end = span_of(record, place, {key: by[key] for key in ("from", "to") if key in by})
        if start is None or start > day or (end is not None and end <= day):
            continue
        yield value(by.get("where", "TRUE"), replace(place, variables={**place.variables, "day": day}))
