"""Rules about what is held and what a record holds: current and complete."""

from __future__ import annotations

from typing import Any

from tests.generative import conditions as c
from tests.generative import household, matters
from tests.generative.chance import Chance
from tests.generative.conditions import condition, perhaps
from tests.generative.example import Example, example, homes, lengths_of


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
    used = [one for given in (check, *check["items"]) if "valid_for" in given for one in lengths_of(given["valid_for"])]
    records = homes(luck, ("6 weeks",))
    records["carers"] = household.carers(luck, records["households"])
    records["training"] = matters.training(luck, records["carers"], used or lengths)
    return example(chance, luck, "current", check, records, history=("training",))


def complete(chance: Chance, luck: Chance) -> Example:
    """What agreements (without a date), visits (dated), placements and plans (with a span) must hold."""
    records = homes(luck, ("6 weeks",))
    records["agreements"] = matters.agreements(luck, records["households"])
    records["plans"] = matters.plans(luck, records["children"])
    table, wheres, tests = chance.pick((
        ("agreements", ("household.kind = 'mainstream'", "max_children > 1"), {
            "signed by the carers": "signed_by_carers_on IS NOT NULL",
            "states the terms": "states_terms_of_approval",
            "every matter": "has_all(matters_covered, 'terms_of_approval', 'confidentiality')",
            "no more than bedrooms": "max_children <= household.bedrooms_for_children",
        }),
        ("visits", c.VISIT_ALONE, {
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
    return example(chance, luck, "complete", {"record": source, "require": {name: tests[name] for name in names}}, records)
