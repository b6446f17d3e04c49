"""Training, approval and review of carers."""

from __future__ import annotations

import datetime as dt

from auditor.sample.agency import Home, Row
from auditor.sample.days import plus, plus_working, plus_years
from auditor.sample.shortfalls.planting import Planting, ago


def mandatory_training(planting: Planting) -> None:
    """A first aid certificate that ran out, and online safety never done."""
    carer = planting.home(lambda h: h.approved < ago(1400)).carers[0]
    rows = planting.training(carer, "first aid")
    planting.agency.remove("training", rows[1:])
    rows[0].update(requested_on=ago(1215), booked_for=ago(1185), completed_on=ago(1185), expires_on=plus_years(ago(1185), 3))
    planting.expect("POL-mandatory-training", carer["carer_id"], "expired", "First aid was last done more than three years ago.")
    carer = planting.home(lambda h: h.approved < ago(600)).carers[0]
    planting.agency.remove("training", planting.training(carer, "online"))
    planting.expect("POL-mandatory-training", carer["carer_id"], "missing", "There is no course on online safety.")


def parent_and_child_training(planting: Planting) -> None:
    """Parent-and-child carers who never learned about safe sleep."""
    home = planting.home(profile="parent_and_child")
    for carer in home.carers:
        planting.agency.remove("training", planting.training(carer, "sudden infant"))
        planting.expect("FSR17.1-parent-and-child-training", carer["carer_id"], "missing",
                        "A parent and baby live here, and the carer has had no training in sudden infant death.")


def special_training(planting: Planting) -> None:
    """Carers of a disabled child without training in disability."""
    home, _ = planting.home_with(lambda h, s: s.child["disabled"] and s.start < ago(60)
                                 and not planting.training(h.carers[0], "complex health"), None)
    for carer in home.carers:
        planting.agency.remove("training", planting.training(carer, "disability", "moving and handling"))
        planting.expect("NMS4.6-disability-training", carer["carer_id"], "missing",
                        "A disabled child stays here, and the carer has had no training in disability.")


def online_first_aid(planting: Planting) -> None:
    """First aid learned at a screen."""
    home = planting.home(lambda h: planting.training(h.carers[0], "first aid")[-1]["completed_on"] > ago(360))
    rows = planting.training(home.carers[0], "first aid")
    for row in rows:
        row["mode"] = "e_learning"
    planting.expect("POL-first-aid-in-person", rows[-1]["training_id"], "incomplete",
                    "The carer renewed first aid online and has not practised it in person.")


def unanswered_request(planting: Planting) -> None:
    """A carer worried about a child's time online asked for help with it, and waits."""
    carer = planting.home().carers[0]
    row = planting.agency.add("training", training_id=planting.agency.new_id("T"), person_kind="carer",
                              person_id=carer["carer_id"], course="Gaming and social media", requested_on=ago(170),
                              booked_for=None, completed_on=None, expires_on=None, mode=None, signed_off_by=None)
    planting.expect("POL-training-requests", row["training_id"], "overdue",
                    "The carer asked for a course on gaming almost six months ago and has not had it.")


def new_carers(planting: Planting) -> None:
    """No induction within three months; the standards not reached in eighteen."""
    home = planting.home(lambda h: ago(240) < h.approved < ago(120), "new")
    home.carers[0]["induction_completed_on"] = None
    planting.expect("NMS20.1-carer-induction", home.carers[0]["carer_id"], "overdue", "No induction is on record.")
    home = planting.home(lambda h: h.approved < ago(600), "connected")
    home.carers[0]["tsd_standards_completed_on"] = None
    planting.expect("NMS20.3-tsd-standards", home.carers[0]["carer_id"], "overdue",
                    "A family carer of more than eighteen months has not reached the standards.")


def development_plans(planting: Planting) -> None:
    """A plan that has lapsed, and one that does not say how the carer is supported."""
    carer = planting.home(lambda h: h.approved < ago(900)).carers[0]
    rows = planting.agency.find("development_plans", carer_id=carer["carer_id"])
    old = [r for r in rows if r["agreed_on"] < ago(420)]
    planting.agency.remove("development_plans", [r for r in rows if r["agreed_on"] >= ago(420)])
    old[-1]["reviewed_on"] = old[-1]["agreed_on"]
    planting.expect("NMS20.5-development-plan", carer["carer_id"], "expired",
                    "The carer's development plan was last agreed more than a year ago.")
    carer = planting.home(lambda h: h.approved < ago(900)).carers[0]
    row = planting.agency.find("development_plans", carer_id=carer["carer_id"])[-1]
    row["support"] = None
    planting.expect("NMS20.5-development-plan-support", row["plan_id"], "incomplete",
                    "The development plan does not say how the service supports it.")


def household_safer_caring(planting: Planting) -> None:
    """A birth child in the home who was never taught safer caring."""
    def wanted(home: Home) -> bool:
        return any(m["relation"] == "birth_child" and m["born_on"] < dt.date(2014, 1, 1) for m in home.members)

    home = planting.home(wanted)
    member = next(m for m in home.members if m["relation"] == "birth_child" and m["born_on"] < dt.date(2014, 1, 1))
    member["safer_care_discussed_on"] = None
    planting.agency.remove("training", planting.agency.find("training", person_id=member["member_id"]))
    planting.expect("NMS20.9-household-safer-caring", member["member_id"], "overdue",
                    "Nobody has talked about safer caring with the carers' own child.")


def reviews(planting: Planting) -> None:
    """A review long overdue, one without the children, one without notice, a first one kept from panel."""
    agency = planting.agency
    home = planting.home(lambda h: h.approved < ago(900) and len(agency.find("carer_reviews", household_id=h.id)) > 2)
    rows = agency.find("carer_reviews", household_id=home.id)
    agency.remove("carer_reviews", [r for r in rows if r["held_on"] > ago(500)])
    planting.expect("FSR28.2-review-yearly", home.id, "overdue", "No review of approval has been held for well over a year.")
    review = _review(planting, planting.home_with(lambda h, s: s.start < ago(500) and _old_enough(s.child))[0], 120)
    review["childrens_views_sought"] = False
    planting.expect("FSR28.3.b-review-views", review["review_id"], "incomplete", "The children were not asked for their views.")
    review = _review(planting, planting.home(lambda h: _has_review(planting, h, 120)), 120)
    review["notified_in_writing_on"] = None
    planting.expect("FSR28.4-review-report", review["review_id"], "incomplete", "The carers were not told the outcome in writing.")
    home = planting.home(lambda h: bool(_first_reviews(planting, h)), "second_year")
    review = _first_reviews(planting, home)[0]
    review["presented_to_panel_on"] = None
    agency.remove("decisions", agency.find("decisions", household_id=home.id, kind="review"))
    planting.expect("FSR28.5-first-review-to-panel", review["review_id"], "incomplete", "The first review did not go to panel.")


def _old_enough(child: Row) -> bool:
    return child["born_on"] < ago(365 * 8)


def _review(planting: Planting, home: Home, days: int) -> Row:
    """The home's review inside the year audited and more than `days` ago."""
    rows = planting.agency.find("carer_reviews", household_id=home.id)
    return next(r for r in rows if ago(365) <= r["held_on"] < ago(days if _has_review(planting, home, days) else 0))


def _has_review(planting: Planting, home: Home, days: int) -> bool:
    rows = planting.agency.find("carer_reviews", household_id=home.id)
    return any(ago(365) <= r["held_on"] < ago(days) and r["reason"] == "annual" for r in rows)


def _first_reviews(planting: Planting, home: Home) -> list[Row]:
    rows = planting.agency.find("carer_reviews", household_id=home.id, reason="first")
    return [r for r in rows if ago(364) <= r["held_on"] < ago(120)]


def agreements(planting: Planting) -> None:
    """Agreements that leave matters out, give no number, or were never signed."""
    agency = planting.agency
    row = agency.find("agreements", household_id=planting.home().id)[-1]
    row["matters_covered"] = [m for m in row["matters_covered"] if m not in ("no_corporal_punishment", "confidentiality")]
    planting.expect("FSRSch5-agreement-matters", row["agreement_id"], "incomplete",
                    "The agreement is silent on corporal punishment and on confidentiality.")
    row = agency.find("agreements", household_id=planting.home().id)[-1]
    row["max_children"] = None
    planting.expect("FSR27.5.b-agreement-terms", row["agreement_id"], "incomplete",
                    "The agreement does not give the most children who may be placed.")
    home = planting.home(lambda h: h.approved < ago(60), "new")
    agency.remove("agreements", agency.find("agreements", household_id=home.id))
    planting.expect("FSR27.5.b-agreement-signed", home.id, "missing", "There is no signed foster care agreement.")


def approval(planting: Planting) -> None:
    """Approved on an unfinished assessment; approved for fewer children than are there; a fourth unrelated child."""
    agency = planting.agency
    home = planting.home(lambda h: h.approved < ago(100), "new")
    application = agency.find("applications", household_id=home.id)[0]
    application["report_completed_on"] = plus(home.approved, 12)
    decision = agency.find("decisions", household_id=home.id, decision="approve")[0]
    planting.expect("FSR27.2-approval-order", decision["decision_id"], "incomplete",
                    "The household was approved before the assessment report was complete.")
    home = planting.home(lambda h: h.occupancy == 2)
    agency.find("approvals", household_id=home.id)[0].update(max_children=1, terms="One child of either sex.")
    planting.expect("CPPCR22-number-in-terms", home.id, "over_limit", "Two children live in a home approved for one.")
    agreement = agency.find("agreements", household_id=home.id)[-1]
    planting.expect("FSR27.5.b-agreement-terms", agreement["agreement_id"], "incomplete",
                    "The agreement still speaks of more children than the carers are approved for.")
    home = planting.home(profile="siblings")
    home.stays[-1].child["sibling_group"] = None
    planting.expect("CA1989Sch7.2-usual-limit", home.id, "over_limit",
                    "A fourth child lives with three brothers and sisters and is not one of them.")


def decisions(planting: Planting) -> None:
    """Papers sent late, a decision made late, and carers told late."""
    agency = planting.agency
    row = next(p for p in agency.rows("panels") if ago(360) < p["held_on"] < ago(210))
    row["papers_sent_on"] = plus_working(row["held_on"], -2)
    planting.expect("NMS14.3-papers-in-advance", row["panel_id"], "incomplete", "Members had the papers two working days before.")
    first, second = [d for d in agency.rows("decisions") if d["recommended_on"] > ago(350) and d["decision"] == "continue"][:2]
    decided = plus_working(first["minutes_final_on"], 12)
    first.update(decided_on=decided, notified_orally_on=plus_working(decided, 1), notified_in_writing_on=plus_working(decided, 3))
    planting.expect("NMS14.9-decision", first["decision_id"], "late", "The decision took twelve working days.")
    second["notified_in_writing_on"] = plus_working(second["decided_on"], 9)
    planting.expect("NMS14.10-told-in-writing", second["decision_id"], "late", "The letter went out after nine working days.")


def panel(planting: Planting) -> None:
    """A panel without its quorum, and one that went against what it knew it did not know."""
    agency = planting.agency
    row = next(p for p in agency.rows("panels") if p["held_on"] > ago(200))
    row["members_present"] = 4
    planting.expect("FSR24.1-panel-quorum", row["panel_id"], "incomplete", "Four members made up the panel.")
    home = planting.home(lambda h: len(agency.find("decisions", household_id=h.id)) == 1, "new")
    decision = agency.find("decisions", household_id=home.id, kind="approval")[0]
    decision["panel_lacked_information"] = True
    planting.expect("FSR25.2-panel-informed", decision["decision_id"], "incomplete",
                    "The minutes say that members lacked information, and the panel recommended approval.")
    home = planting.home(lambda h: len(agency.find("decisions", household_id=h.id)) == 1, "new")
    decision = agency.find("decisions", household_id=home.id, kind="approval")[0]
    decision.update(recommendation="not_suitable", reasons="The decision-maker takes another view.")
    planting.expect("FSR27.3-overruled-panel", decision["decision_id"], "incomplete",
                    "The decision-maker approved against the panel's advice and gave no reasons to speak of.")


PLANTS = (mandatory_training, parent_and_child_training, special_training, online_first_aid, unanswered_request,
          new_carers, development_plans, household_safer_caring, reviews, agreements, approval, decisions, panel)
