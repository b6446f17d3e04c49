"""What was missing when a child came, while the child stayed, and when the child left."""

from __future__ import annotations

from collections.abc import Callable

from auditor.sample.agency import Home, Row, Stay
from auditor.sample.days import on_or_after, plus, plus_working
from auditor.sample.shortfalls.planting import Planting, ago


def _new_stay(planting: Planting, more: Callable[[Home, Stay], bool] = lambda h, s: True) -> tuple[Home, Stay]:
    """A planned stay of one child that began inside the year audited."""
    return planting.home_with(lambda h, s: h.occupancy == 1 and ago(355) < s.start < ago(60)
                              and not s.placement["emergency"] and more(h, s), None)


def _school_age(_: Home, stay: Stay) -> bool:
    return stay.child["born_on"] < ago(365 * 8)


def unprepared(planting: Planting) -> None:
    """Carers and children who were told too little, too late."""
    planting.begin()
    _, stay = _new_stay(planting)
    given = plus(stay.start, 6)
    stay.placement.update(information_given_on=given, information_acknowledged_on=given)
    planting.expect("NMS15.2-information-before-placement", stay.placement["placement_id"], "late",
                    f"The carers had nothing in writing about {stay.child['name']} until six days after arrival.")
    _, stay = _new_stay(planting, _school_age)
    stay.placement["childrens_guide_given_on"] = None
    planting.expect("NMS16.3-childrens-guide", stay.placement["placement_id"], "overdue",
                    f"{stay.child['name']} was not given the children's guide.")
    _, stay = _new_stay(planting, lambda h, s: _school_age(h, s) and not s.placement["child_visited_before"])
    stay.placement["carer_profile_given_on"] = None
    planting.expect("NMS11.3-carer-profile", stay.placement["placement_id"], "overdue",
                    f"{stay.child['name']} was told nothing about the carers before moving in.")
    _, stay = _new_stay(planting)
    stay.placement["information_acknowledged_on"] = None
    planting.expect("POL-information-acknowledged", stay.placement["placement_id"], "overdue",
                    "The carers have not confirmed that they had the information.")


def unmatched(planting: Planting) -> None:
    """No record of why this home for this child; no word on who decides what."""
    planting.begin()
    _, stay = _new_stay(planting, lambda h, s: h.row["kind"] == "mainstream")
    _drop_plans(planting, stay, "matching")
    planting.expect("NMS15.1-matching-record", stay.placement["placement_id"], "overdue",
                    f"There is no record of how {stay.child['name']} and the home were matched.")
    _, stay = _new_stay(planting, lambda h, s: h.row["kind"] == "mainstream")
    _drop_plans(planting, stay, "delegated_authority")
    planting.expect("CPPCR9.Sch2-delegated-authority", stay.placement["placement_id"], "overdue",
                    f"Nobody wrote down what the carers may decide for {stay.child['name']}.")


def no_plans(planting: Planting) -> None:
    """A parent and baby with neither safer-care plan nor risk assessment; a child without a risk assessment."""
    planting.begin()
    home = planting.home(profile="parent_and_child")
    for stay in home.stays:
        _drop_plans(planting, stay, "safer_care", "risk_assessment")
        for rule in ("NMS4.5-safer-care-plan-at-start", "NMS4.5-risk-assessment-at-start"):
            planting.expect(rule, stay.placement["placement_id"], "overdue",
                            "A parent and baby have lived here from the start without a plan to keep the baby safe.")
    planting.agency.remove("plans", planting.agency.find("plans", household_id=home.id, kind="household_safer_care"))
    _, stay = _new_stay(planting)
    _drop_plans(planting, stay, "risk_assessment")
    planting.expect("NMS4.5-risk-assessment-at-start", stay.placement["placement_id"], "overdue",
                    f"The risks to {stay.child['name']} were not assessed.")


def _drop_plans(planting: Planting, stay: Stay, *kinds: str) -> None:
    rows = planting.agency.find("plans", child_id=stay.child["child_id"])
    planting.agency.remove("plans", [r for r in rows if r["kind"] in kinds])


def _plans(planting: Planting, stay: Stay, kind: str) -> list[Row]:
    return planting.agency.find("plans", child_id=stay.child["child_id"], kind=kind)


def stale_plans(planting: Planting) -> None:
    """Plans not looked at again, or never shown to the carers."""
    planting.begin()
    _, stay = planting.home_with(lambda h, s: s.start < ago(420))
    rows = _plans(planting, stay, "risk_assessment")
    old = [r for r in rows if r["issued_on"] < ago(230)][-1]
    planting.agency.remove("plans", [r for r in rows if r["issued_on"] > old["issued_on"]])
    old.update(superseded_on=None, reviewed_on=old["issued_on"])
    planting.expect("POL-plan-review", old["plan_id"], "expired",
                    f"The risk assessment of {stay.child['name']} is past its own review date.")
    _, stay = planting.home_with(lambda h, s: s.start < ago(300))
    row = [r for r in _plans(planting, stay, "risk_assessment") if r["issued_on"] < ago(30)][-1]
    row.update(shared_with_carer_on=None, signed_by_carer_on=None)
    planting.expect("FSR17.3-plans-shared", row["plan_id"], "overdue", "The carers were not shown the new risk assessment.")
    _, stay = planting.home_with(lambda h, s: s.start < ago(300))
    row = _plans(planting, stay, "care_plan")[-1]
    if row["issued_on"] > ago(14):
        row = _plans(planting, stay, "care_plan")[-2]
    row.update(shared_with_carer_on=None, signed_by_carer_on=None, superseded_on=None)
    planting.expect("FSR17.3-latest-care-plan", row["plan_id"], "overdue", "The carers do not hold the latest care plan.")


def rooms(planting: Planting) -> None:
    """Two children in one room without an assessment; a poor room not looked at again; an old note of vacancies."""
    planting.begin()
    home = planting.home(lambda h: h.occupancy == 2 and all(s.child["born_on"] < ago(365 * 7) for s in h.stays))
    for stay in [s for s in home.stays if s.end is None]:
        stay.placement["bedroom"] = "Room 1"
        planting.expect("NMS10.6-bedroom-sharing", stay.placement["placement_id"], "incomplete",
                        f"{stay.child['name']} shares a bedroom and nobody assessed whether that is right.")
    home = planting.home(lambda h: all(c["checked_on"] < ago(56) for c in planting.agency.find(
        "home_checks", household_id=h.id)))
    check = planting.agency.add(
        "home_checks", home_check_id=planting.agency.new_id("HC"), household_id=home.id, child_id=None,
        checked_on=on_or_after(ago(55)), kind="home check", satisfactory=False, medicines_locked=True,
        action_due_on=ago(35), action_completed_on=None, rechecked_on=None, notes="Damp in the smaller bedroom.")
    for rule in ("POL-home-recheck", "POL-home-actions"):
        planting.expect(rule, check["home_check_id"], "overdue", "A bedroom was found damp, and nobody has been back to see.")
    home = planting.home()
    home.row["vacancies_updated_on"] = ago(64)
    planting.expect("POL-vacancies-current", home.id, "incomplete", "The note of vacancies is two months old.")


def unchased(planting: Planting) -> None:
    """What the placing authority owed and the service did not ask for."""
    planting.begin()
    agency = planting.agency
    _, stay = _new_stay(planting, lambda h, s: s.start < ago(100) and len(h.stays) == 1)
    early = [v for v in agency.find("visits", household_id=stay.placement["household_id"], kind="placing_authority")
             if v["visited_on"] < plus(stay.start, 30)]
    for visit in early:
        planting.drop_visit(visit)
    planting.expect("NMS31.6-first-authority-visit", stay.placement["placement_id"], "late",
                    f"The authority did not visit {stay.child['name']} for weeks, and the service did not ask.")
    _, stay = planting.home_with(lambda h, s: s.start < ago(420))
    meeting = next(m for m in agency.find("meetings", child_id=stay.child["child_id"], kind="statutory_review")
                   if m["held_on"] > ago(250) and m["due_on"] > m["held_on"])
    meeting["due_on"] = plus_working(meeting["held_on"], -24)
    planting.expect("NMS31.6-review-chased", meeting["meeting_id"], "late",
                    "The authority's review came five weeks late, and the service did not ask for it.")
    _, stay = planting.home_with(lambda h, s: s.start < ago(200))
    notes = agency.find("case_notes", child_id=stay.child["child_id"], kind="progress_report")
    agency.remove("case_notes", [n for n in notes if n["occurred_at"].date() > ago(100)])
    planting.expect("POL-progress-reports", stay.placement["placement_id"], "overdue",
                    f"The authority has had no report on {stay.child['name']} for more than three months.")
    _, stay = _new_stay(planting)
    referral = agency.find("referrals", child_id=stay.child["child_id"])[0]
    referral.update(information_missing="allergies and medication", chased_on=None, information_received_on=None)
    planting.expect("NMS15.2-information-gaps-chased", referral["referral_id"], "overdue",
                    "The referral was silent on allergies, and nobody asked.")


def endings(planting: Planting) -> None:
    """Children who left without a word written down."""
    left = [s for h in planting.agency.homes for s in h.stays if s.end and ago(350) < s.end < ago(60)
            and s.kind not in ("short_breaks", "respite")]
    for stay, column, rule, state, why in zip(left, (
        "ending_recorded_on", "carer_views_on_ending_sought_on", "staying_in_touch"), (
        "NMS11.5-ending-recorded", "POL-carer-views-on-ending", "NMS11.6-staying-in-touch"), (
        "overdue", "overdue", "incomplete"), (
        "{} left and the ending was never recorded.", "Nobody asked the carers how they felt after {} left.",
        "It is not known whether {} would like to stay in touch."), strict=False):
        stay.placement[column] = None
        if column == "ending_recorded_on":
            stay.placement["child_views_on_ending_sought_on"] = None
        planting.expect(rule, stay.placement["placement_id"], state, why.format(stay.child["name"]))


PLANTS = (unprepared, unmatched, no_plans, stale_plans, rooms, unchased, endings)
