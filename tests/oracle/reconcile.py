"""reconcile: who or what is in one source and not in the other; a figure and the rows it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.oracle.expressions import value
from tests.oracle.records import World
from tests.oracle.rows import Row
from tests.oracle.sources import bases


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each element, or for each figure."""
    yield from _figures(check, world) if "value" in check["left"] else _sets(check, world)


def _sets(check: dict, world: World) -> Iterator[Row]:
    match = check["match"]
    sides = {}
    for side in ("left", "right"):
        text = match[side] if isinstance(match, dict) else match
        sides[side] = _elements(check[side], text, world)
    for element in sides["left"].keys() | sides["right"].keys():
        left, right = (sides[side].get(element, 0) for side in ("left", "right"))
        if left == right == 2:
            yield Row(element, "met")
            continue
        absent = {check[side]["name"] for side, here, there in (("right", right, left), ("left", left, right)) if here <= there}
        # Kind: what may be there is there, or is not, whichever makes the two agree.
        agree = 1 in (left, right)
        yield Row(element, "not_evidenced" if agree else "breach", state="inconsistent", missing=frozenset(absent))


def _elements(source: dict, text: str, world: World) -> dict[str, int]:
    """Each element with 2 where it is there, 1 where it may be."""
    found: dict[str, int] = {}
    for base in bases(world, source["table"], source.get("where"), None):
        element = value(text, base.place)
        if element is not None:
            found[element] = max(found.get(element, 0), 2 if base.sure else 1)
    return found


def _figures(check: dict, world: World) -> Iterator[Row]:
    right, slack = check["right"], check.get("tolerance", 0)
    for base in bases(world, check["left"]["table"], check["left"].get("where"), None):
        day = base.record.values[check["left"].get("date", "reported_on")]
        figure = value(check["left"]["value"], base.place)
        if day is None or not world.since <= day <= world.as_of:
            continue
        sure, possible = set(), set()
        for record in world.rows(right["table"]):
            place = base.place.inside(record, "event")
            counts = value(right.get("where", "TRUE"), replace(place, variables={**place.variables, "day": day}))
            element = value(right["distinct"], place) if "distinct" in right else record.key
            if counts is not False and element is not None:
                possible.add(element)
                if counts is True:
                    sure.add(element)
        low, high = len(sure), len(possible)
        fits = [abs(figure - number) <= slack for number in (low, high)]
        beyond = figure < low - slack or figure > high + slack
        outcome = "breach" if beyond else "met" if all(fits) else "not_evidenced"
        yield Row(base.record.key, outcome, state="inconsistent", amount=figure).benefit(base.sure)
