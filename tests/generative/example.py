"""An example: a rule with its records, and the audit they are for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.generative import household, matters
from tests.generative.chance import Chance
from tests.oracle import days
from tests.spec.ruletext import rule_text

MONTHS = ("1 month", "3 months", "6 months", "12 months", "1 year")
INTERVALS = ("4 weeks", "6 weeks", "10 days", *MONTHS)
SHORT = ("1 day", "10 days", "2 weeks", "1 month", "3 working days", "10 working days", "1 working day")
HOURS = ("24 hours", "48 hours", "1 hours", "72 hours")


@dataclass(frozen=True)
class Example:
    """A rule, its records, and the audit they are for."""

    kind: str
    rule: str
    records: dict[str, list[dict[str, Any]]]
    as_of: dt.date
    since: dt.date | None
    history_from: dict[str, dt.date]


def example(
    chance: Chance, luck: Chance, kind: str, check: dict[str, Any], records: dict, *, history: tuple[str, ...] = ()
) -> Example:
    records = {name: _worn(luck, rows) for name, rows in records.items()}
    begins = {name: chance.day(600) for name in history if chance.number(0, 3) == 0}
    force: dict[str, Any] = {}
    if chance.number(0, 7) == 0 and "pause" not in check:
        first = chance.day(500)
        force["in_force"] = {"from": first.isoformat()}
        if chance.seldom():
            force["in_force"]["to"] = (first + chance.number(1, 300) * days.DAY).isoformat()
    return Example(kind, rule_text(kind, check, **force), records, chance.as_of, chance.own_since, begins)


KEEP = ("household_id", "child_id", "person_id", "carer_id", "incident_id", "worker_id")


def _worn(luck: Chance, rows: household.Rows) -> household.Rows:
    """The rows of a table, seldom none of them, seldom with a column that is empty throughout."""
    how = luck.number(0, 15)
    if how == 0 and rows and not {"household_id", "approved_on"} <= set(rows[0]):
        return []
    if how == 1 and rows:
        needed = {"kind", "recipient", "course", "visited_on", "started_on", "received_on", "occurred_at", "recorded_on"}
        spare = [column for column in rows[0] if column not in {*KEEP, *needed} and column != next(iter(rows[0]))]
        empty = luck.pick(spare) if spare else None
        return [{column: value for column, value in row.items() if column != empty} for row in rows]
    return rows


def homes(luck: Chance, lengths: Sequence[str]) -> dict[str, household.Rows]:
    found = household.households(luck, luck.number(5, 12) if luck.number(0, 9) else 0)
    children, stays = household.placements(luck, found)
    return {
        "workers": household.workers(luck), "households": found, "visits": household.visits(luck, found, lengths),
        "household_pauses": household.pauses(luck, found), "children": children, "placements": stays,
        "case_notes": matters.notes(luck, found),
    }


def lengths_of(spec: object) -> list[str]:
    """The durations of a rule's duration or table of durations."""
    return [entry["value"] for entry in spec] if isinstance(spec, list) else [str(spec)]
