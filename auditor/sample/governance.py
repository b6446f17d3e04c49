"""The service itself: its documents, yearly and quarterly reviews, meetings, and notices to the regulator."""

from __future__ import annotations

import datetime as dt

from auditor.records import contract
from auditor.sample.agency import Agency
from auditor.sample.days import (
    AS_OF,
    HISTORY_FROM,
    at,
    on_or_after,
    on_or_before,
    plus,
    plus_working,
    plus_years,
    series,
)
from auditor.sample.panel import TEMPLATE_FROM

READ_BY_CARERS = ("carer_handbook", "safeguarding_policy", "missing_policy", "complaints_policy", "behaviour_policy",
                  "allegations_policy", "recording_policy", "medication_policy", "payment_policy",
                  "whistleblowing_policy", "childrens_guide")
# Kind, days from one to the next, whether the regulator is sent a copy.
REVIEWS = (
    ("regulation_35_review", 84, True), ("quality_of_care_report", 84, True), ("management_report", 28, False),
    ("board_report", 84, False), ("annual_quality_return", 350, True), ("service_plan_review", 350, False),
    ("learning_programme_review", 350, False), ("payment_review", 350, False), ("financial_certificate", 350, True),
)


def build_service(agency: Agency) -> None:
    """The service's own row, with its registered manager in post."""
    agency.add("service", service_id="S-1", name="Sample Fostering", kind="independent_agency",
               registered_on=dt.date(2009, 9, 1), last_inspected_on=dt.date(2025, 2, 28), last_overall_grade="good",
               has_registered_manager=True, manager_post_vacant_since=None, manager_vacancy_notified_on=None,
               manager_application_on=dt.date(2009, 7, 1))
    for kind in ("manager_appointed", "change_of_manager"):
        agency.add("notifications", notification_id=agency.new_id("NT", 4), kind=kind, incident_id=None,
                   concern_id=None, worker_id="W-02", event_on=dt.date(2009, 9, 14), recipient="chief_inspector",
                   sent_at=at(dt.date(2009, 9, 15), 10), confirmed_in_writing_on=dt.date(2009, 9, 16),
                   reference="REF-MANAGER")


def lead(agency: Agency) -> None:
    """The manager's long leave with cover and notices, and what the last inspection and the improvement plan asked."""
    away, back = dt.date(2025, 9, 1), dt.date(2025, 10, 20)
    agency.add("worker_absences", absence_id=agency.new_id("AB"), worker_id="W-02", started_on=away, ended_on=back,
               cover_worker_id="W-04", reason="leave")
    for kind, event, sent in (("manager_absent", away, plus(away, -34)), ("manager_returned", back, plus(back, 1))):
        agency.add("notifications", notification_id=agency.new_id("NT", 4), kind=kind, incident_id=None,
                   concern_id=None, worker_id="W-02", event_on=event, recipient="chief_inspector", sent_at=at(sent, 9),
                   confirmed_in_writing_on=sent, reference="REF-MANAGER")
    for n, (source, raised, due) in enumerate((
        ("inspection", dt.date(2025, 3, 14), dt.date(2025, 6, 30)), ("inspection", dt.date(2025, 3, 14), dt.date(2025, 5, 30)),
        ("improvement_plan", dt.date(2025, 4, 1), dt.date(2025, 9, 30)),
        ("improvement_plan", dt.date(2026, 1, 12), dt.date(2026, 6, 30)),
    )):
        agency.add("actions", action_id=agency.new_id("AC", 4), household_id=None, child_id=None, owner_id="W-02",
                   source=source, source_id=None, reference=f"{source[0].upper()}{n + 1}", theme="oversight",
                   priority="high", raised_on=raised, due_on=due, status="completed" if due < AS_OF else "in_progress",
                   completed_on=on_or_before(plus(due, -9)) if due < AS_OF else None,
                   description="Strengthen the tracking of concerns.", measure="Every concern concluded in time.",
                   evidence="Tracker seen by the board." if due < AS_OF else None)
    staff = agency.find("workers", role="team_manager")
    for n, day in enumerate(series(agency.rng, plus(HISTORY_FROM, 6), AS_OF, 25, 45)):
        rung = at(day, 21, 10 * (n % 5))
        agency.add("case_notes", note_id=agency.new_id("CN"), kind="on_call", household_id=agency.homes[n].id,
                   child_id=None, incident_id=None, concern_id=None, action_id=None, worker_id=staff[0]["worker_id"],
                   contact_with="carer", occurred_at=rung, recorded_on=day, responded_on=day,
                   text=f"{agency.homes[n].row['name']} rang out of hours; advice given, worker told next morning.",
                   decision=None)


def write_documents(agency: Agency) -> None:
    """Every document, reviewed yearly; the regulator is told of a new version within days."""
    for kind in contract().codesets["service_document"]:
        if kind == "other":
            continue
        days = series(agency.rng, plus(HISTORY_FROM, agency.rng.randint(5, 80)), plus(AS_OF, -20), 330, 350)
        if kind == "agreement_template":
            days[0] = TEMPLATE_FROM
        for n, day in enumerate(days):
            if kind == "agreement_template" and n:
                agency.find("service_documents", kind=kind)[0].update(reviewed_on=day, review_due_on=plus_years(day, 1))
                continue
            agency.add("service_documents", document_id=agency.new_id("DOC", 3), kind=kind,
                       title=kind.replace("_", " ").capitalize(), version=str(n + 1 + (kind == "agreement_template")), reviewed_on=day, revised_on=day,
                       review_due_on=plus_years(day, 1), notified_on=plus_working(day, 3),
                       published_on=plus_working(day, 4),
                       text=f"{kind.replace('_', ' ').capitalize()}, version {n + 1}: what we do, who does it and when.")


def acknowledge(agency: Agency) -> None:
    """Carers have read the latest version of what concerns them."""
    latest = {row["kind"]: row for row in agency.rows("service_documents")}
    for carer in agency.rows("carers"):
        if carer["ended_on"]:
            continue
        for kind in READ_BY_CARERS:
            row = latest[kind]
            day = max(plus_working(row["published_on"], 4), carer["approved_on"])
            agency.add("document_acknowledgements", acknowledgement_id=agency.new_id("DA"),
                       document_id=row["document_id"], person_kind="carer", person_id=carer["carer_id"],
                       acknowledged_on=min(day, AS_OF))


def write_reviews(agency: Agency) -> None:
    """Reviews of the service, each covering every matter and the time since the last."""
    for kind, every, sent in REVIEWS:
        days = series(agency.rng, plus(HISTORY_FROM, 10), plus(AS_OF, -10), every - 4, every)
        for n, day in enumerate(days):
            agency.add("service_reviews", review_id=agency.new_id("SR", 4), kind=kind,
                       period_from=days[n - 1] if n else plus(day, -every), period_to=plus(day, -1), completed_on=day,
                       sent_to_regulator_on=plus_working(day, 5) if sent else None,
                       matters_covered=list(contract().codesets["monitoring_matter"]), children_consulted=True,
                       carers_consulted=True)


def meet(agency: Agency) -> None:
    """Team, managers', board and forum meetings."""
    staff = ["supervising_social_worker", "team_manager", "registered_manager"]
    for kind, every, who in (("team", 28, staff), ("managers", 28, [*staff[1:], "responsible_individual"]),
                             ("board", 84, ["registered_manager", "responsible_individual"]),
                             ("carers_forum", 84, ["carer", "team_manager"]),
                             ("childrens_forum", 84, ["child", "supervising_social_worker"])):
        for day in series(agency.rng, plus(HISTORY_FROM, 12), AS_OF, every - 4, every):
            agency.add("meetings", meeting_id=agency.new_id("ME"), kind=kind, child_id=None, household_id=None,
                       placement_id=None, due_on=on_or_after(plus(day, 1)), held_on=day, attendees=list(who),
                       notes=f"{kind.replace('_', ' ').capitalize()} meeting of {day:%d %B %Y}: actions agreed.")


def audit_kinds(agency: Agency) -> None:
    """The manager's audits of kinds of records, by turns, each month."""
    kinds = [k for k in contract().codesets["audit_kind"] if k not in ("case_file", "other")]
    for n, day in enumerate(series(agency.rng, plus(HISTORY_FROM, 9), AS_OF, 26, 30)):
        agency.add("audits", audit_id=agency.new_id("AU", 4), kind=kinds[n % len(kinds)], household_id=None,
                   child_id=None, worker_id="W-04", auditor_id="W-02", audited_on=day, grade="good",
                   findings=f"{kinds[n % len(kinds)].replace('_', ' ').capitalize()}: sound, in date and individual.")


def report_figures(agency: Agency) -> None:
    """What the last board report said, true to the records."""
    placed = len({p["child_id"] for p in agency.rows("placements") if p["ended_on"] is None})
    homes = sum(1 for h in agency.homes if h.ended is None)
    day = on_or_before(AS_OF)
    for measure, value in (("children placed", placed), ("approved households", homes)):
        agency.add("reported_figures", figure_id=agency.new_id("F", 3), measure=measure, reported_on=day, value=value,
                   reported_in="dashboard")
