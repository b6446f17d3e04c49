"""Incidents and who was told, concerns and allegations, complaints, and the actions that follow."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency, Home, Row, Stay
from auditor.sample.days import AS_OF, age_on, at, between, on_or_after, on_or_before, plus, plus_working

WINDOW = dt.date(2025, 4, 1)
REGULATOR, AUTHORITY, AREA = "chief_inspector", "responsible_authority", "area_authority"
# Who is told of what (Schedule 7 to SI 2011/581), and, beyond it, whom a careful service tells as well.
TOLD: dict[str, tuple[str, ...]] = {
    "serious_illness_or_accident": (REGULATOR, AUTHORITY, AREA),
    "infectious_disease_outbreak": (REGULATOR, AUTHORITY, AREA, "health_body"),
    "allegation_of_serious_offence": (REGULATOR, AUTHORITY, AREA, "police"),
    "sexual_exploitation": (REGULATOR, AUTHORITY, AREA, "police"),
    "police_called_to_home": (REGULATOR, AUTHORITY, AREA, "police"),
    "absconding": (REGULATOR, AUTHORITY, AREA, "police"),
    "missing": (REGULATOR, AUTHORITY, AREA, "police"),
    "serious_complaint_about_carer": (REGULATOR, AUTHORITY, AREA, "designated_officer"),
    "child_protection_enquiry_started": (REGULATOR, AUTHORITY, AREA, "designated_officer"),
    "child_protection_enquiry_ended": (REGULATOR, AUTHORITY, AREA, "designated_officer"),
    "referral_to_dbs": (REGULATOR, AUTHORITY, "disclosure_and_barring_service"),
    "assault_in_community": (REGULATOR, AUTHORITY, AREA, "police"),
    "self_harm": (REGULATOR, AUTHORITY), "overdose": (REGULATOR, AUTHORITY), "mental_health_crisis": (REGULATOR, AUTHORITY),
    "unexplained_injury": (REGULATOR, AUTHORITY),
}
# One of each of these, and more of the everyday ones, over three years.
KINDS = (
    *TOLD, "missing", "missing", "missing", "absconding", "police_called_to_home", "self_harm", "accident",
    "accident", "accident", "behaviour", "behaviour", "bullying", "medication_error", "seizure", "exclusion_from_school",
    "online_harm", "carer_assaulted", "physical_intervention", "substance_misuse", "accident",
    "behaviour", "missing",
)
SERIOUS = frozenset(TOLD) | {"carer_assaulted", "medication_error", "seizure", "physical_intervention",
                             "unexplained_injury", "substance_misuse"}


def plan_incidents(agency: Agency) -> list[tuple[Home, Stay, str, dt.date]]:
    """Which child has which incident on which day: each home at most one. The worker visits within two days."""
    pool = [(h, s) for h in agency.homes for s in h.stays
            if s.kind != "short_breaks" and age_on(s.child["born_on"], s.start) >= 9]
    agency.rng.shuffle(pool)
    planned, used = [], set()
    kinds = KINDS * max(1, agency.households // 83)
    for home, stay in pool:
        if home.id in used or not kinds:
            continue
        last = min(plus(stay.end, -20) if stay.end else plus(AS_OF, -25), plus(AS_OF, -25))
        first = max(plus(stay.start, 10), dt.date(2023, 6, 1))
        if first >= last:
            continue
        if last > WINDOW and agency.rng.random() < 0.6:
            first = max(first, WINDOW)
        used.add(home.id)
        day = between(agency.rng, first, last)
        planned.append((home, stay, kinds[0], day))
        home.must_visit[on_or_after(plus(day, 1))] = "incident"
        kinds = kinds[1:]
    return planned


def write_incidents(agency: Agency, planned: list[tuple[Home, Stay, str, dt.date]]) -> None:
    """The incidents with everything that follows from each."""
    for home, stay, kind, day in planned:
        incident = _incident(agency, home, stay, kind, day)
        for n, body in enumerate(TOLD.get(kind, (AUTHORITY,))):
            notify(agency, incident, body, n)
        _discussed(agency, home, stay, incident)


def _incident(agency: Agency, home: Home, stay: Stay, kind: str, day: dt.date) -> Row:
    happened = at(day, agency.rng.randint(9, 20), agency.rng.choice((0, 10, 25, 40)))
    away = kind in ("missing", "absconding")
    visited = on_or_after(plus(day, 1))
    ended = happened + dt.timedelta(hours={"missing": 5, "absconding": 53}.get(kind, 1))
    return agency.add(
        "incidents", incident_id=agency.new_id("I", 4), kind=kind, child_id=stay.child["child_id"],
        household_id=home.id, occurred_at=happened, known_at=happened + dt.timedelta(minutes=30),
        ended_at=ended, level="high" if kind in SERIOUS else "medium",
        police_involved=kind in ("police_called_to_home", "missing", "absconding", "assault_in_community"),
        medical_attention=kind in ("serious_illness_or_accident", "overdose", "unexplained_injury", "assault_in_community"),
        notifiable=None if kind == "unexplained_injury" else kind in TOLD, return_interview_offered_on=ended.date() if away else None,
        return_interview_on=plus(ended.date(), 2) if away else None, debrief_on=visited, discussed_on=visited,
        manager_reviewed_on=plus_working(day, 2), learning_reviewed_on=plus_working(day, 5),
        description=f"{stay.child['name']}: {kind.replace('_', ' ')} on {day:%d %B %Y}"
                    f"{', brought home by police' if kind == 'absconding' else ''}.",
        reasons=f"Talked through with {stay.child['name']}; a hard day at school came first.",
        action_taken="Carer followed the plan, rang the duty worker and stayed close; plan read again.")


def notify(agency: Agency, incident: Row, body: str, n: int = 0) -> Row:
    """A notification of the incident within hours, confirmed in writing the next day."""
    sent = incident["known_at"] + dt.timedelta(hours=2, minutes=20 * n)
    return agency.add("notifications", notification_id=agency.new_id("NT", 4), kind="incident",
                      incident_id=incident["incident_id"], concern_id=None, worker_id=None,
                      event_on=incident["occurred_at"].date(), recipient=body, sent_at=sent,
                      confirmed_in_writing_on=plus(sent.date(), 1), reference=f"REF-{incident['incident_id'][2:]}-{n + 1}")


def _discussed(agency: Agency, home: Home, stay: Stay, incident: Row) -> None:
    """The visit after the incident speaks of it, and a manager's note follows."""
    day = incident["discussed_on"]
    for visit in agency.find("visits", household_id=home.id, visited_on=day, kind="supervision"):
        visit["notes"] += f" We talked about the {incident['kind'].replace('_', ' ')} and what will help."
    worker = home.worker_on(day)
    manager = agency.find("workers", worker_id=worker)[0]["manager_id"]
    agency.add("case_notes", note_id=agency.new_id("CN"), kind="management_oversight", household_id=home.id,
               child_id=stay.child["child_id"], incident_id=incident["incident_id"], concern_id=None, action_id=None,
               worker_id=manager, contact_with=None, occurred_at=at(incident["manager_reviewed_on"], 12),
               recorded_on=incident["manager_reviewed_on"], responded_on=None,
               text=f"{stay.child['name']}: incident read, response sound, learning agreed.",
               decision="Risk assessment made anew; visit within two days.")


def write_concerns(agency: Agency) -> None:
    """Allegations, concerns about standards of care and low-level ones: each with its whole course."""
    homes = [h for h in agency.homes if h.stays and h.ended is None and not h.pauses
             and any(s.end is None and s.start < dt.date(2025, 6, 1) for s in h.stays)]
    kinds = ("allegation", "standards_of_care", "low_level_concern", "allegation", "standards_of_care",
             "standards_of_care", "low_level_concern", "allegation")
    for n, home in enumerate(homes[:: max(1, len(homes) // (len(kinds) * max(1, agency.households // 83)))]):
        stay = next(s for s in home.stays if s.end is None and s.start < dt.date(2025, 6, 1))
        day = on_or_after(between(agency.rng, dt.date(2025, 6, 20), dt.date(2026, 1, 20)))
        _concern(agency, home, stay, kinds[n % len(kinds)], day)


def _concern(agency: Agency, home: Home, stay: Stay, kind: str, day: dt.date) -> None:
    received = at(day, 10)
    allegation = kind == "allegation"
    closed = plus_working(day, 15)
    outcome = agency.rng.choice(("unfounded", "unsubstantiated", "substantiated")) if allegation else "no_further_action"
    concern = agency.add(
        "concerns", concern_id=agency.new_id("CX", 3), kind=kind, household_id=home.id,
        child_id=stay.child["child_id"], carer_id=home.carers[0]["carer_id"], worker_id=None, raised_by="professional",
        occurred_on=day, received_at=received, description=f"{kind.replace('_', ' ').capitalize()}, {home.row['name']}.",
        first_action_on=day, action_taken="Child seen; facts gathered; carers told and supported.",
        measures_considered_on=day, referred_to_designated_officer_at=at(day, 13) if allegation else None,
        designated_officer_area=home.row["area_authority"] if allegation else None,
        strategy_meeting_on=plus_working(day, 2) if allegation else None, child_seen_on=day,
        carer_told_in_writing_on=plus_working(day, 2), carer_spoken_with_on=plus_working(day, 1),
        independent_support_offered_on=plus_working(day, 1), concluded_on=closed, decided_by_id="W-02",
        outcome=outcome,
        rationale="Accounts weighed with the child, the carers and the authority; learning shared.", outcome_changed_on=None,
        carer_told_outcome_on=plus_working(closed, 2), summary_on_carers_file=True,
        review_of_approval_on=plus_working(closed, 10), related_concern_id=None)
    for n, body in enumerate((REGULATOR, AUTHORITY, AREA, "designated_officer") if allegation else (AUTHORITY,)):
        sent = received + dt.timedelta(hours=2, minutes=15 * n)
        agency.add("notifications", notification_id=agency.new_id("NT", 4), kind="concern", incident_id=None,
                   concern_id=concern["concern_id"], worker_id=None, event_on=day, recipient=body, sent_at=sent,
                   confirmed_in_writing_on=plus(day, 1), reference=f"REF-{concern['concern_id']}-{n + 1}")
    review = plus_working(closed, 10)
    _extra_review(agency, home, review, f"after {kind.replace('_', ' ')}")


def _extra_review(agency: Agency, home: Home, day: dt.date, reason: str) -> None:
    like = agency.find("carer_reviews", household_id=home.id)[-1]
    extra = dict(like, review_id=agency.new_id("RV", 4), held_on=day, reason=reason, report_completed_on=plus(day, -3),
                 presented_to_panel_on=None, notified_in_writing_on=min(plus_working(day, 6), AS_OF))
    agency.add("carer_reviews", **extra)


def write_complaints(agency: Agency) -> None:
    """Complaints over three years, answered within ten working days; a child who complains is spoken with."""
    homes = [h for h in agency.homes if any(s.end is None and s.start < dt.date(2025, 10, 1) for s in h.stays)]
    number = 14 * max(1, agency.households // 83)
    for n in range(number):
        home = homes[n * 7 % len(homes)]
        stay = next(s for s in home.stays if s.end is None and s.start < dt.date(2025, 10, 1))
        who = ("child", "carer", "parent", "placing_authority")[n % 4]
        day = on_or_after(between(agency.rng, max(stay.start, WINDOW), plus(AS_OF, -40)))
        answered = plus_working(day, agency.rng.randint(4, 8))
        agency.add("complaints", complaint_id=agency.new_id("CM", 3), complainant=who,
                   child_id=stay.child["child_id"], household_id=home.id, about_worker_id=None, handled_by_id="W-02",
                   stage=1, received_on=day, acknowledged_on=plus_working(day, 1),
                   stage_due_on=plus_working(day, 10) if n % 2 else None,
                   child_spoken_with_on=plus_working(day, 1),
                   action_taken="Heard the complaint in person, looked at the file, wrote with an apology where due.",
                   responded_on=answered, closed_on=plus_working(answered, 5), upheld=n % 3 == 0,
                   outcome="upheld in part" if n % 3 == 0 else "not upheld", related_complaint_id=None)


def write_rarer(agency: Agency) -> None:
    """An allegation about a worker, a complaint at its second stage, and a check that showed an old offence."""
    worker = agency.find("workers", role="support_worker")[0]["worker_id"]
    like = agency.find("concerns", kind="allegation")[0]
    agency.add("concerns", **dict(like, concern_id=agency.new_id("CX", 3), carer_id=None, household_id=None, child_id=None,
                                  worker_id=worker, child_seen_on=None, review_of_approval_on=None,
                                  description=f"Allegation about {worker}.", carer_told_in_writing_on=None,
                                  carer_spoken_with_on=None, carer_told_outcome_on=None, summary_on_carers_file=None))
    first = agency.rows("complaints")[1]
    day = plus_working(first["closed_on"], 3)
    agency.add("complaints", **dict(first, complaint_id=agency.new_id("CM", 3), stage=2, about_worker_id=worker,
                                    received_on=day, acknowledged_on=plus_working(day, 1), stage_due_on=plus_working(day, 15),
                                    child_spoken_with_on=plus_working(day, 2), responded_on=plus_working(day, 12),
                                    closed_on=plus_working(day, 13), related_complaint_id=first["complaint_id"]))
    check = next(c for c in agency.find("checks", kind="dbs", person_kind="carer") if c["completed_on"] > WINDOW)
    check.update(offence_disclosed=True, risk_assessed_on=plus_working(check["completed_on"], 4),
                 outcome="old matter, declared, considered")


def write_actions(agency: Agency) -> None:
    """Actions from audits and supervision, finished in time or not yet due."""
    for n, audit in enumerate(agency.rows("audits")):
        raised = audit["audited_on"]
        due = plus(raised, 40)
        done = due <= AS_OF
        agency.add("actions", action_id=agency.new_id("AC", 4), household_id=audit["household_id"], child_id=None,
                   owner_id=audit["worker_id"], source="audit", source_id=audit["audit_id"],
                   reference=f"A{n + 1}", theme="recording", priority="medium", raised_on=raised, due_on=due,
                   status="completed" if done else "in_progress",
                   completed_on=on_or_before(plus(due, -6)) if done else None,
                   description="Record the strengths of the carers.", measure="Seen in the next two records.",
                   evidence="Seen by the manager." if done else None)
