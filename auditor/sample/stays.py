"""Children, their placements, plans, needs, health and schooling."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency, Home, Row, Stay
from auditor.sample.days import (
    AS_OF,
    HISTORY_FROM,
    age_on,
    between,
    on_or_after,
    on_or_before,
    plus,
    plus_working,
    plus_years,
    series,
)

PLACERS = ("Authority A", "Authority B", "Authority C", "Authority D", "Authority E", "Authority F")
NEEDS = ("allergy", "asthma", "epilepsy", "missing", "self_harm", "online_safety", "criminal_exploitation",
         "mental_health", "identity_culture_or_faith", "complex_health_need", "violence", "language")


def build_stays(agency: Agency, home: Home) -> None:
    """Everyone who lives or lived in the home, with the placements in order of time."""
    if home.profile == "short_breaks":
        _short_breaks(agency, home)
        return
    if home.profile in ("mainstream", "leaver", "on_break") and home.approved < dt.date(2023, 3, 1):
        _past_stay(agency, home)
    if home.occupancy:
        _present_stays(agency, home)


def _past_stay(agency: Agency, home: Home) -> None:
    """Somebody who lived here before; the home is empty for some weeks after."""
    start = on_or_after(between(agency.rng, HISTORY_FROM, dt.date(2023, 9, 1)))
    recent = agency.rng.random() < 0.35
    latest = plus(home.ended, -40) if home.ended else dt.date(2025, 12, 1)
    first = dt.date(2025, 4, 10) if recent and latest > dt.date(2025, 5, 1) else plus(start, 120)
    end = on_or_after(between(agency.rng, first, latest if recent else min(latest, dt.date(2024, 10, 1))))
    child = _child(agency, home, between(agency.rng, dt.date(2009, 6, 1), dt.date(2019, 6, 1)), start, end)
    _stay(agency, home, child, start, end, "short_term")


def _present_stays(agency: Agency, home: Home) -> None:
    rng = agency.rng
    free = plus(max([home.approved, *(s.end for s in home.stays if s.end)]), 25)
    low, high = max(free, dt.date(2022, 5, 1)), plus(AS_OF, -45)
    if home.profile == "new":
        low, high = plus(home.approved, 20), min(plus(home.approved, 80), plus(AS_OF, -20))
    if home.profile == "fostering_for_adoption":
        low = dt.date(2025, 9, 1)
    if home.profile == "back_from_break":
        low, high = dt.date(2025, 10, 20), dt.date(2026, 1, 20)
    if home.profile == "connected":
        low, high = plus(home.approved, 6), plus(home.approved, 40)
    start = on_or_after(between(rng, low, max(low, high)))
    siblings = agency.new_id("SG", 3) if home.occupancy > 1 and (
        home.profile != "mainstream" or rng.random() < 0.6) else None
    for n in range(home.occupancy):
        if n and not siblings:
            start = on_or_after(between(rng, start, plus(AS_OF, -40)))
        child = _child(agency, home, _birthday(agency, home, n, start), start, None)
        child["sibling_group"] = siblings
        _stay(agency, home, child, start, None, _kind(home, start))


def _birthday(agency: Agency, home: Home, n: int, start: dt.date) -> dt.date:
    rng = agency.rng
    if home.profile == "parent_and_child":
        return between(rng, dt.date(2008, 9, 1), dt.date(2009, 9, 1)) if n == 0 else plus(start, -rng.randint(5, 30))
    if home.profile == "fostering_for_adoption":
        return plus(start, -rng.randint(20, 90))
    if home.profile == "remand":
        return dt.date(2009, 5, 17)
    return between(rng, dt.date(2008, 11, 1), min(dt.date(2023, 6, 1), plus(start, -40)))


def _kind(home: Home, start: dt.date) -> str:
    if home.row["kind"] != "mainstream":
        return home.row["kind"]
    return "long_term" if start < dt.date(2024, 1, 1) else "short_term"


def _short_breaks(agency: Agency, home: Home) -> None:
    """A disabled child who comes for three nights every ten weeks or so, and is there on the day of the audit."""
    born = between(agency.rng, dt.date(2011, 1, 1), dt.date(2018, 1, 1))
    starts = [plus(AS_OF, -back) for back in (358, 288, 225, 155, 85, 1)]   # Mondays
    child = _child(agency, home, born, starts[0], None)
    child["disabled"] = True
    for start in starts:
        end = plus(start, 3) if start < plus(AS_OF, -3) else None
        _stay(agency, home, child, start, end, "short_breaks")


def _child(agency: Agency, home: Home, born: dt.date, start: dt.date, end: dt.date | None) -> Row:
    rng = agency.rng
    key = agency.new_id("C", 3)
    remand = home.profile == "remand"
    return agency.add(
        "children", child_id=key, name=f"Child {key}", born_on=born, placing_authority=rng.choice(PLACERS),
        area_authority=home.row["area_authority"],
        legal_status="remand" if remand else rng.choice(("care order", "care order", "section 20", "interim care order")),
        became_looked_after_on=start, register_entered_on=start, register_left_on=end, disabled=rng.random() < 0.08,
        unaccompanied_asylum_seeker=False, sibling_group=None)


def _stay(agency: Agency, home: Home, child: Row, start: dt.date, end: dt.date | None, kind: str) -> None:
    rng = agency.rng
    ready = on_or_before(plus(start, -rng.randint(2, 6)))
    mate = child.get("sibling_group") and home.profile == "siblings"
    number = len(home.children_on(start)) + 1
    room = f"Room {max(1, number - 1)}" if mate else f"Room {number}"
    placement = agency.add(
        "placements", placement_id=agency.new_id("PL", 4), child_id=child["child_id"], household_id=home.id, kind=kind,
        emergency=False, started_on=start, ended_on=end, end_reason=_end_reason(end, kind), bedroom=room,
        distance_miles=rng.randint(3, 18), information_given_on=ready, information_acknowledged_on=ready,
        carer_assessment_sent_on=ready, carer_profile_given_on=ready, childrens_guide_given_on=ready,
        placement_meeting_on=plus_working(start, 1) if plus_working(start, 1) <= AS_OF else ready,
        exemption_from=None, exemption_to=None, child_visited_before=home.profile != "mainstream" or rng.random() < 0.5,
        notice_given_on=end and plus(end, -30 if kind != "short_breaks" else -60), immediate_risk=False,
        ending_recorded_on=end and on_or_before(plus(end, 3)),
        carer_views_on_ending_sought_on=end and on_or_before(plus(end, 6)),
        child_views_on_ending_sought_on=end and on_or_before(plus(end, 2)),
        staying_in_touch=end and f"{child['name']} would like a card and a visit in the holidays.")
    if kind == "short_term" and number == 1 and rng.random() < 0.15:
        placement.update(emergency=True, information_given_on=start, information_acknowledged_on=start)
    if end and kind == "short_breaks":
        placement["notice_given_on"] = start
    home.stays.append(Stay(child, start, end, kind, placement))
    _referral(agency, child, ready)


def _end_reason(end: dt.date | None, kind: str) -> str | None:
    return None if end is None else "returned_home" if kind == "short_breaks" else "planned_move"


def _referral(agency: Agency, child: Row, day: dt.date) -> None:
    received = on_or_before(plus(day, -agency.rng.randint(3, 12)))
    gaps = agency.rng.random() < 0.2
    agency.add("referrals", referral_id=agency.new_id("RF", 4), child_id=child["child_id"],
               placing_authority=child["placing_authority"], team=f"Team {agency.rng.randint(1, 2)}",
               received_on=received, information_missing="health history" if gaps else None,
               chased_on=plus_working(received, 1) if gaps else None,
               information_received_on=plus_working(received, 2) if gaps else received,
               outcome="placed", reason_not_placed=None)


def know_needs(agency: Agency, home: Home) -> None:
    """One or two known needs for about half of the children, known before they came."""
    done: set[str] = set()
    for stay in home.stays:
        key = stay.child["child_id"]
        if key in done:
            continue
        done.add(key)
        rng = agency.rng
        kinds = rng.sample(NEEDS, rng.choice((0, 1, 1, 2)))
        if rng.random() < 0.15:
            kinds.append("medication")
        if age_on(stay.child["born_on"], stay.start) < 9:
            kinds = [k for k in kinds if k in ("allergy", "asthma", "epilepsy", "medication", "language",
                                               "identity_culture_or_faith", "complex_health_need")]
        if stay.child["disabled"]:
            kinds.append("disability")
        for kind in dict.fromkeys(kinds):
            agency.add("child_needs", need_id=agency.new_id("N", 4), child_id=key, kind=kind,
                       detail=_detail(kind), level="high" if kind in ("complex_health_need", "epilepsy") else "medium",
                       known_on=plus(stay.start, -5), ended_on=stay.child["register_left_on"])


def _detail(kind: str) -> str:
    details = {"allergy": "nut allergy", "medication": "daily medication", "asthma": "blue inhaler",
               "epilepsy": "seizures, rescue medicine", "language": "English is a second language"}
    return details.get(kind, kind.replace("_", " "))


def keep_records(agency: Agency, home: Home) -> None:
    """Health, school, family time, savings and medicine, for each stay from the start of the history."""
    for stay in home.stays:
        first, last = max(stay.start, HISTORY_FROM), min(stay.end or AS_OF, AS_OF)
        _health(agency, stay, last)
        if stay.kind == "short_breaks":
            continue
        _school(agency, stay, first, last)
        for day in series(agency.rng, plus(first, 20), last, 80, 90):
            agency.add("family_time", family_time_id=agency.new_id("FT"), child_id=stay.child["child_id"],
                       planned_on=day, with_whom=agency.rng.choice(("mother", "father", "brother or sister",
                                                                    "grandparent")),
                       held=True, reason_not_held=None, restricted_at=None, authority_told_at=None)
            for kind, amount in (("saving", 130), ("balance_check", 0)):
                agency.add("money_records", record_id=agency.new_id("M"), child_id=stay.child["child_id"],
                           household_id=home.id, recorded_on=day, kind=kind, amount=amount or None, receipt_held=True)
        if stay.end:
            agency.add("money_records", record_id=agency.new_id("M"), child_id=stay.child["child_id"],
                       household_id=home.id, recorded_on=stay.end, kind="transfer_to_child", amount=130, receipt_held=True)
    _medicine(agency, home)


def _health(agency: Agency, stay: Stay, last: dt.date) -> None:
    key, start = stay.child["child_id"], stay.start
    _seen(agency, key, "registration_with_gp", start, on_or_after(plus(start, 2)), last)
    for kind, low, high in (("health_assessment", 150, 170), ("dental", 150, 175), ("optical", 300, 350),
                            ("immunisation", 300, 350)):
        for day in series(agency.rng, plus(start, agency.rng.randint(8, 18)), last, low, high):
            _seen(agency, key, kind, plus(day, -10), day, last)


def _seen(agency: Agency, child_id: str, kind: str, needed: dt.date, seen: dt.date, last: dt.date) -> None:
    if seen <= last:
        agency.add("child_health", health_id=agency.new_id("H"), child_id=child_id, kind=kind, needed_on=needed,
                   referred_on=needed, due_on=plus(seen, 5), seen_on=seen, paused_on=None, resumed_on=None, notes=None)


def _school(agency: Agency, stay: Stay, first: dt.date, last: dt.date) -> None:
    for year in range(first.year, last.year + 1):
        for month, day in ((3, 20), (7, 10), (12, 12)):
            recorded = on_or_before(dt.date(year, month, day))
            if first <= recorded <= last and 5 <= age_on(stay.child["born_on"], recorded) < 16:
                agency.add("education_records", record_id=agency.new_id("E"), child_id=stay.child["child_id"],
                           recorded_on=recorded, hours_per_week=25, attendance_percent=agency.rng.randint(93, 100),
                           days_excluded=0, progress=agency.rng.choice(("on track", "ahead in maths", "catching up")),
                           pupil_premium_use="one-to-one reading")


def _medicine(agency: Agency, home: Home) -> None:
    with_medicine = {row["child_id"] for row in agency.find("child_needs", kind="medication")}
    for stay in home.stays:
        if stay.child["child_id"] not in with_medicine:
            continue
        month = max(stay.start, HISTORY_FROM).replace(day=1)
        while month <= min(stay.end or AS_OF, AS_OF):
            doses = agency.rng.randint(28, 31)
            agency.add("medication_records", record_id=agency.new_id("MR"), child_id=stay.child["child_id"],
                       household_id=home.id, month=month, completed=True, doses_due=doses, doses_recorded=doses,
                       errors=0)
            month = plus(month, 32).replace(day=1)


def sixteen(child: Row) -> dt.date:
    """The child's sixteenth birthday."""
    return plus_years(child["born_on"], 16)
