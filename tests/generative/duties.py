"""Rules about what must follow, or come before: deadline and matrix."""

from __future__ import annotations

from typing import Any

from tests.generative import conditions as c
from tests.generative import household, matters
from tests.generative.chance import Chance
from tests.generative.conditions import condition, length, perhaps
from tests.generative.example import HOURS, SHORT, Example, example, homes, lengths_of


def _responses(chance: Chance) -> list[dict[str, Any]]:
    return [
        {"date": "acknowledged_on"},
        {"date": "coalesce(responded_on, closed_on)", "where": "upheld"},
        {"table": "case_notes", "match": {"household_id": "household_id"}, "where": "kind = 'chaser'"},
        {"table": "visits", "match": {"household_id": "household_id"}, "where": condition(chance, c.VISIT_ALONE)},
    ]


def _about_complaints(chance: Chance, luck: Chance) -> tuple[dict[str, Any], dict, tuple[str, ...]]:
    within = length(chance, SHORT, c.COMPLAINT)
    lengths = lengths_of(within)
    check: dict[str, Any] = {
        "trigger": {"table": "complaints", **perhaps(chance, "where", c.COMPLAINT)},
        "response": {"date": "responded_on"}, "within": within,
    }
    if chance.seldom():
        check["trigger"]["date"] = chance.pick(("acknowledged_on", "coalesce(acknowledged_on, received_on)"))
    how = chance.number(0, 4)
    if how == 0:
        del check["within"]
        check["due"] = "stage_due_on"
    if how == 1:
        period = chance.pick(("3 months", "12 months", "6 weeks"))
        check["trigger"]["nth"] = {"number": chance.number(2, 3), "in": period, "by": "household_id"}
        lengths = [*lengths, period]
    if how == 2:
        check["trigger"]["span"] = {"to": "closed_on"}
    if how > 2:
        wait = chance.pick(("1 month", "10 days", "5 working days"))
        check["not_before"] = {"wait": wait}
        lengths = [*lengths, wait]
        if chance.number(0, 1):
            check["not_before"]["unless"] = "acknowledged_on"
        if chance.seldom():
            del check["within"]
    if chance.seldom():
        check["or"] = [chance.pick(_responses(chance))]
    records = homes(luck, ("6 weeks",))
    records["complaints"] = matters.complaints(luck, records["households"], lengths)
    return check, records, ("complaints",)


def _about_placements(chance: Chance, luck: Chance) -> tuple[dict[str, Any], dict, tuple[str, ...]]:
    within = length(chance, SHORT, c.PLACEMENT)
    records = homes(luck, lengths_of(within))
    records["visits"] += household.visits_around(luck, records["placements"], lengths_of(within))
    check: dict[str, Any] = {
        "trigger": {"table": "placements", **perhaps(chance, "where", c.PLACEMENT)},
        "response": {
            "table": "visits", "match": {"household_id": "household_id"}, **perhaps(chance, "where", c.VISIT_ALONE),
        },
        "within": within,
    }
    if chance.number(0, 1):
        check["direction"] = "before"
        if chance.seldom():
            del check["within"]
        if chance.number(0, 1):
            check["response"] = {"date": "placement_meeting_on"}
    return check, records, ("visits", "placements")


def _about_incidents(chance: Chance, luck: Chance) -> tuple[dict[str, Any], dict, tuple[str, ...]]:
    records = _with_incidents(luck, HOURS)
    check = {
        "trigger": {"table": "incidents", "date": _noticed(chance), **perhaps(chance, "where", c.INCIDENT)},
        "response": {"table": "notifications", **perhaps(chance, "where", c.TOLD)},
        "within": length(chance, HOURS, c.INCIDENT),
    }
    if chance.seldom():
        check["or"] = [{"table": "case_notes", "match": {"household_id": "household_id"}, "where": "kind = 'chaser'"}]
    return check, records, ("notifications", "incidents")


def _noticed(chance: Chance) -> str:
    return chance.pick(("occurred_at", "coalesce(known_at, occurred_at)", "known_at"))


def _with_incidents(luck: Chance, lengths: tuple[str, ...]) -> dict[str, household.Rows]:
    records = homes(luck, ("6 weeks",))
    found, told = matters.incidents(luck, records["children"], records["households"], lengths)
    return {**records, "incidents": found, "notifications": told}


def deadline(chance: Chance, luck: Chance) -> Example:
    """Answers to complaints, visits around placements, notices within hours of incidents."""
    check, records, history = chance.pick((_about_complaints, _about_complaints, _about_placements, _about_incidents))(chance, luck)
    return example(chance, luck, "deadline", check, records, history=history)


def matrix(chance: Chance, luck: Chance) -> Example:
    """Who must be told of which kind of incident."""
    lengths = HOURS if chance.number(0, 1) else SHORT
    bodies = ("chief_inspector", "responsible_authority", "area_authority")
    kinds = {
        kind: {
            body: perhaps(chance, "when", c.INCIDENT) if chance.seldom() else {"confidence": "medium"}
            for body in bodies[:chance.number(1, 3)]
        }
        for kind in ("missing", "self_harm", "allegation_of_serious_offence")[:chance.number(1, 3)]
    }
    check = {
        "trigger": {"table": "incidents", "date": _noticed(chance), "kind": "kind", **perhaps(chance, "where", c.INCIDENT)},
        "response": {
            "table": "notifications", "match": "incident_id", "date": "sent_at", "kind": "recipient",
            **perhaps(chance, "where", c.TOLD),
        },
        "within": length(chance, lengths, c.INCIDENT),
        "kinds": kinds,
    }
    return example(chance, luck, "matrix", check, _with_incidents(luck, lengths), history=("notifications",))
