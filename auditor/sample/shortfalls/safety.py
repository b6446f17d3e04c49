"""Incidents, notices, allegations and complaints."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Row
from auditor.sample.days import at, plus, plus_working
from auditor.sample.shortfalls.planting import Planting, ago


def recent_incidents(planting: Planting, *kinds: str) -> list[Row]:
    """Incidents of these kinds inside the year audited, oldest first."""
    rows = [i for i in planting.agency.rows("incidents") if i["kind"] in kinds and i["occurred_at"].date() > ago(360)]
    return sorted(rows, key=lambda i: i["occurred_at"])


def schedule_7(planting: Planting) -> None:
    """The regulator not told of one event, the authority told days late of another."""
    agency = planting.agency
    first, second = recent_incidents(
        planting, "serious_illness_or_accident", "infectious_disease_outbreak", "sexual_exploitation",
        "police_called_to_home", "serious_complaint_about_carer", "child_protection_enquiry_started",
        "child_protection_enquiry_ended", "referral_to_dbs", "allegation_of_serious_offence")[:2]
    told = agency.find("notifications", incident_id=first["incident_id"], recipient="responsible_authority")
    agency.remove("notifications", told)
    planting.expect("FSR36-schedule-7", first["incident_id"], "overdue",
                    "The authority that placed the child was never told of the event.")
    told = agency.find("notifications", incident_id=second["incident_id"], recipient="responsible_authority")
    for row in told:
        row["sent_at"] += dt.timedelta(days=3)
        row["confirmed_in_writing_on"] = row["sent_at"].date()
    planting.expect("FSR36-schedule-7", second["incident_id"], "late",
                    "The weekend came between, and the authority was told after three days.")


def not_discussed(planting: Planting) -> None:
    """An incident that the next supervision passed over."""
    incident = recent_incidents(planting, "bullying", "accident", "behaviour", "missing", "carer_assaulted", "self_harm",
                                "medication_error", "seizure", "online_harm", "substance_misuse", "overdose")[0]
    incident["discussed_on"] = None
    for visit in planting.agency.find("visits", household_id=incident["household_id"]):
        if visit["visited_on"] >= incident["occurred_at"].date() and visit["notes"]:
            visit["notes"] = visit["notes"].split(" We talked about")[0]
    planting.expect("POL-incident-discussed", incident["incident_id"], "overdue",
                    "Supervision after the incident does not speak of it.")
    planting.expect("POL-incident-in-next-supervision", incident["incident_id"], "incomplete",
                    "The notes of the next supervision do not speak of it either.")


def allegations(planting: Planting) -> None:
    """Told late to the designated officer; no measures considered; not told to the regulator; nothing done for weeks."""
    agency = planting.agency
    first, second, third = [c for c in agency.find("concerns", kind="allegation") if c["household_id"]][:3]
    late = plus_working(first["received_at"].date(), 4)
    first["referred_to_designated_officer_at"] = at(late, 11)
    for row in agency.find("notifications", concern_id=first["concern_id"], recipient="designated_officer"):
        row.update(sent_at=at(late, 11), confirmed_in_writing_on=late)
    planting.expect("WT-designated-officer", first["concern_id"], "late",
                    "The designated officer heard of the allegation after four working days.")
    second["measures_considered_on"] = None
    planting.expect("FSR12-allegation-handled", second["concern_id"], "incomplete",
                    "Whether the children in the home needed protecting was not considered.")
    agency.remove("notifications", agency.find("notifications", concern_id=third["concern_id"], recipient="chief_inspector"))
    planting.expect("FSR36-serious-allegation", third["concern_id"], "overdue",
                    "The allegation led to a strategy meeting and the regulator was never told.")


def missing_child(planting: Planting) -> None:
    """A child came back and nobody asked why."""
    rows = [i for i in recent_incidents(planting, "missing", "absconding") if i["occurred_at"].date() < ago(30)]
    incident = rows[-1]
    incident.update(return_interview_offered_on=None, return_interview_on=None)
    planting.expect("MISSING-interview-offered", incident["incident_id"], "overdue",
                    "The child came back and was offered no return interview.")
    incident = rows[0]
    incident["reasons"] = None
    planting.expect("NMS5.10-episode-record", incident["incident_id"], "incomplete",
                    "The record does not give the child's reasons for going.")


def complaints(planting: Planting) -> None:
    """A child's letter answered after months, another's never talked about, one without an outcome."""
    agency = planting.agency
    rows = [c for c in agency.rows("complaints") if c["stage"] == 1]
    slow = next(c for c in rows if c["stage_due_on"] is None and c["received_on"] < ago(150))
    slow.update(responded_on=plus(slow["received_on"], 120), closed_on=plus(slow["received_on"], 125))
    planting.expect("FSR18-complaint-answered", slow["complaint_id"], "late", "The complaint was answered after four months.")
    late = next(c for c in rows if c["stage_due_on"] and c["received_on"] < ago(60) and c["complainant"] != "child")
    late.update(responded_on=plus_working(late["stage_due_on"], 8), closed_on=plus_working(late["stage_due_on"], 9))
    planting.expect("FSR18-complaint-stage", late["complaint_id"], "late", "The answer came eight working days after its date.")
    bare = next(c for c in rows if c not in (slow, late) and c["closed_on"] < ago(20))
    bare["action_taken"] = None
    planting.expect("FSR18-complaint-record", bare["complaint_id"], "incomplete", "What was done is not written down.")


def health(planting: Planting) -> None:
    """A child whose health has not been assessed for well over a year."""
    _, stay = planting.home_with(lambda h, s: s.start < ago(600) and s.child["born_on"] < ago(365 * 7))
    rows = planting.agency.find("child_health", child_id=stay.child["child_id"], kind="health_assessment")
    planting.agency.remove("child_health", [r for r in rows if r["seen_on"] > ago(430)])
    planting.expect("CPPCR7-health-assessment", stay.child["child_id"], "overdue",
                    f"{stay.child['name']} has had no health assessment for more than a year, and nobody asked for one.")


PLANTS = (schedule_7, not_discussed, allegations, missing_child, complaints, health)
