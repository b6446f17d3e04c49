"""Base rows, their spans, and the rows of other tables that count for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle import days
from tests.oracle.expressions import Place, evaluate, instants, parse, place_of, value
from tests.oracle.records import Record, World, contract, key_of, reference

Span = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class Base:
    """A row of the table that a check is about. `sure` is False where it cannot be known whether the check applies."""

    record: Record
    place: Place
    start: dt.date | None
    end: dt.date | None
    sure: bool


@dataclass(frozen=True)
class Event:
    """A row of a source: its day and instants, and whether it counts (True, or None where that cannot be known)."""

    record: Record
    day: dt.date | None
    instants: days.Span | None
    counts: bool | None
    place: Place

    @property
    def order(self) -> tuple[dt.date, str]:
        return self.day, self.record.key


def bases(world: World, table: str, condition: str | None, span: dict | None) -> Iterator[Base]:
    """Rows of a table to which a check applies or may apply."""
    for record in world.rows(table):
        place = place_of(world, record)
        applies = True if condition is None else value(condition, place)
        if applies is not False:
            start, end = span_of(record, place, span)
            yield Base(record, place, start, end, applies is True)


def span_of(record: Record, place: Place, given: dict | None) -> Span:
    """First day and first day no longer covered: as the rule gives them, else the table's own; None where open."""
    own = contract()[record.table].get("span") or (None, None)
    texts = ((given or {}).get("from", own[0]), (given or {}).get("to", own[1]))
    start, end = (None if text is None else value(text, place) for text in texts)
    return start, end if end is None or end <= place.world.as_of else None


def begun(base: Base, world: World) -> bool:
    """Whether the base row's span began on or before the audit date."""
    return base.start is not None and base.start <= world.as_of


def has_span(table: str, given: dict | None) -> bool:
    return bool(given) or "span" in contract()[table]


def events(world: World, source: dict, base: Base) -> list[Event]:
    """Rows of a source that belong to a base row and count, or may count."""
    found = []
    for record in world.rows(source["table"]):
        if not _tied(record, source, base):
            continue
        place = base.place.inside(record, "event")
        counts = True if "where" not in source else value(source["where"], place)
        if counts is not False:
            found.append(_event(record, source, place, counts))
    return found


def _event(record: Record, source: dict, place: Place, counts: bool | None) -> Event:
    text = source.get("date") or contract()[record.table].get("dated_by")
    if text is None:
        return Event(record, None, None, counts, place)
    day = evaluate(parse(text), place)
    return Event(record, day, instants(text, place) if day else None, counts, place)


def _tied(record: Record, source: dict, base: Base) -> bool:
    match = source.get("match")
    table = base.record.table
    if match is None:
        column = reference(record.table, table)
        if column is None:
            assert table == "service", f"{record.table} has no column that refers to {table}"
            return True
        match = column
    if isinstance(match, str):
        return record.values[match] is not None and record.values[match] == base.record.values[key_of(table)]
    pairs = [(record.values[column], value(text, base.place)) for column, text in match.items()]
    return all(left is not None and left == right for left, right in pairs)


def dated(found: list[Event], world: World) -> list[Event]:
    """Events with a day on or before the audit date, in order of day and then of key."""
    return sorted((e for e in found if e.day is not None and e.day <= world.as_of), key=lambda e: e.order)


def pause_days(world: World, check: dict, base: Base, *, maybe: bool, records_of: str) -> list[Span]:
    """Spans in which time does not count: pauses (with `maybe`, also those that may apply), and the time before the
    events' table begins."""
    spans: list[Span] = []
    source = check.get("pause")
    for event in events(world, source, base) if source else []:
        given = {key: source[key] for key in ("from", "to") if key in source} or None
        start, end = span_of(event.record, event.place, given)
        if start is not None and (event.counts is True or maybe):
            spans.append((start, end))
    if records_of in world.history_from:
        spans.append((dt.date.min, world.history_from[records_of]))
    return spans


def paused(day: dt.date, spans: list[Span]) -> bool:
    """Whether a day lies in one of the spans."""
    return any(start <= day and (end is None or day < end) for start, end in spans)


def counted(first: dt.date, end: dt.date, spans: list[Span]) -> int:
    """Days from `first` up to the day before `end` that no span pauses."""
    return sum(not paused(first + n * days.DAY, spans) for n in range((end - first).days))


def nth_counted(first: dt.date, count: int, spans: list[Span]) -> dt.date | None:
    """The `count`-th day from `first` on that no span pauses; None where an open pause means that it never comes."""
    day, left = first, count
    last = max([first, *(end or start for start, end in spans)])
    while True:
        if not paused(day, spans):
            left -= 1
            if left == 0:
                return day
        elif day > last:
            return None
        day += days.DAY


def possible(spec: Any, place: Place) -> list[str]:
    """Durations that may be meant: of a table, the entries up to the first that holds, without those that do not."""
    if not isinstance(spec, list):
        return [spec]
    found = []
    for entry in spec:
        holds = True if "when" not in entry else value(entry["when"], place)
        if holds is not False:
            found.append(entry["value"])
        if holds is True:
            break
    return found


def lengths(spec: Any, base: Base, mark: dt.date | None) -> list[str]:
    """Durations that may be meant at a mark of a base row."""
    return possible(spec, place_of(base.place.world, base.record, mark=mark))


def after(spec: Any, base: Base, mark: dt.date, *, kind: bool) -> dt.date | None:
    """The day a duration after `mark`: the latest that may be meant where `kind`, else the earliest."""
    found = [days.shift(mark, text) for text in lengths(spec, base, mark)]
    return (max if kind else min)(found) if found else None


