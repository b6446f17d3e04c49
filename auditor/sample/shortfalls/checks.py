"""Checks of carers, of adults at home, and of staff; supervision and registration of staff."""

from __future__ import annotations

from auditor.sample.agency import Home, Row
from auditor.sample.days import plus_years
from auditor.sample.shortfalls.planting import Planting, ago


def _checks(planting: Planting, person: str, kind: str) -> list[Row]:
    return planting.agency.find("checks", person_id=person, kind=kind)


def unchecked(planting: Planting) -> None:
    """A carer and a grown-up son with no criminal record check, and a check nobody put a name to."""
    agency = planting.agency
    carer = planting.home(lambda h: len(h.carers) == 2).carers[1]
    agency.remove("checks", _checks(planting, carer["carer_id"], "dbs"))
    planting.expect("FSRSch3-carers-checked", carer["carer_id"], "missing", "There is no criminal record check of the carer.")

    def wanted(home: Home) -> bool:
        return any(plus_years(m["born_on"], 18) < ago(60) and m["relation"] != "regular_visitor" for m in home.members)

    home = planting.home(wanted)
    member = next(m for m in home.members if plus_years(m["born_on"], 18) < ago(60) and m["relation"] != "regular_visitor")
    agency.remove("checks", _checks(planting, member["member_id"], "dbs"))
    planting.expect("FSRSch3-adults-checked", member["member_id"], "missing",
                    "An adult has lived in the home for months without a criminal record check, and the service knew.")
    check = next(c for c in agency.find("checks", person_kind="carer") if c["completed_on"] > ago(300))
    check["checked_by_id"] = None
    planting.expect("NMS19.4-carers-record-of-checks", check["check_id"], "incomplete", "The record does not say who made the check.")


def lapsed(planting: Planting) -> None:
    """Checks and medicals that were not renewed."""
    for kind, rule, years in (("dbs", "POL-carers-check-renewal", 3), ("medical", "POL-medical-renewal", 2)):
        carer = planting.home(lambda h: h.approved < ago(1500)).carers[0]
        rows = _checks(planting, carer["carer_id"], kind)
        old = [r for r in rows if r["completed_on"] < ago(years * 365 + 40)][-1]
        planting.agency.remove("checks", [r for r in rows if r["completed_on"] > old["completed_on"]])
        planting.expect(rule, carer["carer_id"], "expired", f"The carer's {kind.replace('dbs', 'check')} was not renewed in time.")


def staff_files(planting: Planting) -> None:
    """A staff file with one reference, a certificate from long ago, a registration that ran out."""
    agency = planting.agency
    workers = agency.find("workers", role="supervising_social_worker", left_on=None)
    first, second, third = workers[0], workers[1], workers[2]
    agency.remove("checks", [*_checks(planting, first["worker_id"], "reference"),
                             *_checks(planting, first["worker_id"], "previous_service_reference")][1:])
    planting.expect("FSR20-staff-file", first["worker_id"], "missing", "The file of the worker holds one reference.")
    rows = _checks(planting, second["worker_id"], "dbs")
    old = [r for r in rows if r["completed_on"] < ago(1120)][-1]
    agency.remove("checks", [r for r in rows if r["completed_on"] > old["completed_on"]])
    planting.expect("POL-staff-dbs-renewal", second["worker_id"], "expired", "The worker's certificate was not renewed.")
    planting.expect("FSR20-staff-file", second["worker_id"], "expired", "The worker's certificate is past its date.")
    third["registration_expires_on"] = ago(121)
    planting.expect("NMS23.4-registration", third["worker_id"], "expired", "The registration ran out in November.")


def staff_supervision(planting: Planting) -> None:
    """A team manager without supervision, a worker without an appraisal, a session that nobody signed."""
    agency = planting.agency
    manager = agency.find("workers", role="team_manager")[0]["worker_id"]
    sessions = agency.find("worker_supervisions", worker_id=manager, kind="one_to_one")
    agency.remove("worker_supervisions", [s for s in sessions if ago(170) < s["held_on"] < ago(95)])
    appraisals = agency.find("worker_supervisions", worker_id=manager, kind="appraisal")
    for row in appraisals:
        if ago(175) < row["held_on"] < ago(90):
            row["held_on"] = ago(180)
    planting.expect("POL-staff-supervision", manager, "late", "The team manager had no supervision for most of the autumn.")
    worker = agency.find("workers", role="supervising_social_worker", left_on=None)[5]["worker_id"]
    for row in agency.find("worker_supervisions", worker_id=worker, kind="appraisal"):
        if row["held_on"] > ago(420):
            row["kind"] = "one_to_one"
    planting.expect("NMS24.6-appraisal", worker, "overdue", "There has been no appraisal for more than a year.")
    worker = agency.find("workers", role="supervising_social_worker", left_on=None)[6]["worker_id"]
    row = [s for s in agency.find("worker_supervisions", worker_id=worker) if s["held_on"] < ago(40)][-1]
    row["signed_by_worker_on"] = None
    planting.expect("NMS24.5-supervision-record", row["supervision_id"], "incomplete", "The worker has not signed the record.")


PLANTS = (unchecked, lapsed, staff_files, staff_supervision)
