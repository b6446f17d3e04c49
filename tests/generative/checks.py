"""Whole examples: a rule of one kind and records for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.generative import conditions as c
from tests.generative import household, matters
from tests.generative.chance import Chance, chances
from tests.generative.conditions import condition, length, perhaps
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


def _example(
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


def _homes(luck: Chance, lengths: Sequence[str]) -> dict[str, household.Rows]:
    homes = household.households(luck, luck.number(5, 12) if luck.number(0, 9) else 0)
    children, stays = household.placements(luck, homes)
    return {
        "workers": household.workers(luck), "households": homes, "visits": household.visits(luck, homes, lengths),
        "household_pauses": household.pauses(luck, homes), "children": children, "placements": stays,
        "case_notes": matters.notes(luck, homes),
    }


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


def _lengths(spec: object) -> list[str]:
    """The durations of a rule's duration or table of durations."""
    return [entry["value"] for entry in spec] if isinstance(spec, list) else [str(spec)]


def recurring(chance: Chance, luck: Chance) -> Example:
    """Visits to homes."""
    every = length(chance, INTERVALS, c.HOUSEHOLD)
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), **_span(chance),
        "event": _events(chance), "every": every, **_pause(chance),
    }
    if chance.seldom():
        check["first_within"] = length(chance, INTERVALS, c.HOUSEHOLD)
    return _example(chance, luck, "recurring", check, _homes(luck, _lengths(every)), history=("visits",))


def quota(chance: Chance, luck: Chance) -> Example:
    """So many visits to homes in each period."""
    per = chance.pick(INTERVALS)
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), **_span(chance),
        "event": _events(chance), "at_least": chance.number(1, 3), "per": per, **_pause(chance),
    }
    if chance.seldom():
        check["anchor"] = chance.pick(("applied_on", "approved_on", "DATE '2024-02-29'", "DATE '2024-12-31'"))
    return _example(chance, luck, "quota", check, _homes(luck, (per,)), history=("visits",))


def _responses(chance: Chance) -> list[dict[str, Any]]:
    return [
        {"date": "acknowledged_on"},
        {"date": "coalesce(responded_on, closed_on)", "where": "upheld"},
        {"table": "case_notes", "match": "household_id", "where": "kind = 'chaser'"},
        {"table": "visits", "match": {"household_id": "household_id"}, "where": condition(chance, VISIT_ALONE)},
    ]


VISIT_ALONE = ("status = 'completed'", "unannounced", "mode = 'in_person'", "kind = 'supervision'", "worker.role = 'support_worker'")


def _about_complaints(chance: Chance, luck: Chance) -> tuple[dict[str, Any], dict, tuple[str, ...]]:
    within = length(chance, SHORT, c.COMPLAINT)
    lengths = _lengths(within)
    check: dict[str, Any] = {
        "trigger": {"table": "complaints", **perhaps(chance, "where", c.COMPLAINT)},
        "response": {"date": "responded_on"}, "within": within,
    }
    if chance.seldom():
        check["trigger"]["date"] = chance.pick(("acknowledged_on", "coalesce(acknowledged_on, received_on)"))
    how = chance.number(0, 5)
    if how == 0:
        del check["within"]
        check["due"] = "stage_due_on"
    if how == 1:
        period = chance.pick(("3 months", "12 months", "6 weeks"))
        check["trigger"]["nth"] = {"number": chance.number(2, 3), "in": period, "by": "household_id"}
        lengths = [*lengths, period]
    if how == 2:
        check["trigger"]["span"] = {"to": "closed_on"}
    if how == 3:
        wait = chance.pick(("1 month", "10 days", "5 working days"))
        check["not_before"] = {"wait": wait}
        lengths = [*lengths, wait]
        if chance.number(0, 1):
            check["not_before"]["unless"] = "acknowledged_on"
        if chance.seldom():
            del check["within"]
    if chance.seldom():
        check["or"] = [chance.pick(_responses(chance))]
    records = _homes(luck, ("6 weeks",))
    records["complaints"] = matters.complaints(luck, records["households"], lengths)
    return check, records, ("complaints",)


def _about_placements(chance: Chance, luck: Chance) -> tuple[dict[str, Any], dict, tuple[str, ...]]:
    within = length(chance, SHORT, c.PLACEMENT)
    records = _homes(luck, _lengths(within))
    records["visits"] += household.visits_around(luck, records["placements"], _lengths(within))
    check: dict[str, Any] = {
        "trigger": {"table": "placements", **perhaps(chance, "where", c.PLACEMENT)},
        "response": {
            "table": "visits", "match": {"household_id": "household_id"}, **perhaps(chance, "where", VISIT_ALONE),
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
    records = _homes(luck, ("6 weeks",))
    found, told = matters.incidents(luck, records["children"], records["households"], lengths)
    return {**records, "incidents": found, "notifications": told}


def deadline(chance: Chance, luck: Chance) -> Example:
    """Answers to complaints, visits around placements, notices within hours of incidents."""
    check, records, history = chance.pick((_about_complaints, _about_complaints, _about_placements, _about_incidents))(chance, luck)
    return _example(chance, luck, "deadline", check, records, history=history)


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
    return _example(chance, luck, "matrix", check, _with_incidents(luck, lengths), history=("notifications",))


def _valid_for(chance: Chance, lengths: tuple[str, ...]) -> object:
    """How long a record is valid: read on the record, and with `subject.` on the carer."""
    if chance.number(0, 1):
        return chance.pick(lengths)
    when = chance.pick(("mode = 'e_learning'", "subject.role = 'primary'", "completed_on < DATE '2024-06-30'"))
    return [{"when": when, "value": chance.pick(lengths)}, {"value": chance.pick(lengths)}]


def current(chance: Chance, luck: Chance) -> Example:
    """Training of carers."""
    lengths = ("1 year", "3 years", "18 months", "6 weeks")
    items = [
        {"name": "safeguarding", "words": ["safeguard", "child protection"]},
        {"name": "first aid", "words": ["first aid"], "valid_for": _valid_for(chance, lengths)},
        {"name": "any two", "is": chance.pick(c.TRAINING), "count": 2},
        {"name": "safer care", "words": ["safer care"], "when": condition(chance, c.CARER)},
    ]
    check: dict[str, Any] = {
        "subject": "carers", **perhaps(chance, "applies_to", c.CARER),
        "record": {
            "table": "training", "match": "person_id", "item": "course", "date": "completed_on",
            **perhaps(chance, "where", c.TRAINING),
        },
        "items": items[chance.number(0, 2):][:chance.number(1, 3)],
    }
    if chance.number(0, 1):
        check["span"] = {"from": "coalesce(approved_on, household.approved_on)", "to": "coalesce(ended_on, household.ended_on)"}
    for name, value in (("valid_for", chance.pick(lengths)), ("within", chance.pick(("6 months", "12 weeks", "1 year")))):
        if chance.number(0, 1):
            check[name] = value
    if chance.number(0, 1):
        check["record"]["expires"] = "expires_on"
    if chance.seldom():
        check["throughout"] = True
        check["items"] = [item for item in check["items"] if "count" not in item] or items[:1]
    used = [one for given in (check, *check["items"]) if "valid_for" in given for one in _lengths(given["valid_for"])]
    records = _homes(luck, ("6 weeks",))
    records["carers"] = household.carers(luck, records["households"])
    records["training"] = matters.training(luck, records["carers"], used or lengths)
    return _example(chance, luck, "current", check, records, history=("training",))


def complete(chance: Chance, luck: Chance) -> Example:
    """What agreements (without a date), visits (dated), placements and plans (with a span) must hold."""
    records = _homes(luck, ("6 weeks",))
    records["agreements"] = matters.agreements(luck, records["households"])
    records["plans"] = matters.plans(luck, records["children"])
    table, wheres, tests = chance.pick((
        ("agreements", ("household.kind = 'mainstream'", "max_children > 1"), {
            "signed by the carers": "signed_by_carers_on IS NOT NULL",
            "states the terms": "states_terms_of_approval",
            "every matter": "has_all(matters_covered, 'terms_of_approval', 'confidentiality')",
            "no more than bedrooms": "max_children <= household.bedrooms_for_children",
        }),
        ("visits", VISIT_ALONE, {
            "seen in person": "mode = 'in_person'",
            "by the worker": "worker_id = household.worker_id",
            "a note on file": "EXISTS (SELECT 1 FROM case_notes n WHERE n.household_id = subject.household_id AND n.occurred_at >= subject.visited_on)",
        }),
        ("placements", c.PLACEMENT, {
            "a meeting": "placement_meeting_on IS NOT NULL AND placement_meeting_on <= add_days(started_on, 5)",
            "not an emergency": "NOT emergency",
            "a risk assessment": "EXISTS (SELECT 1 FROM plans p WHERE p.child_id = subject.child_id AND p.kind = 'risk_assessment' AND p.level = 'high')",
            "under ten": "age_on(child.born_on, as_of) < 10",
        }),
        ("plans", c.PLAN, {
            "signed": "signed_by_carer_on IS NOT NULL",
            "three words": "words(text) >= 3",
            "nights": "contains(text, 'night', 'nights')",
            "in five working days": "working_days_between(issued_on, signed_by_carer_on) <= 5",
        }),
    ))
    names = list(tests)[chance.number(0, 1):][:chance.number(1, 4)]
    source: dict[str, Any] = {"table": table, **perhaps(chance, "where", wheres)}
    if table == "plans" and chance.number(0, 1):
        source["date"] = "signed_by_carer_on"
    return _example(chance, luck, "complete", {"record": source, "require": {name: tests[name] for name in names}}, records)


def limit(chance: Chance, luck: Chance) -> Example:
    """Children in a home, the share of visits in person, money, placements in a year."""
    check = chance.pick((_count, _share, _sum, _rolling))(chance)
    when = check.get("when")
    records = _homes(luck, (when["in_any"],) if isinstance(when, dict) else ("6 weeks",))
    records["money_records"] = matters.money(luck, records["children"])
    records["plans"] = matters.plans(luck, records["children"])
    return _example(chance, luck, "limit", check, records)


def _bound(chance: Chance, low: int, high: int) -> dict[str, Any]:
    if chance.often():
        return {"at_most": chance.number(low, high)}
    return {"at_least": chance.number(low + 1, high + 1)}


def _count(chance: Chance) -> dict[str, Any]:
    when = chance.pick(("as_of", "any_day", "any_day", "window"))
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD),
        "count": {"table": "placements", **perhaps(chance, "where", c.PLACEMENT)}, **_bound(chance, 0, 2), "when": when,
    }
    if chance.number(0, 1):
        check["count"]["distinct"] = chance.pick(("child_id", "kind"))
    if when == "any_day" and chance.number(0, 1) and "at_most" in check:
        check["unless_same"] = chance.pick(("coalesce(child.sibling_group, child_id)", "child.sibling_group"))
    if chance.seldom() and "at_most" in check:
        check["at_most"] = "bedrooms_for_children"
    if chance.seldom():
        check = {**_bound(chance, 0, 2), "when": when}
        check = {"subject": "children", "count": {"table": "plans", **perhaps(chance, "where", c.PLAN)}, **check}
    return check


def _share(chance: Chance) -> dict[str, Any]:
    share = {"table": "visits", "of": condition(chance, c.VISIT), **perhaps(chance, "where", VISIT_ALONE)}
    if chance.number(0, 1):
        share["minimum"] = chance.number(1, 3)
    bound = {chance.pick(("at_most", "at_least")): chance.pick((25, 50, 80))}
    return {"subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), "share": share, **bound, "when": "window"}


def _sum(chance: Chance) -> dict[str, Any]:
    return {
        "subject": "children", "sum": {"table": "money_records", "value": "amount", **perhaps(chance, "where", c.MONEY)},
        chance.pick(("at_most", "at_least")): chance.pick((10, 20, 25)), "when": "window",
    }


def _rolling(chance: Chance) -> dict[str, Any]:
    table, options = chance.pick((("visits", VISIT_ALONE), ("placements", c.PLACEMENT)))
    count = {"table": table, **perhaps(chance, "where", options)}
    if table == "placements" and chance.number(0, 1):
        count["distinct"] = "child_id"
    return {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), "count": count,
        "at_most": chance.number(0, 2), "when": {"in_any": chance.pick(("10 days", "3 months", "12 months"))},
    }


KINDS: dict[str, Callable[[Chance, Chance], Example]] = {
    made.__name__: made for made in (recurring, quota, deadline, matrix, current, complete, limit)
}


@st.composite
def examples(draw: Callable, kind: str) -> Example:
    """Rules of one kind with records."""
    return KINDS[kind](*chances(draw))
