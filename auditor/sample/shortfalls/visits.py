"""Visits not made, not seen through, or not recorded."""

from __future__ import annotations

from auditor.sample.agency import Home, Row, Stay
from auditor.sample.days import on_or_before, plus, plus_working
from auditor.sample.shortfalls.planting import Planting, ago

SECTIONS = ("childs_views", "childs_progress", "safeguarding", "carers_performance", "analysis", "actions_agreed")


def _recent_supervision(planting: Planting, home: Home) -> Row:
    """A supervision visit of last autumn or so."""
    return next(v for v in planting.visits(home, "supervision", since=ago(150)))


def supervision_gap(planting: Planting) -> None:
    """One visit in a row of monthly ones did not take place."""
    for _ in range(2):
        home, visit = _between_two(planting)
        visit["status"] = "no_access"
        visit["children_seen"] = False
        planting.agency.remove("child_contacts", planting.contacts(visit))
        planting.expect("POL-supervision-visits", home.id, "late",
                        "Nobody was in on the day of the visit, and the next one came only in its own time.")


def _between_two(planting: Planting) -> tuple[Home, Row]:
    found: list[Row] = []

    high = {n["child_id"] for n in planting.agency.find("child_needs", level="high")}

    def wanted(home: Home) -> bool:
        if high & {s.child["child_id"] for s in home.stays}:
            return False
        visits = planting.visits(home, "supervision", "unannounced", since=ago(330))
        for before, visit, after in zip(visits, visits[1:], visits[2:], strict=False):
            gap = (after["visited_on"] - before["visited_on"]).days
            quiet = not any(c["direct_work"] for c in planting.contacts(visit))
            if visit["kind"] == "supervision" and quiet and 50 < gap < 75 and visit["visited_on"] < ago(60):
                found[:] = [visit]
                return True
        return False

    return planting.home(wanted), found[0]


def supervision_overdue(planting: Planting) -> None:
    """No visit at all for some seventy days before the audit."""
    high = {n["child_id"] for n in planting.agency.find("child_needs", level="high")}

    def wanted(home: Home) -> bool:
        return not planting.visits(home, "unannounced", "support", since=ago(85)) and not any(
            s.end is None and (s.start > ago(200) or s.child["child_id"] in high) for s in home.stays)

    home = planting.home(wanted)
    for visit in planting.visits(home, "supervision", since=ago(58)):
        planting.drop_visit(visit)
    for contact in planting.contacts(planting.visits(home, "supervision")[-1]):
        contact.update(bedroom_seen=True, direct_work=True)
    planting.expect("POL-supervision-visits", home.id, "overdue", "The last visits before the audit were not made.")


def no_unannounced(planting: Planting) -> None:
    """The unannounced visits of the last fourteen months were announced."""
    for days in (430, 640):
        home = planting.home(lambda h: h.approved < ago(900))
        for visit in planting.visits(home, "unannounced", since=ago(days)):
            written = [v for v in planting.visits(home, "supervision") if v.get("childs_views")]
            like = min(written, key=lambda v, day=visit["visited_on"]: abs(v["visited_on"] - day))
            visit.update(kind="supervision", unannounced=False)
            if visit["visited_on"] >= written[0]["visited_on"]:  # before that the form had no sections
                visit.update({column: like[column] for column in SECTIONS})
            checks = planting.agency.find("home_checks", household_id=home.id, checked_on=visit["visited_on"])
            for check in checks:
                if check["child_id"] is None:
                    check["kind"] = "announced home inspection"
        planting.expect("NMS21.8-unannounced", home.id, "overdue",
                        "Every visit for more than a year was announced beforehand.")
        planting.expect("NMS10.5-home-inspection", home.id, "overdue",
                        "Every visit for more than a year was announced, inspections of the home among them.")


def children_not_seen(planting: Planting) -> None:
    """On the unannounced visit nobody saw the children."""
    home, _ = planting.home_with(lambda h, s: s.start < ago(400))
    visit = planting.visits(home, "unannounced", since=ago(300))[0]
    visit["children_seen"] = False
    planting.agency.remove("child_contacts", planting.contacts(visit))
    planting.expect("POL-unannounced-children-seen", visit["visit_id"], "incomplete",
                    "The children were at school, and the visit was over before they came home.")
    home, _ = planting.home_with(lambda h, s: s.start < ago(400))
    visit = planting.visits(home, "unannounced", since=ago(300))[0]
    visit["children_seen"] = None
    planting.agency.remove("child_contacts", planting.contacts(visit))
    planting.expect("POL-unannounced-children-seen", visit["visit_id"], "incomplete",
                    "The record of the visit does not say whether the children were seen.", outcome="not_evidenced")


def mostly_virtual(planting: Planting) -> None:
    """Most supervision of one home was by video."""
    home = planting.home(lambda h: h.approved < ago(500))
    for visit in planting.visits(home, "supervision", since=ago(355)):
        for back in (-1, -2):
            day = on_or_before(plus(visit["visited_on"], 7 * back + 14))
            if day <= ago(10):
                # A short note of its own: a copied one would be a shortfall too, and not the one planted here.
                own = f"Video call on {day:%d %B %Y}, between visits {'before' if back == -2 else 'after'} {visit['visit_id']}."
                extra = dict(visit, visit_id=planting.agency.new_id("V"), visited_on=day, mode="virtual", notes=own,
                             record_completed_on=plus_working(day, 1), signed_by_carer_on=plus_working(day, 4))
                planting.agency.add("visits", **extra)
    planting.expect("POL-virtual-visits", home.id, "over_limit",
                    "Two video calls between each pair of visits in person came to most of the supervision.")


def slow_first_visit(planting: Planting) -> None:
    """A child joined and nobody came for more than two weeks."""
    found: list[Row] = []

    def suits(home: Home, stay: Stay) -> bool:
        if home.occupancy != 1 or not ago(330) < stay.start < ago(90):
            return False
        early = [v for v in planting.visits(home, since=stay.start) if v["visited_on"] < plus(stay.start, 15)]
        before = [v for v in planting.visits(home, "supervision", "unannounced") if v["visited_on"] < stay.start]
        found[:] = early
        moved = on_or_before(plus(stay.start, 19))
        return (bool(before) and {v["kind"] for v in early} == {"supervision", "placing_authority"}
                and (moved - before[-1]["visited_on"]).days <= 40)

    _, stay = planting.home_with(suits, None)
    day = on_or_before(plus(stay.start, 19))
    for visit in found:
        for contact in planting.contacts(visit):
            contact["seen_on"] = day
        visit.update(visited_on=day, record_completed_on=plus_working(day, 2), signed_by_carer_on=plus_working(day, 4))
    planting.expect("POL-first-visit", stay.placement["placement_id"], "late",
                    f"{stay.child['name']} joined the home and the first visit came after more than two weeks.")


def not_seen_alone(planting: Planting) -> None:
    """A child seen only with the carers in the room."""
    _, stay = planting.home_with(lambda h, s: s.start < ago(300))
    for contact in _contacts_since(planting, stay, 170):
        contact["seen_alone"] = False
    planting.expect("POL-child-seen-alone", stay.placement["placement_id"], "overdue",
                    f"Nobody has seen {stay.child['name']} alone for more than five months.")


def not_spoken_with(planting: Planting) -> None:
    """A child seen on every visit and not talked with for the better part of a year."""
    _, stay = planting.home_with(lambda h, s: s.start < ago(450) and s.child["born_on"] < ago(365 * 8))
    for contact in _contacts_since(planting, stay, 300):
        contact.update(seen_alone=False, spoken_with=False)
    for rule in ("POL-child-spoken-with", "POL-child-seen-alone"):
        planting.expect(rule, stay.placement["placement_id"], "overdue",
                        f"{stay.child['name']} was seen on each visit; nobody talked with the child for ten months.")


def not_seen_with_carer(planting: Planting) -> None:
    """A child never seen together with the carers."""
    _, stay = planting.home_with(lambda h, s: s.start < ago(400))
    for contact in _contacts_since(planting, stay, 230):
        contact["seen_with_carer"] = False
    planting.expect("POL-child-seen-with-carer", stay.placement["placement_id"], "overdue",
                    f"How {stay.child['name']} and the carers are together was not seen for more than six months.")


def _contacts_since(planting: Planting, stay: Stay, days: int) -> list[Row]:
    return [c for c in planting.agency.find("child_contacts", child_id=stay.child["child_id"])
            if c["seen_on"] >= ago(days)]


def poor_records(planting: Planting) -> None:
    """Visits without a record, recorded late, unsigned, or with the parts that matter left empty."""
    home = planting.home(lambda h: h.approved < ago(500))
    visit = _recent_supervision(planting, home)
    for column in ("record_completed_on", "signed_by_carer_on", "notes", *SECTIONS):
        visit[column] = None
    planting.expect("NMS21.8-supervision-record", visit["visit_id"], "incomplete", "The visit was made and never written up.")
    visit = _recent_supervision(planting, planting.home(lambda h: h.approved < ago(500)))
    visit.update(record_completed_on=plus(visit["visited_on"], 33), signed_by_carer_on=plus(visit["visited_on"], 35))
    planting.expect("POL-visit-recorded-in-time", visit["visit_id"], "late", "The record was finished a month after the visit.")
    visit = _recent_supervision(planting, planting.home(lambda h: h.approved < ago(500)))
    visit["signed_by_carer_on"] = None
    planting.expect("POL-visit-signed", visit["visit_id"], "overdue", "The carers have not signed the record of the visit.")


def empty_sections(planting: Planting) -> None:
    """The form was used and the child, the worker's own thinking or safety left out."""
    for rule, column, why in (
        ("NMS21.8-child-in-supervision", "childs_views", "The record of the visit is silent on what the child wishes."),
        ("POL-reflection-in-supervision", "analysis", "The record of the visit ends without the worker's own analysis."),
        ("POL-safeguarding-in-supervision", "safeguarding", "The section on keeping the child safe was left empty."),
    ):
        home, _ = planting.home_with(lambda h, s: s.start < ago(300))
        visit = _recent_supervision(planting, home)
        visit[column] = None
        planting.expect(rule, visit["visit_id"], "incomplete", why)


def thin_notes(planting: Planting) -> None:
    """One worker writes next to nothing."""
    workers = planting.agency.find("workers", role="supervising_social_worker", left_on=None)
    worker = workers[3]["worker_id"]
    for visit in planting.agency.find("visits", worker_id=worker):
        if visit["visited_on"] >= ago(366) and visit["notes"]:
            visit["notes"] = " ".join(visit["notes"].split()[:12]) + "."
    planting.expect("POL-visit-note-length", worker, "over_limit", f"The notes of {worker} run to a dozen words each.")
    planting.expect("POL-notes-by-worker", worker, "pattern", f"The notes of {worker} are far shorter than those of the others.")


def workers_come_and_go(planting: Planting) -> None:
    """A home with no named worker, one with an unqualified one, one with a new one every few months."""
    agency = planting.agency
    home = planting.home(lambda h: len(h.workers) == 1)
    home.row["worker_id"] = None
    agency.find("worker_allocations", household_id=home.id)[0]["ended_on"] = ago(40)
    planting.expect("NMS21.8-named-worker", home.id, "incomplete", "The worker was moved and nobody was named instead.")
    allocation = agency.find("worker_allocations", household_id=home.id)[0]["allocation_id"]
    planting.expect("POL-worker-gap", allocation, "overdue", "The worker was moved and nobody was named instead.")
    home = planting.home()
    home.row["worker_id"] = agency.find("workers", role="support_worker")[0]["worker_id"]
    planting.expect("NMS21.8-qualified-worker", home.id, "incomplete",
                    "A support worker, who is no social worker, stands as the household's supervising worker.")
    home = planting.home(lambda h: len(h.workers) == 1)
    first = agency.find("worker_allocations", household_id=home.id)[0]
    workers = [w["worker_id"] for w in agency.find("workers", role="supervising_social_worker", left_on=None)
               if w["worker_id"] != first["worker_id"]]
    for n, days in enumerate((320, 220, 110)):
        agency.find("worker_allocations", household_id=home.id)[-1]["ended_on"] = ago(days)
        agency.add("worker_allocations", allocation_id=agency.new_id("AL", 4), household_id=home.id,
                   worker_id=workers[n], started_on=ago(days), ended_on=None)
    home.row["worker_id"] = workers[2]
    planting.expect("POL-worker-changes", home.id, "over_limit", "The household had three new workers within a year.")


def duty_supervision(planting: Planting) -> None:
    """Supervision by whoever was on duty."""
    home = planting.home(lambda h: len(h.workers) == 1)
    workers = [w["worker_id"] for w in planting.agency.find("workers", role="supervising_social_worker", left_on=None)]
    for n, visit in enumerate(planting.visits(home, "supervision", since=ago(170))):
        visit["worker_id"] = workers[n % 4]
    planting.expect("POL-supervision-by-own-worker", home.id, "over_limit", "Four workers held the supervision in half a year.")


def uncovered_absence(planting: Planting) -> None:
    """A long sickness with nobody named to cover."""
    absence = next(a for a in planting.agency.rows("worker_absences") if a["reason"] == "sickness")
    absence["cover_worker_id"] = None
    planting.expect("POL-absence-cover", absence["absence_id"], "incomplete",
                    f"{absence['worker_id']} was off sick for more than four weeks and nobody was named to cover.")


PLANTS = (supervision_gap, supervision_overdue, no_unannounced, children_not_seen, mostly_virtual, slow_first_visit,
          not_seen_alone, not_spoken_with, not_seen_with_carer, poor_records, empty_sections, thin_notes,
          workers_come_and_go, duty_supervision, uncovered_absence)
