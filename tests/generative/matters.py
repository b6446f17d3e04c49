"""Records about single matters: complaints, incidents and who was told, notes, training, plans and papers."""

from __future__ import annotations

from collections.abc import Sequence

from tests.generative.chance import CLOCKS, Chance, text
from tests.generative.household import Rows
from tests.oracle import days

COURSES = (
    "Safeguarding level 1", "Safer care", "PAEDIATRIC FIRST  AID", "First aid at work", "Unsafeguarded", "Child protection",
)


def complaints(chance: Chance, homes: Rows, lengths: Sequence[str]) -> Rows:
    """Complaints with their answers about when they were due."""
    found = []
    day = chance.day(500)
    for _ in range(chance.number(4, 20)):
        day = chance.near(day, lengths) if chance.seldom() else chance.day(500)
        answered = chance.near(day, lengths)
        found.append({
            "complaint_id": chance.key("Q"), "household_id": chance.pick(homes)["household_id"] if homes and chance.number(0, 7) else None,
            "received_on": text(day), "stage": chance.pick((1, 1, 2, None)),
            "acknowledged_on": text(chance.maybe(day + chance.number(0, 9) * days.DAY)),
            "responded_on": text(chance.pick((answered, answered, None, day - days.DAY))),
            "closed_on": text(chance.maybe(day + chance.number(0, 200) * days.DAY)),
            "stage_due_on": text(chance.maybe(day + chance.number(0, 40) * days.DAY)),
            "upheld": chance.pick((True, False, None)),
        })
    return found


def notes(chance: Chance, homes: Rows) -> Rows:
    """Case notes of several kinds, by day or by time of day."""
    return [
        {
            "note_id": chance.key("N"), "household_id": chance.pick(homes)["household_id"] if homes else None,
            "kind": chance.pick(("chaser", "contact", "escalation")), "occurred_at": chance.moment(chance.day(500)),
            "contact_with": chance.pick(("placing_authority", "police", None)),
        }
        for _ in range(chance.number(0, 20))
    ]


def incidents(chance: Chance, children: Rows, homes: Rows, lengths: Sequence[str]) -> tuple[Rows, Rows]:
    """Incidents and the notifications of them, at about the time when they were due."""
    found, told = [], []
    for _ in range(chance.number(4, 16)):
        day = chance.day(400) if chance.often() else chance.pick([clock for clock in CLOCKS if clock <= chance.as_of])
        key = chance.key("I")
        known = chance.pick((None, None, day + chance.number(0, 2) * days.DAY))
        found.append({
            "incident_id": key, "kind": chance.pick(("missing", "self_harm", "allegation_of_serious_offence", "other")),
            "child_id": chance.pick(children)["child_id"] if children else None,
            "household_id": chance.pick(homes)["household_id"] if homes else None,
            "occurred_at": chance.moment(day), "known_at": None if known is None else chance.moment(known),
            "police_involved": chance.pick((True, False, None)), "notifiable": chance.pick((True, True, False, None)),
            "level": chance.pick(("low", "high", None)),
        })
        for _ in range(chance.number(1, 6)):
            sent = chance.near(known or day, lengths)
            told.append({
                "notification_id": chance.key("T"), "incident_id": key,
                "recipient": chance.pick(("chief_inspector", "responsible_authority", "area_authority")),
                "sent_at": chance.pick((None, chance.moment(sent), chance.moment(sent))),
                "kind": chance.pick(("incident", "incident", "other", None)),
            })
    return found, told


def training(chance: Chance, people: Rows, lengths: Sequence[str]) -> Rows:
    """Courses that ran out about the audit date, or did not."""
    found = []
    for person in people:
        for _ in range(chance.number(0, 4)):
            length = chance.pick(lengths)
            done = days.shift(chance.as_of, length, -1) + chance.number(-1, 1) * days.DAY
            done = done if chance.often() else chance.day(900)
            found.append({
                "training_id": chance.key("R"), "person_id": person["carer_id"], "course": chance.pick(COURSES),
                "person_kind": chance.pick(("carer", "carer", None)),
                "completed_on": text(chance.maybe(done)),
                "expires_on": text(chance.pick((None, None, chance.as_of + chance.number(-2, 40) * days.DAY))),
                "mode": chance.pick(("classroom", "e_learning", None)),
            })
    return found


def plans(chance: Chance, children: Rows) -> Rows:
    """Plans of several kinds; not all have been issued, some are replaced."""
    found = []
    for child in children:
        for _ in range(chance.number(0, 2)):
            issued = chance.day(700)
            found.append({
                "plan_id": chance.key("D"), "kind": chance.pick(("safer_care", "risk_assessment", "care_plan")),
                "child_id": child["child_id"], "issued_on": text(chance.maybe(issued)),
                "superseded_on": text(chance.pick((None, None, issued + chance.number(0, 500) * days.DAY))),
                "signed_by_carer_on": text(chance.maybe(issued + chance.number(0, 9) * days.DAY)),
                "level": chance.pick(("low", "high", None)),
                "text": chance.pick((None, "", "Wakes at night.", "one two  three four five six")),
            })
    return found


def agreements(chance: Chance, homes: Rows) -> Rows:
    """Foster care agreements with some of what they must state."""
    matters = ("terms_of_approval", "confidentiality", "liabilities")
    return [
        {
            "agreement_id": chance.key("A"), "household_id": home["household_id"],
            "signed_by_carers_on": text(chance.maybe(chance.day(400))),
            "states_terms_of_approval": chance.pick((True, False, None)),
            "matters_covered": chance.pick((None, "confidentiality", ";".join(matters), ";".join(matters[:2]))),
            "max_children": chance.pick((1, 2, 3, None)),
        }
        for home in homes for _ in range(chance.number(0, 2))
    ]


def money(chance: Chance, children: Rows) -> Rows:
    """Amounts of money of children, some of them left empty."""
    return [
        {
            "record_id": chance.key("M"), "child_id": child["child_id"], "recorded_on": text(chance.day(500)),
            "kind": chance.pick(("saving", "spending", "pocket_money")), "amount": chance.pick((5, 10, 20, 12.5, None)),
            "receipt_held": chance.pick((True, False, None)),
        }
        for child in children for _ in range(chance.number(0, 4))
    ]


