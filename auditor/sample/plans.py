"""Plans and risk assessments, and the meetings about a child."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency, Home, Row, Stay
from auditor.sample.days import AS_OF, age_on, at, on_or_after, on_or_before, plus, plus_working, series
from auditor.sample.stays import sixteen

RENEWED = ("safer_care", "risk_assessment", "health_plan", "placement_plan", "care_plan")
ONCE = ("delegated_authority", "matching", "placement_information")
BY_NEED = {"medication": "medication_plan", "missing": "missing_plan", "violence": "behaviour_plan",
           "self_harm": "behaviour_plan"}
EVERYONE = ("child", "carer", "childs_social_worker", "supervising_social_worker", "independent_reviewing_officer")


def write_plans(agency: Agency, home: Home) -> None:
    """The plans of each stay, ready before it begins and made anew every five months; and the household's own."""
    for stay in home.stays:
        needs = agency.find("child_needs", child_id=stay.child["child_id"])
        kinds = [*RENEWED, *dict.fromkeys(BY_NEED[n["kind"]] for n in needs if n["kind"] in BY_NEED)]
        if 4 <= age_on(stay.child["born_on"], stay.start) < 17:
            kinds.append("education_plan")
        for kind in kinds:
            _versions(agency, home, stay, kind, needs)
        for kind in ONCE:
            _plan(agency, home, stay, kind, _ready(stay), None, needs)
        if home.profile == "siblings" and stay.placement["bedroom"] == "Room 1":
            _versions(agency, home, stay, "bedroom_sharing", needs)
        if sixteen(stay.child) <= plus(AS_OF, 120) and stay.end is None:
            _plan(agency, home, stay, "pathway_plan", max(_ready(stay), on_or_before(plus(sixteen(stay.child), -45))),
                  None, needs)
    _household_plans(agency, home)


def _ready(stay: Stay) -> dt.date:
    """The day on which the plans were written: before the stay, in an emergency on its first day."""
    return stay.placement["information_given_on"]


def _versions(agency: Agency, home: Home, stay: Stay, kind: str, needs: list[Row]) -> None:
    last = min(stay.end or AS_OF, AS_OF)
    days = series(agency.rng, _ready(stay), last, 140, 165)
    days += [d for d in sorted(home.must_visit) if home.must_visit[d] == "incident" and stay.covers(d)
             and kind in ("safer_care", "risk_assessment")]
    days = sorted(set(days))
    for n, day in enumerate(days):
        if day >= dt.date(2025, 1, 1) or n == 0 or n + 1 == len(days):
            until = days[n + 1] if n + 1 < len(days) else stay.end
            _plan(agency, home, stay, kind, day, until, needs)


def _plan(agency: Agency, home: Home, stay: Stay, kind: str, day: dt.date, until: dt.date | None,
          needs: list[Row]) -> None:
    known = ", ".join(n["detail"] for n in needs) or "no known risks beyond age"
    agency.add("plans", plan_id=agency.new_id("PN"), kind=kind, child_id=stay.child["child_id"], household_id=home.id,
               author_id=home.worker_on(max(day, home.approved)), created_at=at(day, 10), issued_on=day,
               shared_with_carer_on=day, signed_by_carer_on=day, reviewed_on=until if until and until <= AS_OF else day,
               review_due_on=plus(day, 175), superseded_on=until, level="medium" if needs else "low",
               text=f"{stay.child['name']}: {known}. What to watch for, what to do, whom to call.")


def _household_plans(agency: Agency, home: Home) -> None:
    last = min(home.ended or AS_OF, AS_OF)
    kinds = ["household_safer_care", "support_plan"]
    if agency.rng.random() < 0.4:
        kinds.append("pet_assessment")
    for kind in kinds:
        days = series(agency.rng, plus(home.approved, -8), last, 300, 340)
        for n, day in enumerate(days):
            if n and n + 1 < len(days) and day < dt.date(2022, 9, 1):
                continue
            until = days[n + 1] if n + 1 < len(days) else home.ended
            agency.add("plans", plan_id=agency.new_id("PN"), kind=kind, child_id=None, household_id=home.id,
                       author_id=home.worker_on(max(day, home.approved)), created_at=at(day, 11), issued_on=day,
                       shared_with_carer_on=day, signed_by_carer_on=day,
                       reviewed_on=until if until and until <= AS_OF else day, review_due_on=plus(day, 360),
                       superseded_on=until, level="low",
                       text=f"{home.row['name']}: rooms, visitors, pets and routines, agreed with everyone at home.")


def hold_meetings(agency: Agency, home: Home) -> None:
    """Planning meetings, the authority's statutory reviews and yearly education planning."""
    for stay in home.stays:
        planning = stay.placement["placement_meeting_on"]
        _meeting(agency, stay, "placement_planning", planning)
        if stay.kind == "short_breaks":
            continue
        last = min(stay.end or AS_OF, AS_OF)
        second = plus_working(stay.start, 15)
        third = on_or_before(plus(second, 80))
        for day in [second, *series(agency.rng, third, last, 150, 172)]:
            _meeting(agency, stay, "statutory_review", day)
        if 4 <= age_on(stay.child["born_on"], stay.start) < 16:
            for day in series(agency.rng, plus_working(stay.start, 9), last, 150, 175):
                _meeting(agency, stay, "education_planning", day)


def _meeting(agency: Agency, stay: Stay, kind: str, day: dt.date) -> None:
    if day > min(stay.end or AS_OF, AS_OF):
        return
    agency.add("meetings", meeting_id=agency.new_id("ME"), kind=kind, child_id=stay.child["child_id"],
               household_id=stay.placement["household_id"], placement_id=stay.placement["placement_id"],
               due_on=on_or_after(plus(day, 2)), held_on=day, attendees=list(EVERYONE),
               notes=f"{stay.child['name']}: progress heard from everyone, plan agreed.")


def chase(agency: Agency) -> None:
    """Reviews that the authority held late, asked for by the service soon after they fell due."""
    late = [m for m in agency.find("meetings", kind="statutory_review") if m["held_on"] > dt.date(2025, 6, 1)]
    for meeting in late[::25]:
        meeting["due_on"] = plus_working(meeting["held_on"], -7)
        asked = plus_working(meeting["due_on"], 3)
        agency.add("case_notes", note_id=agency.new_id("CN"), kind="chaser", household_id=meeting["household_id"],
                   child_id=meeting["child_id"], incident_id=None, concern_id=None, action_id=None, worker_id="W-04",
                   contact_with="independent_reviewing_officer", occurred_at=at(asked, 10), recorded_on=asked,
                   text=f"Asked for a date for the review of {meeting['child_id']}.", decision=None, responded_on=None)


def write_sections(agency: Agency) -> None:
    """The section of each safer-care plan in force that guides the carers on phones and the internet."""
    for plan in agency.find("plans", kind="safer_care"):
        if plan.get("superseded_on") is None and plan.get("child_id"):
            who = plan["child_id"]
            agency.add(
                "record_sections", section_id=agency.new_id("RS"), record_kind="plan", record_id=plan["plan_id"],
                section="Online safety",
                text=f"Online and on the phone {who} asks first about a new app or game, and screens stay downstairs at night.",
            )
