"""Visits, children seen, views sought, and notes on files."""

from __future__ import annotations

import datetime as dt

from auditor.sample import words
from auditor.sample.agency import Agency, Home, Row, Stay
from auditor.sample.days import (
    AS_OF,
    HISTORY_FROM,
    at,
    is_working,
    on_or_after,
    on_or_before,
    plus,
    series,
)


def visit(agency: Agency, home: Home) -> None:
    """Supervision every four to five weeks and soon after each arrival, unannounced visits every five months, and
    the visits of the children's own social workers. No visits during a break."""
    if home.approved > AS_OF:
        return
    first = max(home.approved, HISTORY_FROM)
    last = min(plus(home.ended, -1) if home.ended else AS_OF, AS_OF)
    for stay in home.stays:
        if stay.start >= HISTORY_FROM:
            home.must_visit.setdefault(_settling(stay), "arrival")
    days = _supervision_days(agency, home, first, last)
    for day in days:
        _visit(agency, home, day, "supervision")
    for n, day in enumerate(series(agency.rng, plus(first, agency.rng.randint(40, 110)), last, 135, 155)):
        while day in days or not is_working(day):
            day = plus(day, 1)
        if day <= last and not home.paused_on(day):
            row = _visit(agency, home, day, "unannounced")
            _home_check(agency, home, row, n)
    for n, day in enumerate(days):
        if n % 9 == 4 and plus(day, 12) <= last and not home.paused_on(plus(day, 12)):
            _visit(agency, home, on_or_after(plus(day, 11)), "support", mode="virtual")
    for stay in home.stays:
        _authority_visits(agency, home, stay)


def _settling(stay: Stay) -> dt.date:
    """Two days after arrival, a working day, and before a short break is over."""
    day = on_or_after(plus(stay.start, 1))
    return day if day <= AS_OF and (stay.end is None or day < stay.end) else on_or_before(stay.start)


def _supervision_days(agency: Agency, home: Home, first: dt.date, last: dt.date) -> list[dt.date]:
    anchors = sorted(d for d in home.must_visit if first <= d <= last)
    found, day = [], plus(first, agency.rng.randint(6, 20))
    while True:
        day = on_or_before(day)
        upcoming = [a for a in anchors if (not found or a > found[-1]) and a <= day]
        day = upcoming[0] if upcoming else day
        if day > last:
            break
        if not home.paused_on(day):
            found.append(day)
        day = plus(day, agency.rng.randint(27, 34))
    for start, end in home.pauses:
        found += [plus(start, -1)] + ([on_or_after(plus(end, 2))] if end else [])
    return sorted({d for d in (on_or_before(f) if not is_working(f) else f for f in found) if d <= last})


def _visit(agency: Agency, home: Home, day: dt.date, kind: str, mode: str = "in_person") -> Row:
    staying = home.children_on(day)
    present = [s.child for s in staying]
    worker = home.worker_on(day)
    done = min(on_or_after(plus(day, 2)), AS_OF)
    row = agency.add(
        "visits", visit_id=agency.new_id("V"), household_id=home.id, worker_id=worker, visited_on=day, kind=kind,
        mode=mode, status="completed", unannounced=kind == "unannounced", children_seen=bool(present),
        record_completed_on=done, signed_by_carer_on=min(on_or_after(plus(day, 5)), AS_OF),
        **words.visit_texts(agency.rng, day, present, sections=kind == "supervision" and day >= words.FULL_FROM))
    for stay in staying:
        stay.contacts += 1
        closer = kind == "unannounced" or day in home.must_visit or stay.contacts % 2 == 0
        _contact(agency, home, stay.child, row, worker, closer=closer and mode == "in_person")
    return row


def _contact(agency: Agency, home: Home, child: Row, visit_row: Row, worker: str | None, *, closer: bool) -> None:
    day = visit_row["visited_on"]
    agency.add("child_contacts", contact_id=agency.new_id("CC"), child_id=child["child_id"],
               visit_id=visit_row["visit_id"], household_id=home.id, worker_id=worker, seen_on=day,
               mode=visit_row["mode"], seen=True, seen_alone=True, seen_with_carer=True, spoken_with=True,
               bedroom_seen=closer, views_recorded=True, direct_work=closer,
               notes=words.child_note(agency.rng, child, day) if worker else None)


def _home_check(agency: Agency, home: Home, visit_row: Row, n: int) -> None:
    day = visit_row["visited_on"]
    agency.add("home_checks", home_check_id=agency.new_id("HC"), household_id=home.id, child_id=None, checked_on=day,
               kind="unannounced home inspection", satisfactory=True, medicines_locked=True, action_due_on=None,
               action_completed_on=None, rechecked_on=None, notes="Home seen throughout; safe, clean and warm.")
    for stay in home.children_on(day):
        agency.add("home_checks", home_check_id=agency.new_id("HC"), household_id=home.id,
                   child_id=stay.child["child_id"], checked_on=day, kind="bedroom", satisfactory=True,
                   medicines_locked=True, action_due_on=None, action_completed_on=None, rechecked_on=None,
                   notes=f"{stay.child['name']}'s room seen.")


def _authority_visits(agency: Agency, home: Home, stay: Stay) -> None:
    """The authority's social worker: in the first week, then within six weeks."""
    last = min(stay.end or AS_OF, AS_OF)
    start = max(stay.start, HISTORY_FROM)
    for day in series(agency.rng, on_or_after(plus(start, 1)), last, 33, 39):
        if stay.covers(day) and not home.paused_on(day):
            row = agency.add(
                "visits", visit_id=agency.new_id("V"), household_id=home.id, worker_id=None, visited_on=day,
                kind="placing_authority", mode="in_person", status="completed", unannounced=False, children_seen=True,
                record_completed_on=min(on_or_after(plus(day, 2)), AS_OF),
                signed_by_carer_on=min(on_or_after(plus(day, 4)), AS_OF),
                notes=f"{stay.child['placing_authority']} visited. {words.child_note(agency.rng, stay.child, day)}")
            _contact(agency, home, stay.child, row, None, closer=False)


def keep_files(agency: Agency, home: Home) -> None:
    """Management oversight each quarter, progress notes, consultations, and a yearly audit of the file."""
    last = min(plus(home.ended, -1) if home.ended else AS_OF, AS_OF)
    first = max(home.approved, HISTORY_FROM)
    manager = agency.find("workers", worker_id=home.row["worker_id"])[0]["manager_id"]
    for day in series(agency.rng, plus(first, agency.rng.randint(5, 40)), last, 75, 85):
        _note(agency, home, None, "management_oversight", day, manager,
              f"Oversight of {home.row['name']}: visits, plans and checks in date; direction given to the worker.")
        _consult(agency, home, None, "carer", day, f"Carers: {words.view(agency.rng)}.")
    for day in series(agency.rng, plus(first, agency.rng.randint(60, 200)), last, 300, 345):
        agency.add("audits", audit_id=agency.new_id("AU", 4), kind="case_file", household_id=home.id, child_id=None,
                   worker_id=home.worker_on(day), auditor_id=manager, audited_on=day, grade="good",
                   findings=f"{home.row['name']}: file complete; note the strengths of the carers more often.")
        for member in home.members:
            if member["relation"] == "birth_child":
                _consult(agency, home, None, "birth_child", day, f"{member['name']}: {words.view(agency.rng)}.")
    for stay in home.stays:
        _stay_notes(agency, home, stay)


def _stay_notes(agency: Agency, home: Home, stay: Stay) -> None:
    first, last = max(stay.start, HISTORY_FROM), min(stay.end or AS_OF, AS_OF)
    for n, day in enumerate(series(agency.rng, plus(first, 1), last, 33, 39)):
        if not stay.covers(day):
            continue
        _note(agency, home, stay.child, "progress_report", day, home.worker_on(day),
              words.progress(agency.rng, stay.child))
        if n % 3 == 0:
            _consult(agency, home, stay.child, "child", day, f"{stay.child['name']}: {words.view(agency.rng)}.")
        if n % 9 == 3:
            _consult(agency, home, stay.child, "placing_authority", day, "Content with the placement.")
            _consult(agency, home, stay.child, "parent", day, "Grateful for news from school.")


def _note(agency: Agency, home: Home, child: Row | None, kind: str, day: dt.date, worker: str, text: str) -> None:
    agency.add("case_notes", note_id=agency.new_id("CN"), kind=kind, household_id=home.id,
               child_id=child and child["child_id"], incident_id=None, concern_id=None, action_id=None,
               worker_id=worker, contact_with=None, occurred_at=at(day, 9 + agency.rng.randint(0, 8)),
               recorded_on=min(on_or_after(plus(day, 1)), AS_OF), text=text,
               decision="Continue the present plan." if kind == "management_oversight" else None, responded_on=None)


def _consult(agency: Agency, home: Home, child: Row | None, who: str, day: dt.date, about: str) -> None:
    agency.add("consultations", consultation_id=agency.new_id("CO"), consulted=who, child_id=child and child["child_id"],
               household_id=home.id, sought_on=day, about=about, theme="life at home", response_recorded=True)


def recheck_rooms(agency: Agency) -> None:
    """Bedrooms found wanting, put right and looked at again within two weeks."""
    rooms = [c for c in agency.find("home_checks", kind="bedroom") if dt.date(2025, 5, 1) < c["checked_on"] < plus(AS_OF, -30)]
    for check in rooms[::30]:
        day = check["checked_on"]
        check.update(satisfactory=False, action_due_on=plus(day, 14), action_completed_on=on_or_before(plus(day, 10)),
                     rechecked_on=on_or_before(plus(day, 12)), notes="Window lock broken; mended and seen again.")
