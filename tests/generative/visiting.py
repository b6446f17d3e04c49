"""Rules about visits to homes: recurring and quota."""

from __future__ import annotations

from typing import Any

from tests.generative import conditions as c
from tests.generative.chance import Chance
from tests.generative.conditions import length, perhaps
from tests.generative.example import INTERVALS, Example, example, homes, lengths_of


def _span(chance: Chance) -> dict[str, Any]:
    how = chance.number(0, 7)
    if how == 0:
        return {"span": {"from": "coalesce(approved_on, applied_on)", "to": "ended_on"}}
    if how == 1:
        return {"span": {"from": "applied_on", "to": "coalesce(ended_on, add_months(approved_on, 18))"}}
    return {}


def _events(chance: Chance) -> dict[str, Any]:
    source = {"table": "visits", **perhaps(chance, "where", c.VISIT)}
    if chance.number(0, 5) == 0:
        source["match"] = {"household_id": "household_id", "worker_id": "worker_id"}
    return source


def _pause(chance: Chance) -> dict[str, Any]:
    if chance.number(0, 1):
        return {}
    return {"pause": {"table": "household_pauses", **perhaps(chance, "where", c.PAUSE)}}


def recurring(chance: Chance, luck: Chance) -> Example:
    """Visits to homes."""
    every = length(chance, INTERVALS, c.HOUSEHOLD)
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), **_span(chance),
        "event": _events(chance), "every": every, **_pause(chance),
    }
    if chance.seldom():
        check["first_within"] = length(chance, INTERVALS, c.HOUSEHOLD)
    return example(chance, luck, "recurring", check, homes(luck, lengths_of(every)), history=("visits",))


def quota(chance: Chance, luck: Chance) -> Example:
    """So many visits to homes in each period."""
    per = chance.pick(INTERVALS)
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), **_span(chance),
        "event": _events(chance), "at_least": chance.number(1, 3), "per": per, **_pause(chance),
    }
    if chance.number(0, 2) == 2:
        check["anchor"] = chance.pick(("applied_on", "approved_on", "DATE '2024-02-29'", "DATE '2024-12-31'"))
    return example(chance, luck, "quota", check, homes(luck, (per,)), history=("visits",))
