"""Households: carers, members of the household, their checks and training, workers, breaks and endings."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency, Home, Row
from auditor.sample.days import (
    AS_OF,
    HISTORY_FROM,
    age_on,
    between,
    on_or_after,
    on_or_before,
    plus,
    plus_years,
    series,
)

# What each of 83 households is like: (profile, children placed now). Larger agencies repeat the list.
PROFILES: tuple[tuple[str, int], ...] = (
    *(("mainstream", 1),) * 30, *(("second_year", 1),) * 3, *(("mainstream", 2),) * 11, *(("mainstream", 3),) * 2, ("siblings", 4),
    ("mainstream", 0), *(("leaver", 0),) * 6, *(("on_break", 0),) * 2, ("back_from_break", 1),
    *(("new", 1),) * 4, *(("new", 0),) * 4, *(("connected", 1),) * 4, *(("connected", 2),) * 2,
    *(("parent_and_child", 2),) * 5, *(("short_breaks", 1),) * 4, *(("fostering_for_adoption", 1),) * 2, ("remand", 1),
)
OWN_KINDS = ("connected", "parent_and_child", "short_breaks", "fostering_for_adoption", "remand")
AREAS = ("Authority A", "Authority B", "Authority C", "Authority D")
CARER_COURSES = (
    "Safeguarding and child protection", "Safer caring", "Paediatric first aid", "Medication administration",
    "Online safety", "Health and safety in the home", "Equality, diversity and inclusion",
    "Behaviour support and de-escalation", "Children who go missing and exploitation", "Recording and confidentiality",
    "Attachment and trauma", "Prevent and radicalisation",
)
SPECIAL_COURSES = {
    "parent_and_child": ("Parent-and-child fostering", "Safe sleep and sudden infant death", "Caring for babies"),
    "fostering_for_adoption": ("Safe sleep and sudden infant death", "Caring for babies"),
    "short_breaks": ("Disability awareness", "Moving and handling"),
}
ONCE_CHECKS = ("identity", "local_authority_check", "employment_history", "previous_service_reference",
               "previous_registration", "overseas_check", "right_to_work")


def build_homes(agency: Agency) -> None:
    """Every household with its people; children come later."""
    for n in range(agency.households):
        profile, occupancy = PROFILES[n * 31 % len(PROFILES)] if agency.households >= len(PROFILES) else PROFILES[
            n * len(PROFILES) // agency.households]
        _home(agency, n, profile, occupancy)


def _home(agency: Agency, n: int, profile: str, occupancy: int) -> None:
    approved, ended = _life(agency, profile)
    kind = profile if profile in OWN_KINDS else "mainstream"
    row = agency.add(
        "households", household_id=f"HH-{n + 1:03d}", name=f"Household {n + 1:03d}", office=f"Office {n % 2 + 1}",
        area_authority=AREAS[n % len(AREAS)], kind=kind, worker_id=None,
        bedrooms_for_children=max(occupancy, agency.rng.choice((1, 2, 2, 3))) if profile != "siblings" else 3,
        vacancies=0, vacancies_updated_on=on_or_before(plus(AS_OF, -agency.rng.randint(1, 12))), applied_on=None,
        approved_on=approved, resigned_on=plus(ended, -28) if ended else None, ended_on=ended,
        end_reason="Carers retired from fostering." if ended else None,
        exit_interview_on=on_or_before(plus(ended, -4)) if ended else None)
    agency.homes.append(Home(row, profile, occupancy, approved, ended))


def _life(agency: Agency, profile: str) -> tuple[dt.date, dt.date | None]:
    rng = agency.rng
    if profile == "leaver":
        return between(rng, dt.date(2014, 1, 6), dt.date(2021, 6, 1)), between(rng, dt.date(2024, 3, 1),
                                                                               dt.date(2026, 1, 30))
    if profile == "new":
        return between(rng, dt.date(2025, 4, 20), dt.date(2025, 12, 5)), None
    if profile == "second_year":
        return between(rng, dt.date(2024, 6, 20), dt.date(2024, 9, 20)), None
    if profile == "connected":
        return between(rng, dt.date(2023, 6, 1), dt.date(2024, 8, 1)), None
    return between(rng, dt.date(2012, 2, 1), dt.date(2023, 1, 31)), None


def settle_home(agency: Agency, home: Home) -> None:
    """Everything of a household that does not hang on children; its day of approval is known by now."""
    _breaks(agency, home)
    _carers(agency, home)
    _members(agency, home)
    for day in _yearly(agency, home, plus(home.approved, -20)):
        for kind in ("health_and_safety", "home_check", "insurance"):
            _check(agency, home, None, kind, day, expires=plus_years(day, 1))


def _yearly(agency: Agency, home: Home, first: dt.date) -> list[dt.date]:
    days = series(agency.rng, first, min(home.ended or AS_OF, AS_OF), 320, 350)
    return [day for n, day in enumerate(days) if n == 0 or day >= dt.date(2021, 6, 1)]


def _breaks(agency: Agency, home: Home) -> None:
    spans = {"on_break": [(plus(AS_OF, -70), None)], "back_from_break": [(dt.date(2025, 8, 4), dt.date(2025, 10, 13))]}
    for start, end in spans.get(home.profile, []):
        home.pauses.append((start, end))
        agency.add("household_pauses", pause_id=agency.new_id("BR", 3), household_id=home.id, started_on=start,
                   ended_on=end, kind="break", reason="Break agreed with the carers.", condition=None,
                   condition_met_on=None)


def _carers(agency: Agency, home: Home) -> None:
    number = 1 if agency.rng.random() < 0.3 else 2
    for n in range(number):
        key = f"CR-{home.id[3:]}-{n + 1}"
        done = plus(home.approved, agency.rng.randint(200, 320))
        carer = agency.add(
            "carers", carer_id=key, household_id=home.id, name=f"Carer {home.id[3:]}-{n + 1}",
            born_on=between(agency.rng, dt.date(1962, 1, 1), dt.date(1988, 12, 31)),
            role="secondary" if n else "primary", convictions_declared=False, approved_on=home.approved,
            ended_on=home.ended, induction_completed_on=_if_past(on_or_after(plus(home.approved, 40))),
            tsd_standards_completed_on=_if_past(done))
        home.carers.append(carer)
        _carer_checks(agency, home, carer)
        _carer_training(agency, home, carer)
        _development(agency, home, carer)


def _if_past(day: dt.date) -> dt.date | None:
    return day if day <= AS_OF else None


def _carer_checks(agency: Agency, home: Home, carer: Row) -> None:
    for kind in (*ONCE_CHECKS, "reference", "reference", "reference"):
        _check(agency, home, carer, kind, on_or_before(plus(home.approved, -agency.rng.randint(80, 110))))
    for kind, years in (("dbs", 3), ("medical", 2)):
        for day in series(agency.rng, plus(home.approved, -90), min(home.ended or AS_OF, AS_OF), years * 365 - 60,
                          years * 365 - 30):
            _check(agency, home, carer, kind, day, expires=plus_years(day, years))


def _check(agency: Agency, home: Home, person: Row | None, kind: str, done: dt.date, *,
           expires: dt.date | None = None) -> None:
    person_id = person and (person.get("carer_id") or person.get("member_id"))
    person_kind = None if not person else "carer" if "carer_id" in person else "household_member"
    agency.add("checks", check_id=agency.new_id("K"), person_kind=person_kind, person_id=person_id,
               household_id=home.id, kind=kind, requested_on=plus(done, -20), completed_on=done, verified_on=done,
               expires_on=expires, checked_by_id="W-02", satisfactory=True,
               offence_disclosed=False if kind == "dbs" else None, outcome="satisfactory")


def _carer_training(agency: Agency, home: Home, carer: Row) -> None:
    last = min(home.ended or AS_OF, AS_OF)
    agency.add("training", training_id=agency.new_id("T"), person_kind="carer", person_id=carer["carer_id"],
               course="Preparation to foster", completed_on=on_or_before(plus(home.approved, -60)), mode="classroom",
               signed_off_by="W-02")
    for course in CARER_COURSES + _special(agency, home):
        first = on_or_before(plus(home.approved, -agency.rng.randint(5, 50)))
        days = series(agency.rng, first, last, 640, 700)
        for n, day in enumerate(days):
            if n + 2 >= len(days):
                _course(agency, carer["carer_id"], "carer", course, day)


def _special(agency: Agency, home: Home) -> tuple[str, ...]:
    """Courses that this home's children call for, taken before they come."""
    needs = {n["kind"] for s in home.stays for n in agency.find("child_needs", child_id=s.child["child_id"])}
    courses = dict.fromkeys(SPECIAL_COURSES.get(home.profile, ()))
    if "disability" in needs:
        courses["Disability awareness"] = None
    if needs & {"complex_health_need", "epilepsy"}:
        courses["Complex health needs, epilepsy and rescue medicine"] = None
    if any(s.child["born_on"] > plus_years(s.start, -2) for s in home.stays):
        courses.update({"Safe sleep and sudden infant death": None, "Caring for babies": None})
    return tuple(courses)


def _course(agency: Agency, person: str, kind: str, course: str, day: dt.date) -> None:
    agency.add("training", training_id=agency.new_id("T"), person_kind=kind, person_id=person, course=course,
               requested_on=plus(day, -30), booked_for=day, completed_on=day, expires_on=plus_years(day, 3),
               mode="classroom" if "first aid" in course.lower() else agency.rng.choice(("virtual", "classroom")),
               signed_off_by="W-02")


def _development(agency: Agency, home: Home, carer: Row) -> None:
    days = series(agency.rng, plus(home.approved, 20), min(home.ended or AS_OF, AS_OF), 320, 345)
    for n, day in enumerate(days):
        if n and day < dt.date(2022, 6, 1):
            continue
        reviewed = days[n + 1] if n + 1 < len(days) else None
        agency.add("development_plans", plan_id=agency.new_id("DP", 4), carer_id=carer["carer_id"], agreed_on=day,
                   reviewed_on=reviewed or day,
                   support=f"{carer['name']}: mentor, evening courses and childcare for training days.")


def _members(agency: Agency, home: Home) -> None:
    """Birth children, and in some homes another adult; adults are checked before they come or come of age."""
    rng = agency.rng
    for n in range(rng.choice((0, 0, 1, 1, 2))):
        born = between(rng, dt.date(2005, 1, 1), dt.date(2018, 12, 31))
        _member(agency, home, n, "birth_child", born, max(home.approved, born))
    if rng.random() < 0.2:
        joined = max(home.approved, between(rng, HISTORY_FROM, plus(AS_OF, -120)))
        if home.ended is None or joined < plus(home.ended, -60):
            _member(agency, home, 7, rng.choice(("relative", "lodger", "partner")),
                    between(rng, dt.date(1960, 1, 1), dt.date(2000, 1, 1)), joined)
    if rng.random() < 0.08 and home.ended is None:
        joined = max(home.approved, between(rng, HISTORY_FROM, plus(AS_OF, -200)))
        _member(agency, home, 8, "regular_visitor", between(rng, dt.date(1955, 1, 1), dt.date(1985, 1, 1)), joined)


def _member(agency: Agency, home: Home, n: int, relation: str, born: dt.date, joined: dt.date) -> None:
    number = f"{home.id[3:]}-{n + 1}"
    member = agency.add(
        "household_members", member_id=f"HM-{number}", household_id=home.id, name=f"Member {number}", born_on=born,
        relation=relation, joined_on=joined, known_on=plus(joined, -60), left_on=home.ended,
        cares_for_children=False, safer_care_discussed_on=on_or_before(plus(joined, -3)), bedroom=f"Own room {n + 1}")
    home.members.append(member)
    adult_on = max(joined, plus_years(born, 18))
    last = min(home.ended or AS_OF, AS_OF)
    if adult_on <= plus(last, 60):
        for day in series(agency.rng, min(plus(adult_on, -25), AS_OF), last, 1000, 1060):
            _check(agency, home, member, "dbs", day, expires=plus_years(day, 3))
    course_from = plus(joined, -agency.rng.randint(5, 20))
    if age_on(born, AS_OF) >= 8 and course_from < last:
        for day in series(agency.rng, max(course_from, plus_years(born, 8)), last, 640, 700):
            _course(agency, member["member_id"], "household_member", "Safer caring for the family", day)


def allocate(agency: Agency, home: Home) -> None:
    """The supervising social workers over time: leavers' households go to others on the same day."""
    workers = agency.find("workers", role="supervising_social_worker")
    staying = [w for w in workers if not w["left_on"] and w["started_on"] < HISTORY_FROM]
    leaving = [w for w in workers if w["left_on"]]
    number = int(home.id[3:])
    now = staying[number % len(staying)]["worker_id"]
    spans: list[tuple[dt.date, dt.date | None, str]] = [(home.approved, home.ended, now)]
    if number % 4 == 1:
        gone = leaving[number // 4 % len(leaving)]
        if home.approved < gone["left_on"] and (home.ended is None or home.ended > gone["left_on"]):
            spans = [(home.approved, gone["left_on"], gone["worker_id"]), (gone["left_on"], home.ended, now)]
    home.workers = spans
    home.row["worker_id"] = spans[-1][2]
    for start, end, worker in spans:
        agency.add("worker_allocations", allocation_id=agency.new_id("AL", 4), household_id=home.id,
                   worker_id=worker, started_on=start, ended_on=end)
