"""The pick: risks and shortfalls that meet come first; the same records give the same pick; the data file is checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from test_report_sample import make_audit

from auditor import literal, pick, pickfile, shipped
from auditor.engine import Request
from auditor.errors import RulesError
from auditor.model import Finding, Home, RuleResult, Waiver
from auditor.register import shipped_register
from auditor.store import Store

AS_OF = dt.date(2026, 3, 31)
SOME = make_audit(findings=1).findings[0]
HOMES = tuple(Home(f"HH-{n}", "W-1", (f"C-{n}",)) for n in range(1, 10))
TEXT = shipped.text("rules", "pick.yaml")


def shortfall(child: str | None, household: str, grade: str = "major", **more: object) -> Finding:
    made = replace(
        SOME, fingerprint=f"{child}{household}{grade}", child_id=child, household_id=household, grade=grade,
        outcome="breach", waiver=None, rule="R00-sample",
    )  # fmt: skip
    return replace(made, **more)


def chosen(records: dict[str, list[dict]], findings: tuple[Finding, ...] = (), homes: tuple[Home, ...] = HOMES):
    results: tuple[RuleResult, ...] = ()
    with Store() as store:
        store.run("CREATE SCHEMA IF NOT EXISTS loaded")
        supplied = literal.put(store, records, set(records))
        return pick.choose(store, supplied, Request(AS_OF, dt.date(2025, 3, 31)), homes, findings, results)


def missing(child: str, on: str) -> dict:
    return {"incident_id": f"{child}{on}", "child_id": child, "kind": "missing", "occurred_at": on}


def test_a_case_with_risk_and_shortfall_comes_before_one_with_more_of_only_one() -> None:
    incidents = [missing("C-5", "2026-01-10"), missing("C-5", "2026-02-10"), missing("C-7", "2026-02-01")]
    found = chosen({"incidents": incidents}, (shortfall("C-7", "HH-7"), shortfall("C-2", "HH-2", "critical")))
    # C-7: 3 for the risk, 2 for the shortfall, and the smaller again. C-5: 6 for two risks. C-2: 4 for a critical one.
    assert [case.id for case in found if case.table == "children"] == ["C-7", "C-5", "C-2"]


def test_the_reasons_are_sentences_with_numbers_in_words() -> None:
    found = chosen(
        {"incidents": [missing("C-5", "2026-01-10"), missing("C-5", "2026-02-10")]}, (shortfall("C-5", "HH-5"),)
    )
    (case,) = (case for case in found if case.table == "children")
    assert case.because[0] == "The child went missing two times in the last 12 months."
    assert case.because[1].startswith("One shortfall concerns the child or the home (1 major)")
    assert (case.risk, case.shortfall) == (6, 2)


def test_a_signal_outside_its_time_or_after_the_audit_date_counts_for_nothing() -> None:
    assert not chosen({"incidents": [missing("C-5", "2025-03-31"), missing("C-6", "2026-04-01")]})
    assert chosen({"incidents": [missing("C-5", "2025-04-01")]})


def test_a_need_that_has_ended_is_no_risk() -> None:
    need = {"need_id": "N", "child_id": "C-5", "kind": "self_harm", "level": "high", "known_on": "2025-01-01"}
    assert [case.id for case in chosen({"child_needs": [need]})] == ["C-5", "HH-5"]
    assert not chosen({"child_needs": [{**need, "ended_on": "2026-01-01"}]})


def test_a_shortfall_of_the_home_concerns_its_children_but_not_one_of_another_child() -> None:
    home = chosen({}, (shortfall(None, "HH-3"),))
    assert [(case.table, case.id) for case in home] == [("children", "C-3"), ("households", "HH-3")]
    together = (Home("HH-3", "W-1", ("C-3", "C-4")),)
    assert [case.id for case in chosen({}, (shortfall("C-4", "HH-3"),), together)] == ["C-4", "HH-3"]


def test_what_was_waived_is_no_shortfall() -> None:
    assert not chosen({}, (shortfall("C-3", "HH-3", waiver=Waiver("agreed", "manager", None)),))


def test_ties_are_broken_by_reference_and_only_six_of_each_are_picked() -> None:
    found = chosen({}, tuple(shortfall(f"C-{n}", f"HH-{n}") for n in (9, 3, 8, 1, 2, 7, 6)))
    assert [case.id for case in found] == [
        "C-1",
        "C-2",
        "C-3",
        "C-6",
        "C-7",
        "C-8",
        "HH-1",
        "HH-2",
        "HH-3",
        "HH-6",
        "HH-7",
        "HH-8",
    ]


def test_nobody_outside_the_caseload_is_picked() -> None:
    assert [case.id for case in chosen({"incidents": [missing("C-5", "2026-01-10")]}, (), HOMES[:2])] == []


def test_every_question_is_in_the_register_and_asked_of_a_case() -> None:
    rules = pickfile.parse(TEXT, "rules/pick.yaml")
    assert pick.unknown_questions(rules, shipped_register()) == []
    assert len(pick.questions("children")) > 20 and len(pick.questions("households")) > 15


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "table: incidents",
            "table: incident",
            "'incident' is not a table of the record model. Did you mean 'incidents'?",
        ),
        (
            "kind: [missing, absconding]",
            "kind: [mising]",
            "'mising' is not a word of incidents.kind. Did you mean 'missing'?",
        ),
        ("of: children", "of: child", "'child' is not a kind of case. Did you mean 'children'?"),
        ("    points: 3", "    points: many", "'points' is a whole number, 1 or more."),
        ("minor: 1", "minr: 1", "'minr' is not a grade."),
        ("{count} needs or", "{number} needs or", "only {count} stands for something"),
        ("level: [high]", "levl: [high]", "'child_needs' has no column 'levl'. Did you mean 'level'?"),
        ("- id: child-missing", "- id: child-moves", "The id 'child-moves' is used twice."),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(RulesError) as raised:
        pickfile.parse(TEXT.replace(old, new, 1), "rules/pick.yaml")
    assert words in str(raised.value)
    assert all(problem.path == "rules/pick.yaml" and problem.line for problem in raised.value.problems)


def test_a_citation_that_the_register_lacks_is_told_with_its_line() -> None:
    rules = pickfile.parse(TEXT.replace("- NMS 1.4\n", "- NMS 1.44\n"), "rules/pick.yaml")
    (problem,) = pick.unknown_questions(rules, shipped_register())
    assert TEXT.splitlines()[problem.line - 1].strip() == "- NMS 1.4"
    assert "Did you mean 'NMS 1.4'?" in problem.message
