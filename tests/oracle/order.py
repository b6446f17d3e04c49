"""order: the dated steps of one matter come in their order."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.expressions import value
from tests.oracle.records import World
from tests.oracle.rows import Row
from tests.oracle.sources import bases


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each matter that has reached any step."""
    for base in bases(world, check["record"]["table"], check["record"].get("where"), None):
        found = [(step, value(step["date"], base.place)) for step in check["steps"]]
        reached = [place for place, (_, day) in enumerate(found) if day is not None]
        if not reached:
            continue
        early, absent = set(), set()
        for place, (step, day) in enumerate(found):
            earlier = [one for _, one in found[:place] if one is not None]
            if day is not None and earlier and day < max(earlier):
                early.add(step["name"])
            if day is None and place < reached[-1] and not step.get("optional"):
                absent.add(step["name"])
        faults = early | absent
        yield Row(
            base.record.key, "breach" if faults else "met", state="out_of_order" if early else "incomplete" if absent else None,
            missing=frozenset(faults), closed=found[-1][1], began=min(day for _, day in found if day is not None),
        ).benefit(base.sure)
