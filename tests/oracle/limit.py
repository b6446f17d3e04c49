"""limit: a number is not passed, on the audit date, on any day, in the window, or in any rolling period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle import days
from tests.oracle.expressions import value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row
from tests.oracle.sources import Base, Event, bases, dated, events, has_span, span_of


@dataclass(frozen=True)
class Measure:
    """What a limit counts: 'count', 'share' or 'sum', its source, and which way the limit goes."""

    name: str
    source: dict
    at_most: bool

    def pair(self, rows: list[Event]) -> tuple[float | None, float | None]:
        """The number in the service's favour, and against it."""
        low, high = {"count": self._counts, "sum": self._sums, "share": self._shares}[self.name](rows)
        return (low, high) if self.at_most else (high, low)

    def _counts(self, rows: list[Event]) -> tuple[int, int]:
        distinct = self.source.get("distinct")
        values = [(row.record.key if distinct is None else value(distinct, row.place), row.counts) for row in rows]
        known = {one for one, _ in values if one is not None}
        # An empty value may be that of another row, or one of its own.
        own = sum(one is None for one, _ in values)
        return len({one for one, counts in values if counts is True and one is not None}), len(known) + own

    def _sums(self, rows: list[Event]) -> tuple[float, float]:
        values = [(value(self.source["value"], row.place) or 0, row.counts) for row in rows]
        return sum(one for one, counts in values if counts is True), sum(one for one, _ in values)

    def _shares(self, rows: list[Event]) -> tuple[float | None, float | None]:
        """The lowest and the highest percentage: each unknown answer, and each row that may not count, either way."""
        holds = [(value(self.source["of"], row.place), row.counts) for row in rows]
        low = [of is True for of, counts in holds if counts is True or of is not True]
        high = [of is not False for of, counts in holds if counts is True or of is not False]
        return tuple(100 * sum(part) / len(part) if part else None for part in (low, high))


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each base row; with `any_day` one for each stretch over the limit."""
    name = next(word for word in ("count", "share", "sum") if word in check)
    measure = Measure(name, check[name], "at_most" in check)
    when = check.get("when", "as_of")
    for base in bases(world, check["subject"], check.get("applies_to"), check.get("span")):
        if has_span(check["subject"], check.get("span")) and (base.start is None or base.start > world.as_of):
            continue
        limit = value(check["at_most"] if measure.at_most else check["at_least"], base.place)
        rows = events(world, measure.source, base)
        if when == "any_day":
            found = _any_day(check, measure, base, rows, limit, world)
        elif isinstance(when, dict):
            found = _in_any(when["in_any"], measure, base, rows, limit, world)
        else:
            found = _total(when, measure, base, rows, limit, world)
        for row in found:
            yield row.benefit(base.sure)


def _over(measure: Measure, number: float | None, limit: float | None) -> bool | None:
    if number is None or limit is None:
        return None
    return number > limit if measure.at_most else number < limit


def _ended(base: Base, world: World) -> bool:
    return base.end is not None and base.end < world.since


def times(row: Event, source: dict) -> tuple[Any, Any, str]:
    """First day and first day after of a row, and whether these are a 'span', a 'date', or the table has 'neither'."""
    if has_span(row.record.table, source.get("span")) and "date" not in source:
        return *span_of(row.record, row.place, source.get("span")), "span"
    if "date" in source or "dated_by" in contract()[row.record.table]:
        return row.day, None, "date"
    return None, None, "neither"


def _total(when: str, measure: Measure, base: Base, rows: list[Event], limit: float | None, world: World) -> list[Row]:
    inside = [_if_begun(row, measure.source) for row in rows]
    inside = [row for row in inside if (_on_day if when == "as_of" else _in_window)(row, measure.source, world)]
    if len(inside) < measure.source.get("minimum", 1) and measure.name == "share":
        return []
    if base.end is not None and (when == "as_of" or base.end <= world.since):
        return []
    kind, harsh = measure.pair(inside)
    over = _over(measure, kind, limit)
    outcome = "breach" if over else "not_evidenced" if _over(measure, harsh, limit) is not False else "met"
    shown = kind if over else harsh
    return [Row(
        base.record.key, outcome,
        state="over_limit" if outcome != "met" else None,
        trigger_on=world.as_of if when == "as_of" else world.since,
        amount=None if shown is None else _tenths(shown),
        allowed=limit,
    )]


def _tenths(number: float) -> float:
    """The number to one place, a half upwards."""
    return float(Decimal(str(number)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _if_begun(row: Event, source: dict) -> Event:
    """The row; where its first day is empty it may or may not have begun, so that it may or may not count."""
    start, _, how = times(row, source)
    return replace(row, counts=None) if start is None and how != "neither" else row


def _on_day(row: Event, source: dict, world: World) -> bool:
    start, end, _ = times(row, source)
    return (start is None or start <= world.as_of) and end is None


def _in_window(row: Event, source: dict, world: World) -> bool:
    start, end, how = times(row, source)
    if start is None or how == "span":
        return (start is None or start <= world.as_of) and (end is None or end > world.since)
    return world.since <= start <= world.as_of


def _in_any(
    period: str, measure: Measure, base: Base, rows: list[Event], limit: float | None, world: World
) -> list[Row]:
    """The first rolling period, ending on a row's day in the window, that passes the limit."""
    if _ended(base, world):
        return []
    known = dated(rows, world)
    first: dict[str, Row] = {}
    for last in known:
        if last.day < world.since:
            continue
        begins = days.shift(last.day, period, -1)
        inside = [row for row in known if begins < row.day <= last.day]
        kind, harsh = measure.pair(inside)
        harshly = "not_evidenced" if _over(measure, harsh, limit) else "met"
        outcome = "breach" if _over(measure, kind, limit) else harshly
        if outcome not in first and outcome != "met":
            first[outcome] = Row(
                base.record.key, outcome, state="over_limit", trigger_on=inside[0].day, done_on=last.day,
                amount=kind if outcome == "breach" else harsh, allowed=limit,
            )
    found = first.get("breach") or first.get("not_evidenced")
    return [found or _none_over(base, limit)]


def _none_over(base: Base, limit: float | None) -> Row:
    """Nothing is over the limit; without a limit on record that cannot be said."""
    return Row(base.record.key, "met" if limit is not None else "not_evidenced", allowed=limit)


def _any_day(
    check: dict, measure: Measure, base: Base, rows: list[Event], limit: float | None, world: World
) -> list[Row]:
    """Each unbroken stretch of days over the limit that meets the window."""
    if _ended(base, world):
        return []
    same = check.get("unless_same")
    kind, harsh = (_stretches(measure, base, rows, limit, same, world, kind=kind) for kind in (True, False))
    bad = [("breach", one) for one in kind]
    bad += [("not_evidenced", one) for one in harsh if not any(k[0] <= one[1] and one[0] <= k[1] for k in kind)]
    found = [
        Row(
            base.record.key, outcome, state="over_limit", trigger_on=first, amount=worst, allowed=limit,
            done_on=last if last < world.as_of else None,
        )
        for outcome, (first, last, worst) in bad if last >= world.since
    ]
    return found or [_none_over(base, limit)]


def _stretches(
    measure: Measure, base: Base, rows: list[Event], limit: float | None, same: str | None, world: World, *, kind: bool
) -> list[tuple[dt.date, dt.date, float]]:
    spans = [(row, *times(row, measure.source)) for row in rows]
    starts = [start for _, start, _, _ in spans if start is not None]
    first = base.start or (min(starts, default=world.as_of) if measure.at_most else world.since)
    last = world.as_of if base.end is None else base.end - days.DAY
    found: list[tuple[dt.date, dt.date, float]] = []
    worst = max if measure.at_most else min
    for number in range((last - first).days + 1):
        day = first + number * days.DAY
        there = [row for row, start, end, how in spans if _there(day, start, end, how)]
        count = measure.pair(there)[0 if kind else 1]
        if not _over(measure, count, limit) or _excused(there, same, measure, kind=kind):
            continue
        if found and found[-1][1] == day - days.DAY:
            found[-1] = (found[-1][0], day, worst(found[-1][2], count))
        else:
            found.append((day, day, count))
    return found


def _there(day: dt.date, start: dt.date | None, end: dt.date | None, how: str) -> bool:
    if start is None:
        return False
    return start == day if how == "date" else start <= day and (end is None or day < end)


def _excused(there: list[Event], same: str | None, measure: Measure, *, kind: bool) -> bool:
    """Whether all rows counted that day share one value; an unknown value may be that of the others, or not."""
    if same is None:
        return False
    counting = [row for row in there if row.counts is True or kind != measure.at_most]
    values = [value(same, row.place) for row in counting]
    known = {one for one in values if one is not None}
    return len(known) <= 1 and (kind or None not in values)
