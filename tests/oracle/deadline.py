"""deadline: a response within a time of a trigger, after it or before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.oracle import days
from tests.oracle.expressions import evaluate, instants, parse, value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row, judge
from tests.oracle.sources import Base, Event, after, bases, events, lengths


@dataclass(frozen=True)
class Trigger:
    """A base row with the day, and the possible instants, on which its duty began."""

    base: Base
    day: dt.date
    instants: days.Span
    ends: dt.date | None


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each trigger."""
    for trigger in triggers(check, world):
        found = responses(check, trigger)
        kind, harsh = (_reading(check, trigger, found, world, kind=kind) for kind in (True, False))
        if trigger.ends is not None and kind.due_on is not None and kind.due_on >= trigger.ends:
            continue
        yield with_span(judge(kind, harsh), trigger, world).benefit(trigger.base.sure)


def with_span(row: Row, trigger: Trigger, world: World) -> Row:
    """The case, closed at the latest when the trigger's span ended."""
    ends = [day for day in (row.closed, trigger.ends) if day is not None and day <= world.as_of]
    return replace(row, closed=min(ends, default=None))


def triggers(check: dict, world: World) -> list[Trigger]:
    """Records that start a duty, on or before the audit date and within the time that the tables' records go back."""
    source = check["trigger"]
    date = source.get("date") or contract()[source["table"]].get("dated_by")
    names = [source["table"], *(s["table"] for s in _sources(check) if "table" in s)]
    begins = max([world.history_from[name] for name in names if name in world.history_from], default=dt.date.min)
    found = []
    for base in bases(world, source["table"], source.get("where"), source.get("span")):
        day = evaluate(parse(date), base.place)
        if day is not None and begins <= day <= world.as_of:
            found.append(Trigger(base, day, instants(date, base.place), _raw_end(base, source)))
    return _nth(found, source["nth"]) if "nth" in source else found


def _raw_end(base: Base, source: dict) -> dt.date | None:
    own = contract()[source["table"]].get("span") or (None, None)
    text = (source.get("span") or {}).get("to", own[1])
    return None if text is None else value(text, base.place)


def _nth(found: list[Trigger], spec: dict) -> list[Trigger]:
    """Triggers that are at least the nth of their group within the period that ends on them.

    One that is so only if records count that may not is unsure.
    """
    chosen = []
    for trigger in found:
        group = value(spec["by"], trigger.base.place)
        same = [t for t in found if group is not None and value(spec["by"], t.base.place) == group]
        if _is_nth(trigger, same, spec):
            sure = trigger.base.sure and _is_nth(trigger, [t for t in same if t.base.sure], spec)
            chosen.append(replace(trigger, base=replace(trigger.base, sure=sure)))
    return chosen


def _is_nth(trigger: Trigger, same: list[Trigger], spec: dict) -> bool:
    begins = days.shift(trigger.day, spec["in"], -1)
    order = (trigger.day, trigger.base.record.key)
    inside = [t for t in same if t.day > begins and (t.day, t.base.record.key) <= order]
    return len(inside) >= spec["number"]


def _sources(check: dict) -> list[dict]:
    return [check["response"], *check.get("or", [])]


def responses(check: dict, trigger: Trigger) -> list[Event]:
    """Dated responses of every source: rows of a table, or a column of the trigger's own record."""
    found: list[Event] = []
    for source in _sources(check):
        if "table" in source:
            found += events(trigger.base.place.world, source, trigger.base)
            continue
        counts = value(source["where"], trigger.base.place) if "where" in source else True
        day = evaluate(parse(source["date"]), trigger.base.place)
        if day is not None and counts is not False:
            span = instants(source["date"], trigger.base.place)
            found.append(Event(trigger.base.record, day, span, counts, trigger.base.place))
    return [event for event in found if event.day is not None and event.day <= trigger.base.place.world.as_of]


def _reading(check: dict, trigger: Trigger, found: list[Event], world: World, *, kind: bool) -> Row:
    counting = [event for event in found if event.counts is True or kind]
    if check.get("direction") == "before":
        return _before(check, trigger, counting, world, kind=kind)
    if "within" in check and days.length(lengths(check["within"], trigger.base, trigger.day)[0])[1] == "hours":
        row = hours_after(check["within"], trigger, counting, world, kind=kind)
    else:
        row = _days_after(check, trigger, counting, world, kind=kind)
    return _too_soon(check, trigger, row)


def _open(trigger: Trigger, due: dt.date | None, world: World) -> Row:
    """A case without a response."""
    late = due is not None and world.as_of > due
    return Row(
        trigger.base.record.key, "breach" if late else "pending",
        state="overdue" if late else None,
        trigger_on=trigger.day,
        due_on=due,
        days_late=(world.as_of - due).days if late else None,
        began=trigger.day,
    )


def _answered(trigger: Trigger, due: dt.date | None, done: dt.date, *, late: bool) -> Row:
    return Row(
        trigger.base.record.key, "breach" if late else "met",
        state="late" if late else None,
        trigger_on=trigger.day,
        due_on=due,
        done_on=done,
        days_late=(done - due).days if late else None,
        began=trigger.day,
        closed=done,
    )


def _days_after(check: dict, trigger: Trigger, counting: list[Event], world: World, *, kind: bool) -> Row:
    if "due" in check:
        due = value(check["due"], trigger.base.place)
    elif "within" in check:
        due = after(check["within"], trigger.base, trigger.day, kind=kind)
    else:
        due = None
    answered = [event.day for event in counting if event.day >= trigger.day]
    if not answered:
        return _open(trigger, due, world)
    done = min(answered)
    return _answered(trigger, due, done, late=due is not None and done > due)


def hours_after(spec: object, trigger: Trigger, counting: list[Event], world: World, *, kind: bool) -> Row:
    """A response within elapsed hours. In favour, the trigger was as late and the response as early as may be."""
    hours = [days.length(text)[0] for text in lengths(spec, trigger.base, trigger.day)]
    limit = dt.timedelta(hours=(max if kind else min)(hours))
    due = trigger.instants[1 if kind else 0] + limit
    eligible = [event for event in counting if event.instants[1] >= trigger.instants[0]]
    if not eligible:
        return _open(trigger, days.local_day(due), world)
    done = min(event.instants[0 if kind else 1] for event in eligible)
    return _answered(trigger, days.local_day(due), days.local_day(done), late=done > due)


def _too_soon(check: dict, trigger: Trigger, row: Row) -> Row:
    """With `not_before`: a response in the time that must pass first is out of order, unless the awaited thing came."""
    wait = check.get("not_before")
    if wait is None or row.done_on is None:
        return row
    earliest = days.shift(trigger.day, wait["wait"])
    unless = value(wait["unless"], trigger.base.place) if "unless" in wait else None
    if row.done_on >= earliest or (unless is not None and unless <= row.done_on):
        return row
    return replace(row, outcome="breach", state="out_of_order", due_on=earliest, days_late=None)


def _before(check: dict, trigger: Trigger, counting: list[Event], world: World, *, kind: bool) -> Row:
    """A response on or before the trigger, and no longer before it than `within`."""
    earliest = dt.date.min
    if "within" in check:
        starts = [days.shift(trigger.day, text, -1) for text in lengths(check["within"], trigger.base, trigger.day)]
        earliest = (min if kind else max)(starts)
    in_time = [event.day for event in counting if earliest <= event.day <= trigger.day]
    if in_time:
        return replace(_answered(trigger, trigger.day, max(in_time), late=False), closed=trigger.day)
    later = [event.day for event in counting if event.day > trigger.day]
    return _answered(trigger, trigger.day, min(later), late=True) if later else _open(trigger, trigger.day, world)
