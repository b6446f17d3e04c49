"""Panels, applications, decisions, terms of approval, agreements and reviews of approval."""

from __future__ import annotations

import datetime as dt

from auditor.records import contract
from auditor.sample.agency import Agency, Home, Row
from auditor.sample.days import AS_OF, age_on, on_or_before, plus, plus_working, plus_years

TEMPLATE_FROM = dt.date(2023, 5, 15)   # the agreement's wording was last changed then


class Panels:
    """Panel meetings, held on the second Wednesday of each month that has business."""

    def __init__(self, agency: Agency):
        self._agency = agency
        self._held: dict[dt.date, Row] = {}
        chairs = agency.find("workers", role="panel_chair")
        self._people = [(c, "chair") for c in chairs] + [(m, "member") for m in agency.find("workers",
                                                                                        role="panel_member")]

    def last_before(self, day: dt.date) -> Row:
        """The latest panel on or before `day`."""
        held = _second_wednesday(day.year, day.month)
        if held > day:
            previous = plus(day.replace(day=1), -1)
            held = _second_wednesday(previous.year, previous.month)
        return self._held.get(held) or self._hold(held)

    def _hold(self, held: dt.date) -> Row:
        agency = self._agency
        row = agency.add("panels", panel_id=agency.new_id("P", 3), held_on=held, papers_sent_on=plus_working(held, -8),
                         members_present=7, independent_members_present=4, chair_present=True,
                         social_worker_members_present=4, minutes_final_on=plus_working(held, 3))
        self._held[held] = row
        for worker, capacity in self._people:
            if worker["started_on"] > held:
                continue
            agency.add("panel_attendances", attendance_id=agency.new_id("PA"), panel_id=row["panel_id"],
                       worker_id=worker["worker_id"], capacity=capacity)
        # The decision maker listens in on the panels of every other month.
        for maker in agency.find("workers", role="decision_maker") if held.month % 2 == 0 else []:
            agency.add("panel_attendances", attendance_id=agency.new_id("PO"), panel_id=row["panel_id"],
                       worker_id=maker["worker_id"], capacity="observer")
        return row


def _second_wednesday(year: int, month: int) -> dt.date:
    first = dt.date(year, month, 1)
    return plus(first, (2 - first.weekday()) % 7 + 7)


def decide(agency: Agency, home: Home, panel: Row, kind: str, decision: str, reasons: str) -> Row:
    """A recommendation of that panel and the decision on it: two working days after final minutes, told at once."""
    decided = plus_working(panel["minutes_final_on"], 2)
    return agency.add(
        "decisions", decision_id=agency.new_id("D", 4), household_id=home.id, panel_id=panel["panel_id"], kind=kind,
        recommendation="suitable", recommended_on=panel["held_on"], panel_reasons=f"Panel: {reasons}",
        minutes_final_on=panel["minutes_final_on"], panel_lacked_information=False, decision_maker_id="W-03",
        decision=decision, decided_on=decided, reasons=reasons, notified_orally_on=plus_working(decided, 1),
        notified_in_writing_on=plus_working(decided, 3))


def approve(agency: Agency, panels: Panels, home: Home) -> None:
    """From application to approval; sets the household's day of approval."""
    panel = panels.last_before(home.approved)
    reasons = f"{home.row['name']} assessed as able to offer safe {home.row['kind'].replace('_', ' ')} care."
    decision = decide(agency, home, panel, "approval", "approve", reasons)
    home.approved = decision["decided_on"]
    applied = plus(panel["held_on"], -agency.rng.randint(150, 215))
    home.row.update(applied_on=applied, approved_on=home.approved)
    _application(agency, home, applied, panel)


def _application(agency: Agency, home: Home, applied: dt.date, panel: Row) -> None:
    assessor = agency.find("workers", role="assessor")[0]["worker_id"]
    stage_1 = plus(applied, 50)
    report = plus_working(panel["papers_sent_on"], -16)
    agency.add(
        "applications", application_id=agency.new_id("AP", 3), household_id=home.id,
        kind="connected" if home.row["kind"] == "connected" else "full", applied_on=applied, assessor_id=assessor,
        stage_1_completed_on=stage_1, stage_1_outcome_notified_on=plus_working(stage_1, 3),
        stage_2_started_on=plus_working(stage_1, 4), report_completed_on=report, assessor_signed_on=report,
        manager_signed_on=plus_working(report, 1), manager_id="W-02",
        report_shared_with_applicant_on=plus_working(report, 2), applicant_comments_on=plus_working(report, 9),
        outcome="approved", home_visits_in_person=agency.rng.randint(8, 11), home_visits_virtual=1,
        references_interviewed=3, proposed_terms=f"Up to {max(home.occupancy, home.row['bedrooms_for_children'])} children, ages and kinds of "
                       "placement as talked over with the household.")


def set_terms(agency: Agency, home: Home) -> None:
    """Terms of approval and agreements that allow every stay the home has had."""
    kinds = sorted({stay.kind for stay in home.stays} | _usual_kinds(home))
    ages = [age_on(s.child["born_on"], s.start) for s in home.stays]
    ages += [min(17, age_on(s.child["born_on"], s.end or AS_OF)) for s in home.stays]
    low, high = (max(0, min(ages) - 1), min(18, max(ages) + 2)) if ages else (4, 14)
    most = max([home.row["bedrooms_for_children"], *(len(home.children_on(s.start)) for s in home.stays)])
    agency.add("approvals", approval_id=agency.new_id("TA", 3), household_id=home.id, kind="full",
               from_date=home.approved, to_date=home.ended, max_children=most, age_from=low, age_to=high,
               categories=kinds, terms=f"Up to {most} children aged {low} to {high}.")
    day = home.approved
    while day <= min(home.ended or AS_OF, AS_OF):
        if day == home.approved or day >= dt.date(2023, 1, 1):
            _agreement(agency, home, day, most)
        day = on_or_before(plus_years(day, 1))


def _usual_kinds(home: Home) -> set[str]:
    own = {"mainstream": {"short_term", "respite"}, "connected": {"connected"}, "short_breaks": {"short_breaks"},
           "parent_and_child": {"parent_and_child"}, "fostering_for_adoption": {"fostering_for_adoption"},
           "remand": {"remand"}}
    return own.get(home.row["kind"], {"short_term"})


def _agreement(agency: Agency, home: Home, day: dt.date, most: int) -> None:
    agency.add("agreements", agreement_id=agency.new_id("AG", 4), household_id=home.id, version="2" if day >= TEMPLATE_FROM else "1",
               signed_by_carers_on=day, signed_by_service_on=day, states_terms_of_approval=True, max_children=most,
               matters_covered=list(contract().codesets["agreement_matter"]))


def review(agency: Agency, panels: Panels, home: Home) -> None:
    """Reviews of approval, each some eleven months after the last; the first goes to panel."""
    last = min(home.ended or AS_OF, AS_OF)
    day = on_or_before(plus(home.approved, agency.rng.randint(285, 300)))
    first = True
    while day <= plus(last, -12):
        panel_on = None
        if first:
            panel = panels.last_before(min(plus(day, 45), plus(last, -12)))
            if panel["held_on"] >= day:
                panel_on = panel["held_on"]
                decide(agency, home, panel, "review", "continue", f"First review of {home.row['name']}: continue.")
        _review(agency, home, day, panel_on, first)
        first = False
        day = on_or_before(plus(day, agency.rng.randint(325, 350)))


def _review(agency: Agency, home: Home, day: dt.date, panel_on: dt.date | None, first: bool) -> None:
    reviewer = agency.find("workers", role="reviewing_officer")[0]["worker_id"]
    told_after = panel_on or day
    agency.add("carer_reviews", review_id=agency.new_id("RV", 4), household_id=home.id, held_on=day,
               reason="first" if first else "annual", reviewer_id=reviewer, report_completed_on=plus(day, -4),
               presented_to_panel_on=panel_on, carers_views_sought=True, childrens_views_sought=True,
               placing_authority_views_sought=True, matters_covered=list(contract().codesets["review_matter"]),
               outcome="Continue with the present terms of approval.",
               notified_in_writing_on=plus_working(told_after, 8))


def contested(agency: Agency, panels: Panels) -> None:
    """Decisions that were not plain sailing, each taken as it should be: a deferral, a decision against the panel's
    advice, an end of approval with time to answer, and applicants stopped at stage 1."""
    new = [h for h in agency.homes if h.profile == "new"]
    if len(new) > 1:
        _deferral(agency, panels, new[0])
        against = agency.find("decisions", household_id=new[1].id, kind="approval")[0]
        against.update(recommendation="not_suitable", reasons=(
            "Panel advised against approval because one referee had not been seen. That referee has since been visited and "
            "speaks warmly of the household; the assessor's further report answers each of the panel's concerns, a mentor "
            "is in place, and approval is for one child only with an early review after six months."))
    leavers = [h for h in agency.homes if h.ended and h.ended > dt.date(2025, 5, 1)]
    for home in sorted(leavers, key=lambda h: h.ended or AS_OF)[-1:]:
        _termination(agency, panels, home)
    for n in range(2):
        _stopped(agency, n)


def _deferral(agency: Agency, panels: Panels, home: Home) -> None:
    approved_by = agency.find("decisions", household_id=home.id, kind="approval")[0]
    earlier = panels.last_before(plus(approved_by["recommended_on"], -1))
    row = decide(agency, home, earlier, "approval", "deferred", "Health information was still awaited.")
    row.update(recommendation="deferred", panel_lacked_information=True)
    application = agency.find("applications", household_id=home.id)[0]
    for column in ("report_completed_on", "assessor_signed_on", "manager_signed_on", "report_shared_with_applicant_on",
                   "applicant_comments_on"):
        application[column] = plus_working(application[column], -22)


def _termination(agency: Agency, panels: Panels, home: Home) -> None:
    """Approval ended after review: proposed, 28 days to answer, then decided."""
    ended = home.row["ended_on"]
    panel = panels.last_before(plus(ended, -75))
    row = decide(agency, home, panel, "termination", "terminate", "The household can no longer meet children's needs.")
    row.update(recommendation="not_suitable", proposal_notified_on=row["decided_on"], decided_on=plus_working(ended, -1),
               notified_orally_on=ended, notified_in_writing_on=plus_working(ended, 2))
    home.row.update(resigned_on=None, end_reason="Approval terminated.")


def _stopped(agency: Agency, n: int) -> None:
    """Applicants who were told at stage 1 that they could not go on."""
    applied = dt.date(2025, 5, 6 + 7 * n)
    row = agency.add("households", household_id=f"HH-9{n + 1:02d}", name=f"Household 9{n + 1:02d}", office="Office 1",
                     area_authority="Authority A", kind="mainstream", applied_on=applied)
    stage_1 = plus(applied, 60)
    agency.add("applications", application_id=agency.new_id("AP", 3), household_id=row["household_id"], kind="full",
               applied_on=applied, assessor_id=agency.find("workers", role="assessor")[0]["worker_id"],
               stage_1_completed_on=stage_1, stage_1_outcome_notified_on=plus_working(stage_1, 4),
               outcome="stopped_stage_1")
