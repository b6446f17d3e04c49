"""The view model: what is grouped with what, in which order, and in which words."""

import dataclasses
import datetime as dt

import pytest
from test_report_sample import make_audit

from auditor.model import Audit, Counts, DataIssue, Evidence, Finding, RuleResult, Waiver
from auditor.report.groups import Anchors, group_issues
from auditor.report.view import build


def rule(id_: str, **changes) -> RuleResult:
    base = RuleResult(
        id=id_, version=1, title="Every household has a visit", cites=("NMS 21.8",), area="protection", type="recommendation",
        kind="recurring", grade="major", confidence="high", status="assessed", reason=None, cases=Counts(10, 10),
        subjects=Counts(10, 10), remedy="Visit.",
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def finding(rule_: RuleResult, id_: str, **changes) -> Finding:
    base = Finding(
        fingerprint=f"{rule_.id}{id_}", rule=rule_.id, rule_version=1, cites=rule_.cites, area=rule_.area, type=rule_.type,
        outcome="breach", state="overdue", grade="major", subject_table="households", subject_id=id_, household_id=id_,
        child_id=None, worker_id="W-1", person_id=None, trigger_on=None, due_on=dt.date(2025, 11, 2), done_on=None,
        days_late=149, missing=(), message=f"{id_} was not visited.", remedy="Visit.",
        evidence=(Evidence("visits", "V-1", "visits.csv", 1512),),
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def audit_of(*pairs: tuple[RuleResult, list[Finding]]) -> Audit:
    found = tuple(f for _, findings in pairs for f in findings)
    return dataclasses.replace(make_audit(hostile=0), rules=tuple(r for r, _ in pairs), findings=found)


SHORT = rule("A", cases=Counts(83, 75, 6, 1, 1), subjects=Counts(83, 75, 6, 1, 1))


def test_a_shortfall_says_how_many_of_how_many():
    view = build(audit_of((SHORT, [finding(SHORT, "HH-1")])))
    shown = view.chapters[1].rules[0]
    assert shown.share == "7 of 83 households"  # 6 not met and 1 not evidenced
    assert shown.sentence == (
        "Not shown to be met for 7 of 83 households. Of 83 cases: 75 met, 6 not met, 1 not evidenced on the record, 1 not yet due."
    )
    assert shown.by == dt.date(2026, 4, 28)  # major: 28 days after 31 March 2026


def test_a_pass_is_confirmed_with_its_number_and_nothing_else_looks_like_one():
    passed, absent = rule("A", cases=Counts(83, 83), subjects=Counts(83, 83)), Counts()
    others = [
        rule(s, status=s, reason="no table", cases=absent, subjects=absent)
        for s in ("not_assessed", "not_applicable", "error")
    ]
    pending = rule("P", cases=Counts(2, pending=2), subjects=Counts(2, pending=2))
    view = build(audit_of((passed, []), (pending, []), *((r, []) for r in others)))
    said = {r.id: r.sentence for r in view.rules}
    assert said["A"] == "Confirmed: 83 of 83."
    assert said["P"].startswith("Nothing to judge yet.")
    assert not [s for i, s in said.items() if i != "A" and ("Confirmed" in s or "83" in s)]
    assert dict(view.facts)["Rules"] == (
        "2 of 5 assessed. 1 could not be assessed because records were not supplied; 1 could not be run; 1 did not apply to any record."
    )


def test_requirements_are_in_order_of_regulation_and_standards_of_number():
    rules = [
        rule("R1", type="requirement", cites=("FSR 36(1)",)), rule("R2", type="requirement", cites=("NMS 1.1", "FSR 9")),
        rule("R3", type="requirement", cites=("FSR Sch 7",)), rule("S1", cites=("NMS 21.8",)), rule("S2", cites=("NMS 3.1", "FSR 9")),
        rule("P1", type="practice", cites=("NMS 1.1",)), rule("OK", type="requirement", cites=("FSR 2",)),
    ]  # fmt: skip
    view = build(audit_of(*((r, [] if r.id == "OK" else [finding(r, "HH-1")]) for r in rules)))
    assert [c.heading for c in view.chapters] == ["Requirements", "Recommendations", "Practice points"]
    assert [[r.id for r in c.rules] for c in view.chapters] == [["R2", "R1", "R3"], ["S2", "S1"], ["P1"]]


def test_five_things_first_are_the_gravest_and_law_before_policy():
    rules = [rule(f"M{n}") for n in range(6)] + [rule("C-policy", type="practice"), rule("C-law", type="requirement")]
    graves = {"C-policy": "critical", "C-law": "critical"}
    pairs = [
        (r, [finding(r, f"HH-{n}", grade=graves.get(r.id, "major")) for n in range(1 + (r.id == "M5"))]) for r in rules
    ]
    assert [r.id for r in build(audit_of(*pairs)).first] == ["C-law", "C-policy", "M5", "M0", "M1"]


def test_what_is_waived_or_only_to_be_read_does_not_count_but_is_shown():
    kept = finding(SHORT, "HH-1", waiver=Waiver("Long illness.", "Registered manager", dt.date(2026, 6, 30)))
    read = finding(SHORT, "HH-2", outcome="prompt")
    view = build(audit_of((SHORT, [kept, read])))
    assert view.first == () and view.grades == {"critical": 0, "major": 0, "minor": 0}
    assert view.totals == "No findings. 1 more is accepted for a time (waived). 1 record should be read by a person."
    waived, prompt = view.lines
    assert waived.waiver == "Accepted until 30 June 2026 by Registered manager: Long illness."
    assert (waived.tag, prompt.tag) == ("Accepted", "Read the record")


def test_a_line_says_when_and_on_what_record():
    line = build(audit_of((SHORT, [finding(SHORT, "HH-1")]))).lines[0]
    assert line.when == "Overdue, due 2 November 2025, 149 days late"
    assert line.evidence == ("visit V-1 (visits.csv, row 1,512)",)


def test_what_is_not_evidenced_is_never_worded_as_undone():
    line = build(
        audit_of((SHORT, [finding(SHORT, "HH-1", outcome="not_evidenced", due_on=None, days_late=None)]))
    ).lines[0]
    assert line.when == "Not evidenced on the record"


def test_findings_are_filed_under_the_household_else_the_child_else_the_worker():
    found = [
        finding(SHORT, "HH-10"), finding(SHORT, "HH-9"), finding(SHORT, "HH-9", fingerprint="x", grade="critical"),
        finding(SHORT, "CH-1", subject_table="children", household_id=None, child_id="CH-1"),
        finding(SHORT, "W-1", subject_table="workers", household_id=None),
        finding(SHORT, "I-1", subject_table="incidents", household_id=None, worker_id=None),
    ]  # fmt: skip
    view = build(audit_of((SHORT, found)))
    assert [g.label for g in view.households] == ["Household HH-9", "Household HH-10"]
    assert [x.tag for x in view.households[0].lines] == ["Critical", "Major"]
    assert [g.label for g in view.others] == ["Child CH-1", "Worker W-1", "Incident I-1"]


def test_a_cut_list_shows_the_worst_and_still_counts_all():
    found = [finding(SHORT, f"HH-{n}", grade="critical" if n == 7 else "minor") for n in range(9)]
    view = build(audit_of((SHORT, found)), most=2)
    assert view.unshown == 7 and len(view.lines) == 2 and view.lines[0].finding.subject_id == "HH-7"
    assert view.grades == {"critical": 1, "major": 0, "minor": 8}


def test_addresses_are_plain_stable_and_never_shared():
    anchors = Anchors()
    given = [anchors("f", text) for text in ("a b", "a-b", "a b", '"><script>', "", "W" * 500)]
    assert given[0] == given[2] != given[1]
    assert all(set(a) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") for a in given)
    assert max(map(len, given)) < 80


def test_data_issues_of_one_sort_stand_together_with_the_first_rows():
    issues = [
        DataIssue("visits", "visits.csv", n, "mode", f"'V-{n}' has no such word", "read as empty") for n in range(2, 30)
    ]
    issues.append(DataIssue(None, "odd.csv", None, None, "no known table", "file not used"))
    whole, grouped = sorted(group_issues(issues), key=lambda g: g.number)
    assert (whole.number, whole.places) == (1, "the whole file or column")
    assert grouped.number == 28 and grouped.places == "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 18 more"


@pytest.mark.parametrize("hostile", [0, 1])
def test_every_finding_is_in_exactly_one_group(hostile):
    view = build(make_audit(hostile=hostile))
    placed = [x.finding.fingerprint for g in (*view.households, *view.others) for x in g.lines]
    assert sorted(placed) == sorted(f.fingerprint for f in make_audit(hostile=hostile).findings)
