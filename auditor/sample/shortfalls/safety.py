"""Incidents, notices, allegations and complaints."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Row
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


PLANTS = (schedule_7, not_discussed)
