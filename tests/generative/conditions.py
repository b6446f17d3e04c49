"""Conditions for generated rules, put together from ones that can be true, false and unknown."""

from __future__ import annotations

from collections.abc import Sequence

from tests.generative.chance import Chance

VISIT = (
    "coalesce(status, 'completed') = 'completed'", "status = 'completed'", "unannounced", "unannounced IS TRUE",
    "mode <> 'telephone'", "mode = 'in_person'", "kind IN ('supervision', 'unannounced')", "NOT unannounced",
    "worker_id = subject.worker_id", "worker.role = 'supervising_social_worker'", "worker.qualified_social_worker",
    "status IS NOT NULL", "mode NOT IN ('virtual', 'telephone')", "visited_on >= subject.approved_on",
    "CASE WHEN kind = 'unannounced' THEN status = 'completed' ELSE unannounced END",
    "EXISTS (SELECT 1 FROM case_notes n WHERE n.household_id = event.household_id AND n.contact_with = 'police')",
)
VISIT_ALONE = (
    "status = 'completed'", "unannounced", "mode = 'in_person'", "kind = 'supervision'",
    "worker.role = 'support_worker'",
)
HOUSEHOLD = (
    "coalesce(kind, 'mainstream') <> 'staying_put'", "kind = 'mainstream'", "kind IN ('mainstream', 'connected')",
    "worker.qualified_social_worker", "bedrooms_for_children > 1", "bedrooms_for_children BETWEEN 1 AND 2",
    "EXISTS (SELECT 1 FROM placements p WHERE p.household_id = subject.household_id AND p.ended_on IS NULL)",
    "EXISTS (SELECT 1 FROM placements p WHERE p.household_id = subject.household_id AND p.kind = 'respite')",
    "NOT EXISTS (SELECT 1 FROM placements p WHERE p.household_id = subject.household_id AND p.emergency)",
    "(SELECT count(*) FROM placements p WHERE p.household_id = subject.household_id) < 2",
    "(SELECT max(p.started_on) FROM placements p WHERE p.household_id = subject.household_id) > DATE '2024-06-30'",
    "days_between(applied_on, approved_on) < 100",
)
PAUSE = ("kind <> 'safeguarding_hold'", "coalesce(kind, 'break') <> 'safeguarding_hold'", "kind IN ('break', 'ill_health')")
PLACEMENT = (
    "kind <> 'staying_put'", "coalesce(kind, 'short_term') = 'short_term'", "emergency", "emergency IS NOT TRUE",
    "age_on(child.born_on, started_on) >= 10", "child.placing_authority = child.area_authority", "child.disabled IS TRUE",
    "household.kind = 'mainstream'", "household.worker.role = 'support_worker'",
)
COMPLAINT = (
    "stage = 1", "coalesce(stage, 1) = 1", "upheld", "upheld IS NOT FALSE", "stage > 1 OR upheld", "closed_on IS NULL",
    "household.kind = 'mainstream'",
)
INCIDENT = (
    "notifiable", "coalesce(notifiable, TRUE)", "police_involved", "police_involved IS TRUE OR level = 'high'",
    "level = 'high'", "child.area_authority <> child.placing_authority", "age_on(child.born_on, occurred_at) < 12",
)
TOLD = ("kind = 'incident'", "coalesce(kind, 'incident') = 'incident'", "kind <> 'other'")
CARER = (
    "role = 'primary'", "coalesce(role, 'primary') = 'primary'", "household.kind <> 'connected'",
    "EXISTS (SELECT 1 FROM placements p WHERE p.household_id = subject.household_id AND p.kind = 'respite')",
)
TRAINING = ("person_kind = 'carer'", "coalesce(person_kind, 'carer') = 'carer'", "mode = 'classroom'", "mode <> 'e_learning'")
PLAN = ("kind = 'safer_care'", "level = 'high'", "kind <> 'care_plan' AND level IS NOT NULL", "child.disabled")
MONEY = ("kind = 'saving'", "receipt_held", "receipt_held IS NOT FALSE", "amount > 5")


def condition(chance: Chance, options: Sequence[str]) -> str:
    """One of the conditions, or two of them joined, or the opposite of one."""
    first = chance.pick(options)
    how = chance.number(0, 5)
    if how == 0:
        return f"{first} AND ({chance.pick(options)})"
    if how == 1:
        return f"({first}) OR {chance.pick(options)}"
    return f"NOT ({first})" if how == 2 else first


def perhaps(chance: Chance, name: str, options: Sequence[str]) -> dict[str, str]:
    """A condition under a name, or nothing."""
    return {name: condition(chance, options)} if chance.number(0, 2) else {}


MARKS = ("mark >= DATE '2025-03-31'", "mark < add_months(as_of, -6)")


def length(chance: Chance, lengths: Sequence[str], options: Sequence[str]) -> object:
    """A duration, or a table of them by a condition on the base row or the day of the mark."""
    if chance.number(0, 2):
        return chance.pick(lengths)
    marks = (*MARKS, *options)
    entries = [{"when": chance.pick(marks), "value": chance.pick(lengths)} for _ in range(chance.number(1, 2))]
    return [*entries, {"value": chance.pick(lengths)}]
