"""What a service also keeps and nothing else here writes: a review of probation, talks with the placing authority after an
incident, visits of an assessment. It draws no chance numbers, so that all other records stay as they are."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Agency
from auditor.sample.days import AS_OF, at, on_or_after, on_or_before, plus, plus_working

CHAIR_FROM = dt.date(2012, 10, 8)
ASSESSMENT_VISITS = 6


def keep_further_records(agency: Agency) -> None:
    """Write them, last of all."""
    agency.find("workers", role="panel_chair")[0]["started_on"] = CHAIR_FROM
    _probation(agency)
    _talks_after_incidents(agency)
    _assessment_visits(agency)


def _probation(agency: Agency) -> None:
    """The newest supervising social worker's probation was reviewed after five months."""
    newest = max(agency.find("workers", role="supervising_social_worker"), key=lambda worker: worker["started_on"])
    day = on_or_before(plus(newest["started_on"], 150))
    if day > AS_OF:
        return
    agency.add("worker_supervisions", supervision_id=agency.new_id("SV"), worker_id=newest["worker_id"],
               supervisor_id=newest["manager_id"], held_on=day, kind="probation_review", households_discussed="",
               rating="good", actions_agreed="Post confirmed.", signed_by_worker_on=plus_working(day, 2),
               signed_by_supervisor_on=plus_working(day, 2), notes="Looked back on the first months; post confirmed.")


def _talks_after_incidents(agency: Agency) -> None:
    """After each incident of which others were told, the service spoke with the placing authority on what comes next."""
    for incident in agency.rows("incidents"):
        if not incident["notifiable"] or not incident["child_id"]:
            continue
        day = plus_working(incident["occurred_at"].date(), 3)
        if day > AS_OF:
            continue
        agency.add("case_notes", note_id=agency.new_id("CN"), kind="contact", household_id=incident["household_id"],
                   child_id=incident["child_id"], incident_id=incident["incident_id"], concern_id=None, action_id=None,
                   worker_id="W-04", contact_with="placing_authority", occurred_at=at(day, 11), recorded_on=day,
                   text=f"Agreed with the social worker of {incident['child_id']} what happens next and who does it.",
                   decision=None, responded_on=day)


def _assessment_visits(agency: Agency) -> None:
    """The visits of the two newest assessments, all at the applicants' home."""
    assessed = [row for row in agency.rows("applications") if row.get("stage_2_started_on")]
    for application in sorted(assessed, key=lambda row: row["applied_on"])[-2:]:
        first = application["stage_2_started_on"]
        for n in range(ASSESSMENT_VISITS):
            day = on_or_after(plus(first, 7 * n + 2))
            agency.add("visits", visit_id=agency.new_id("V", 5), household_id=application["household_id"],
                       worker_id=application["assessor_id"], visited_on=day, kind="assessment", mode="in_person",
                       status="completed", unannounced=False, children_seen=None, record_completed_on=plus_working(day, 2),
                       signed_by_carer_on=None, notes=f"Session {n + 1} of the assessment, at home with the applicants.",
                       childs_views=None, childs_progress=None, safeguarding=None, carers_performance=None,
                       analysis=None, actions_agreed=None)
