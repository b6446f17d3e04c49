"""Staff, the manager, and the service's own documents and monitoring."""

from __future__ import annotations

from auditor.sample.agency import Row
from auditor.sample.shortfalls.planting import Planting, ago


def _reviews(planting: Planting, kind: str) -> list[Row]:
    return planting.agency.find("service_reviews", kind=kind)


def monitoring(planting: Planting) -> None:
    """Reports that stopped coming, and reviews that asked nobody and went nowhere."""
    agency = planting.agency
    rows = _reviews(planting, "board_report")
    agency.remove("service_reviews", [r for r in rows if r["completed_on"] > ago(180)])
    last = [r for r in rows if r["completed_on"] <= ago(180)][-1]
    planting.expect("NMS25.7-board-reports", last["review_id"], "overdue", "The board has had no report for half a year.")
    first, second, third = [r for r in _reviews(planting, "regulation_35_review") if ago(360) < r["completed_on"] < ago(60)][:3]
    first["children_consulted"] = False
    planting.expect("FSR35.3-quality-review-consultation", first["review_id"], "incomplete", "The review was written without consulting the children.")
    second["matters_covered"] = [m for m in second["matters_covered"] if m not in ("complaints", "missing")]
    planting.expect("FSRSch6-review-matters", second["review_id"], "incomplete",
                    "The review passes over complaints and missing children.")
    third["sent_to_regulator_on"] = None
    planting.expect("FSR35.2-quality-report-sent", third["review_id"], "incomplete", "The regulator was not sent the report.")


def documents(planting: Planting) -> None:
    """A new statement of purpose that the regulator was not told of, and a policy past its date."""
    statement = [d for d in planting.agency.find("service_documents", kind="statement_of_purpose")
                 if d["revised_on"] < ago(40)][-1]
    statement["notified_on"] = None
    planting.expect("FSR4.b-revision-told", statement["document_id"], "overdue",
                    "The regulator was not told of the revised statement of purpose.")
    policy = planting.agency.find("service_documents", kind="missing_policy")[-1]
    policy["review_due_on"] = ago(50)
    planting.expect("POL-policies-reviewed", policy["document_id"], "incomplete", "The policy is past its own review date.")


def actions(planting: Planting) -> None:
    """What audits, the inspection and the improvement plan asked for, and did not get."""
    agency = planting.agency
    action = next(a for a in agency.find("actions", source="audit") if ago(200) < a["due_on"] < ago(20))
    action.update(status="in_progress", completed_on=None, evidence=None)
    planting.expect("NMS25.2-audit-actions", action["action_id"], "overdue", "The audit asked for it and nobody did it.")
    action = agency.find("actions", source="inspection")[0]
    action.update(status="in_progress", completed_on=None, evidence=None)
    planting.expect("FSR8.1-inspection-requirements", action["action_id"], "overdue",
                    "A requirement of the last inspection has not been met.")
    action = agency.find("actions", source="improvement_plan", status="in_progress")[0]
    action["measure"] = None
    planting.expect("POL-improvement-plan", action["action_id"], "incomplete", "The action has no measure of success.")
    rows = agency.find("audits", kind="medication")
    agency.remove("audits", [r for r in rows if r["audited_on"] > ago(400)])
    last = [r for r in rows if r["audited_on"] <= ago(400)][-1]
    planting.expect("POL-audits-repeated", last["audit_id"], "overdue", "Medication has not been audited for more than a year.")


def on_call(planting: Planting) -> None:
    """A call at night that nobody answered."""
    note = [n for n in planting.agency.find("case_notes", kind="on_call") if n["recorded_on"] < ago(20)][-1]
    note["responded_on"] = None
    planting.expect("POL-on-call-answered", note["note_id"], "overdue", "The carers rang at night and nobody rang back.")


PLANTS = (monitoring, documents, actions, on_call)
