"""Workers and panel members: who they are, their checks, training, supervision and absences."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency, Row
from auditor.sample.days import AS_OF, HISTORY_FROM, between, on_or_after, on_or_before, plus, plus_years, series

WORKER_COURSES = (
    "Safeguarding and child protection", "Managing allegations and supporting carers through them",
    "Child exploitation and going missing", "Safer recruitment", "Online safety", "Safer caring",
    "First aid awareness", "Medication awareness", "Equality, diversity and inclusion", "Recording and data protection",
    "Whistleblowing", "Health and safety", "Prevent and radicalisation",
    "Unannounced visits and seeing children", "Behaviour support and physical intervention",
)
MANAGER_COURSES = ("Supervising staff", "Notifications and significant events")
PANEL_COURSES = ("Panel induction", "Panel and staff joint training day", "Safeguarding and child protection",
                 "Equality, diversity and inclusion", "Recording and data protection")
STAFF_CHECKS = ("identity", "right_to_work", "employment_history", "reason_for_leaving", "qualification",
                "previous_service_reference", "overseas_check")


def build_staff(agency: Agency) -> None:
    """All workers. Managers stand first, so that others can name them."""
    teams = max(1, round(agency.households / 40))
    _leaders(agency)
    for team in range(1, teams + 1):
        _worker(agency, "team_manager", dt.date(2019, 5, 7), team=f"Team {team}", manager="W-02")
    supervising = max(2, -(-agency.households // 9))
    for n in range(supervising):
        started = between(agency.rng, dt.date(2016, 1, 4), dt.date(2022, 11, 1))
        _supervising(agency, n, teams, on_or_after(started))
    _leavers(agency, teams)
    _supervising(agency, 0, teams, dt.date(2025, 9, 1))
    for role, employment in (("assessor", "independent"), ("reviewing_officer", "independent"),
                             ("support_worker", "employee"), ("administrator", "employee")):
        _worker(agency, role, dt.date(2010, 1, 11), employment=employment, manager="W-02")
    _panel(agency)
    _newcomer(agency)
    for worker in agency.rows("workers"):
        _staff_records(agency, worker)
    _absences(agency)


def _worker(agency: Agency, role: str, started: dt.date, *, team: str | None = None, employment: str = "employee",
            manager: str | None = None, left: dt.date | None = None) -> Row:
    key = agency.new_id("W", 2)
    social_worker = role not in ("administrator", "support_worker", "panel_member", "other")
    return agency.add(
        "workers", worker_id=key, name=f"Worker {key}", role=role, team=team, employment=employment,
        qualified_social_worker=social_worker, qualified_on=plus_years(started, -5) if social_worker else None,
        registration_expires_on=(dt.date(2026, 11, 30) if not left else dt.date(left.year + 1, 11, 30))
        if social_worker else None,
        started_on=started, induction_started_on=on_or_after(plus(started, 1)),
        induction_completed_on=on_or_after(plus(started, 40)), left_on=left, manager_id=manager)


def _leaders(agency: Agency) -> None:
    _worker(agency, "responsible_individual", dt.date(2009, 9, 7))
    _worker(agency, "registered_manager", dt.date(2009, 9, 14), manager="W-01")
    _worker(agency, "decision_maker", dt.date(2009, 9, 14), manager="W-01")


def _supervising(agency: Agency, n: int, teams: int, started: dt.date) -> None:
    team = n % teams + 1
    _worker(agency, "supervising_social_worker", started, team=f"Team {team}", manager=_manager_of(agency, team),
            employment="agency" if n == 4 else "employee")


def _manager_of(agency: Agency, team: int) -> str:
    return agency.find("workers", role="team_manager", team=f"Team {team}")[0]["worker_id"]


def _leavers(agency: Agency, teams: int) -> None:
    """Two workers who left; their households went to others on the same day."""
    for n, (started, left) in enumerate(((dt.date(2015, 3, 2), dt.date(2024, 6, 28)),
                                         (dt.date(2017, 10, 2), dt.date(2025, 1, 31)))):
        team = n % teams + 1
        _worker(agency, "supervising_social_worker", started, team=f"Team {team}", left=left,
                manager=_manager_of(agency, team))


def _panel(agency: Agency) -> None:
    _worker(agency, "panel_chair", dt.date(2009, 10, 5), employment="independent", manager="W-02")
    for n in range(6):
        member = _worker(agency, "panel_member", dt.date(2009, 10, 5), employment="independent", manager="W-02")
        member["qualified_social_worker"] = n < 3
        member["qualified_on"] = dt.date(2004, 7, 1) if n < 3 else None
        member["registration_expires_on"] = dt.date(2026, 11, 30) if n < 3 else None


def _newcomer(agency: Agency) -> None:
    member = _worker(agency, "panel_member", dt.date(2025, 6, 2), employment="independent", manager="W-02")
    member.update(qualified_social_worker=False, qualified_on=None, registration_expires_on=None)


def _staff_records(agency: Agency, worker: Row) -> None:
    panel = worker["role"] in ("panel_chair", "panel_member")
    last = worker["left_on"] or AS_OF
    _checks(agency, worker, "panel_member" if panel else "worker")
    courses = PANEL_COURSES if panel else WORKER_COURSES
    if worker["role"] in ("team_manager", "registered_manager", "responsible_individual", "decision_maker"):
        courses = courses + MANAGER_COURSES
    for course in courses:
        _course(agency, worker, course, "panel_member" if panel else "worker", last)
    if not panel and worker["role"] != "responsible_individual":
        _supervision(agency, worker, last)
    elif panel:
        _panel_appraisal(agency, worker, last)
    else:
        _supervision(agency, worker, last)


def _checks(agency: Agency, worker: Row, person_kind: str) -> None:
    started, last = worker["started_on"], worker["left_on"] or AS_OF
    common = {"person_kind": person_kind, "person_id": worker["worker_id"], "checked_by_id": "W-02",
              "satisfactory": True, "offence_disclosed": False, "outcome": "satisfactory"}
    kinds = [*STAFF_CHECKS, "reference", "reference"]
    if worker["role"] in ("registered_manager", "responsible_individual", "team_manager"):
        kinds.append("management_qualification")
    for kind in kinds:
        done = on_or_before(plus(started, -agency.rng.randint(8, 30)))
        agency.add("checks", check_id=agency.new_id("K"), kind=kind, requested_on=plus(done, -14), completed_on=done,
                   verified_on=done, **common)
    done = on_or_before(plus(started, -9))
    while done <= last:
        agency.add("checks", check_id=agency.new_id("K"), kind="dbs", requested_on=plus(done, -21), completed_on=done,
                   verified_on=done, expires_on=plus_years(done, 3), **common)
        done = on_or_before(plus(done, agency.rng.randint(1000, 1070)))
    if worker["qualified_social_worker"]:
        year = max(started.year, 2022)
        while year <= min(last.year, 2025):
            done = max(on_or_before(dt.date(year, 11, 20)), started) if year > started.year else plus(started, -9)
            agency.add("checks", check_id=agency.new_id("K"), kind="social_work_registration", requested_on=done,
                       completed_on=done, verified_on=done, expires_on=dt.date(max(year, done.year) + 1, 11, 30),
                       **common)
            year += 1


def _course(agency: Agency, worker: Row, course: str, person_kind: str, last: dt.date) -> None:
    """The course in the induction, then again before a year, or three, have passed."""
    yearly = course.startswith(("Safeguarding", "Panel and staff"))
    first = on_or_after(plus(worker["started_on"], agency.rng.randint(5, 30)))
    days = series(agency.rng, first, last, *((320, 350) if yearly else (660, 700)))
    for day in days:
        if day >= dt.date(2022, 1, 1) or day == days[-1] or day == days[0]:
            agency.add("training", training_id=agency.new_id("T"), person_kind=person_kind,
                       person_id=worker["worker_id"], course=course, requested_on=plus(day, -30), booked_for=day,
                       completed_on=day, expires_on=plus_years(day, 1 if yearly else 3),
                       mode="virtual" if agency.rng.random() < 0.3 else "classroom",
                       signed_off_by=worker["manager_id"] or "Board")


def _supervision(agency: Agency, worker: Row, last: dt.date) -> None:
    first = max(HISTORY_FROM, plus(worker["started_on"], 10))
    supervisor = worker["manager_id"]
    for n, day in enumerate(series(agency.rng, plus(first, agency.rng.randint(0, 14)), last, 21, 27)):
        kind = "appraisal" if n % 14 == 5 else "one_to_one"
        _session(agency, worker, supervisor, day, kind)
        if n % 5 == 2:
            _session(agency, worker, supervisor, on_or_after(plus(day, 4)), "observation")


def _panel_appraisal(agency: Agency, worker: Row, last: dt.date) -> None:
    for day in series(agency.rng, plus(HISTORY_FROM, agency.rng.randint(0, 60)), last, 320, 350):
        _session(agency, worker, worker["manager_id"], day, "appraisal")


def _session(agency: Agency, worker: Row, supervisor: str | None, day: dt.date, kind: str) -> None:
    if day > AS_OF or (worker["left_on"] and day >= worker["left_on"]):
        return
    signed = min(on_or_after(plus(day, 4)), worker["left_on"] or AS_OF, AS_OF)
    topic = agency.rng.choice(("caseload and priorities", "an allegation and its learning", "recording quality",
                               "children's progress", "wellbeing and leave", "training needs", "visits due"))
    agency.add("worker_supervisions", supervision_id=agency.new_id("SV"), worker_id=worker["worker_id"],
               supervisor_id=supervisor, held_on=day, kind=kind, households_discussed="", rating="good",
               actions_agreed=f"{worker['worker_id']} to follow up {topic}.", signed_by_worker_on=signed,
               signed_by_supervisor_on=signed, notes=f"Reflected on {topic}; {kind.replace('_', ' ')} {day:%d/%m/%y}.")


def _absences(agency: Agency) -> None:
    """One longer sickness and some leave, each with cover named."""
    workers = [w for w in agency.find("workers", role="supervising_social_worker") if not w["left_on"]]
    for n, worker in enumerate(workers):
        start = on_or_after(plus(dt.date(2025, 7, 1), n * 9))
        agency.add("worker_absences", absence_id=agency.new_id("AB"), worker_id=worker["worker_id"], started_on=start,
                   ended_on=on_or_after(plus(start, 12 if n else 33)),
                   cover_worker_id=workers[(n + 1) % len(workers)]["worker_id"], reason="leave" if n else "sickness")
