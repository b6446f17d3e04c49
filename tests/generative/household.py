"""Records about households: workers, pauses, visits, carers, training, placements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests.generative.chance import Chance, text
from tests.oracle import days

Rows = list[dict[str, Any]]
WORKERS = ("W1", "W2", "W3")


def workers(chance: Chance) -> Rows:
    """Three workers, one of them with hardly anything recorded."""
    return [
        {"worker_id": "W1", "role": "supervising_social_worker", "qualified_social_worker": True, "team": "North"},
        {"worker_id": "W2", "role": "support_worker", "qualified_social_worker": False, "team": chance.maybe("South")},
        {"worker_id": "W3", "started_on": text(chance.day())},
    ]


def households(chance: Chance, count: int) -> Rows:
    """Homes approved at some time, some of them closed again, one seldom without a date of approval."""
    found = []
    for _ in range(count):
        approved = chance.day(1200)
        closed = None if chance.number(0, 2) else max(approved, chance.day(500))
        found.append({
            "household_id": chance.key("H"),
            "approved_on": text(approved) if chance.number(0, 9) else None,
            "ended_on": text(closed),
            "applied_on": text(approved - chance.number(0, 200) * days.DAY),
            "kind": chance.pick(("mainstream", "mainstream", "connected", "short_breaks", "staying_put", None)),
            "worker_id": chance.pick((*WORKERS, None)),
            "bedrooms_for_children": chance.pick((0, 1, 2, 3, None)),
        })
    return found


def pauses(chance: Chance, homes: Rows) -> Rows:
    """Times in which a home does not foster; some overlap, some are still running, some have no kind."""
    found = []
    for home in homes:
        for _ in range(chance.pick((0, 0, 1, 2))):
            start = chance.day(700)
            found.append({
                "pause_id": chance.key("P"), "household_id": home["household_id"], "started_on": text(start),
                "ended_on": text(start + chance.number(0, 120) * days.DAY) if chance.often() else None,
                "kind": chance.pick(("break", "safeguarding_hold", "ill_health", None)),
            })
    return found


def visits(chance: Chance, homes: Rows, lengths: Sequence[str]) -> Rows:
    """Visits that follow each other at about the given lengths of time, not all of them fully recorded."""
    found = []
    for home in homes:
        mark = dt.date.fromisoformat(home["approved_on"] or home["applied_on"])
        mark = max(mark, chance.as_of - 900 * days.DAY) if chance.often() else mark
        for _ in range(chance.number(0, 10)):
            mark = chance.near(mark, lengths)
            found.append(visit(chance, home["household_id"], mark))
        if home["ended_on"] and chance.number(0, 1):
            last = dt.date.fromisoformat(home["ended_on"])
            found.append(visit(chance, home["household_id"], last - chance.number(0, 1) * days.DAY))
    return found


def visits_around(chance: Chance, stays: Rows, lengths: Sequence[str]) -> Rows:
    """Visits about the day a placement starts, and about a length of time before and after it."""
    found = []
    for stay in stays:
        start = dt.date.fromisoformat(stay["started_on"])
        length = chance.pick(lengths)
        near = chance.pick((start, days.shift(start, length, -1), days.shift(start, length)))
        found.append(visit(chance, stay["household_id"], near + chance.number(-1, 1) * days.DAY))
    return found


def visit(chance: Chance, home: str, day: dt.date) -> dict[str, Any]:
    return {
        "visit_id": chance.key("V"), "household_id": home, "visited_on": text(day),
        "kind": chance.pick(("supervision", "supervision", "unannounced", "joint")),
        "status": chance.pick(("completed", "completed", "no_access", None)),
        "mode": chance.pick(("in_person", "in_person", "virtual", None)),
        "unannounced": chance.pick((True, False, None)),
        "worker_id": chance.pick((*WORKERS, None)),
    }


def placements(chance: Chance, homes: Rows) -> tuple[Rows, Rows]:
    """Children and their placements; brothers and sisters share a group, and some stays follow on each other."""
    children, found = [], []
    for home in homes:
        for _ in range(chance.number(0, 4)):
            child = chance.key("C")
            born = chance.day(6000) - 400 * days.DAY
            children.append({
                "child_id": child, "born_on": text(chance.maybe(born)),
                "sibling_group": chance.pick(("S1", "S2", None, None)),
                "placing_authority": chance.pick(("North", "South", None)),
                "area_authority": chance.pick(("North", "South", None)),
                "register_entered_on": text(chance.maybe(chance.day(500))),
                "disabled": chance.pick((True, False, None)),
            })
            start = chance.day(600)
            for _ in range(chance.pick((1, 1, 2))):
                end = start + chance.number(0, 200) * days.DAY
                found.append({
                    "placement_id": chance.key("L"), "household_id": home["household_id"], "child_id": child,
                    "started_on": text(start), "ended_on": text(chance.maybe(end)),
                    "kind": chance.pick(("short_term", "long_term", "respite", "staying_put", None)),
                    "emergency": chance.pick((True, False, None)),
                    "placement_meeting_on": text(chance.maybe(start + chance.number(-2, 12) * days.DAY)),
                })
                start = end
    return children, found


def carers(chance: Chance, homes: Rows) -> Rows:
    """One or two carers to a home, approved with it or later."""
    found = []
    for home in homes:
        for _ in range(chance.number(1, 2)):
            found.append({
                "carer_id": chance.key("K"), "household_id": home["household_id"],
                "approved_on": text(chance.pick((None, chance.day(900)))),
                "ended_on": text(None if chance.often() else chance.as_of - chance.number(-1, 300) * days.DAY),
                "role": chance.pick(("primary", "secondary", None)),
            })
    return found
