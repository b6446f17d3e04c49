"""Puts the parts together, in the order in which they need each other."""

from __future__ import annotations

from auditor.sample import contact, events, further, governance, homes, panel, plans, staff, stays
from auditor.sample.agency import Agency


def build(seed: int = 2011, households: int = 83) -> Agency:
    """A service that keeps to the whole rulebook on the audit date, 31 March 2026.

    The same seed and number give the same records, always.
    """
    agency = Agency(seed, households)
    governance.build_service(agency)
    staff.build_staff(agency)
    homes.build_homes(agency)
    panels = panel.Panels(agency)
    for home in agency.homes:
        panel.approve(agency, panels, home)
        homes.allocate(agency, home)
        stays.build_stays(agency, home)
        stays.know_needs(agency, home)
        homes.settle_home(agency, home)
        panel.set_terms(agency, home)
        panel.review(agency, panels, home)
    planned = events.plan_incidents(agency)
    for home in agency.homes:
        plans.write_plans(agency, home)
        plans.hold_meetings(agency, home)
        stays.keep_records(agency, home)
        contact.visit(agency, home)
        contact.keep_files(agency, home)
    events.write_incidents(agency, planned)
    events.write_concerns(agency)
    events.write_complaints(agency)
    events.write_rarer(agency)
    _run_the_service(agency, panels)
    return agency


def _run_the_service(agency: Agency, panels: panel.Panels) -> None:
    governance.write_documents(agency)
    governance.acknowledge(agency)
    governance.write_reviews(agency)
    governance.meet(agency)
    governance.audit_kinds(agency)
    events.write_actions(agency)
    governance.lead(agency)
    plans.chase(agency)
    plans.write_sections(agency)
    contact.recheck_rooms(agency)
    panel.contested(agency, panels)
    governance.report_figures(agency)
    further.keep_further_records(agency)
