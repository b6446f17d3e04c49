"""pattern: a measure of a group of rows against a limit, the other groups, or the time before."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle import days
from tests.oracle.expressions import evaluate, parse, value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row
from tests.oracle.sources import bases


@dataclass(frozen=True)
class One:
    """A row of a pattern: its group, whether it is of this time, whether it counts, and what is measured of it."""

    group: Any
    now: bool
    sure: bool
    holds: bool | None
    number: float | None


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each group that is large enough."""
    rows = _rows(check, world)
    against = check["against"]
    for group in sorted({row.group for row in rows if row.now}):
        own = [row for row in rows if row.now and row.group == group]
        if sum(row.sure for row in own) < check.get("minimum", 1):
            continue
        mine = _rate(check, own, group, world) if check["measure"] == "rate" else _measure(check, own)
        other = _reference(check, rows, group)
        if mine is None or other is None:
            continue
        higher = "at_most" in against or against.get("others", against.get("before")) == "higher"
        (low, high), (other_low, other_high) = mine, other
        kind = (low, other_high) if higher else (high, other_low)
        harsh = (high, other_low) if higher else (low, other_high)
        outcome = "breach" if _worse(against, *kind, higher) else "not_evidenced" if _worse(against, *harsh, higher) else "met"
        yield Row(group, outcome, state="pattern", amount=round(kind[0] if outcome == "breach" else harsh[0], 1))


def _rows(check: dict, world: World) -> list[One]:
    source = check["rows"]
    text = source.get("date") or contract()[source["table"]]["dated_by"]
    first = world.since
    before = first - ((world.as_of - first).days + 1) * days.DAY
    if "period" in check:
        count, unit = days.length(check["period"])
        first, before = (days.shift(world.as_of, f"{n * count} {unit}", -1) + days.DAY for n in (1, 2))
    found = []
    for base in bases(world, source["table"], source.get("where"), None):
        day = evaluate(parse(text), base.place)
        group = value(check["by"], base.place) if "by" in check else "service"
        number = value(check["value"], base.place) if "value" in check else None
        if day is None or not before <= day <= world.as_of or group is None or ("value" in check and number is None):
            continue
        holds = value(check["of"], base.place) if "of" in check else True
        found.append(One(group, day >= first, base.sure, holds, number))
    return found


def _rate(check: dict, own: list[One], group: Any, world: World) -> tuple[float, float] | None:
    """Rows of the group for each hundred rows of `per` that belong to it; only against a limit."""
    per = check["per"]
    rows = [
        base for base in bases(world, per["table"], per.get("where"), None)
        if base.sure and ("by" not in per or value(per["by"], base.place) == group)
    ]
    return (100 * sum(row.sure for row in own) / len(rows), 100 * len(own) / len(rows)) if rows else None


def _measure(check: dict, rows: list[One]) -> tuple[float, float] | None:
    """The lowest and the highest that the measure may be."""
    if check["measure"] == "count":
        return sum(row.sure for row in rows), len(rows)
    if check["measure"] == "median":
        numbers = [row.number for row in rows if row.sure]
        return (statistics.median(numbers),) * 2 if numbers else None
    low = [row.holds is True for row in rows if row.sure or row.holds is not True]
    high = [row.holds is not False for row in rows if row.sure or row.holds is not False]
    return (100 * sum(low) / len(low), 100 * sum(high) / len(high)) if low and high else None


def _reference(check: dict, rows: list[One], group: Any) -> tuple[float, float] | None:
    against = check["against"]
    for limit in ("at_most", "at_least"):
        if limit in against:
            return against[limit], against[limit]
    if "before" in against:
        there = [row for row in rows if not row.now and row.group == group]
    else:
        there = [row for row in rows if row.now and row.group != group]
    if check["measure"] == "count":
        low, high = _measure(check, there)
        if "before" in against:
            return low, high
        groups = len({row.group for row in there})
        return (low / groups, high / groups) if groups else None
    if sum(row.sure for row in there) < check.get("minimum", 1):
        return None
    return _measure(check, there)


def _worse(against: dict, own: float, other: float, higher: bool) -> bool:
    more, less = (own, other) if higher else (other, own)
    if "ratio" in against:
        return more > against["ratio"] * less
    return more - less > against.get("difference", 0)
