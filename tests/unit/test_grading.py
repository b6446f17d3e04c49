"""From findings and rates to indicative judgements: both sides of each bar, the limiting judgement, and true reasons."""

from __future__ import annotations

import dataclasses

import pytest
from test_report_sample import make_audit

from auditor import shipped
from auditor.grading import judge, read_scale
from auditor.model import AREAS, Counts
from auditor.yamlfile import load

SCALE = read_scale(load(shipped.text("rules", "grading.yaml"), "rules/grading.yaml"))
RULE = dataclasses.replace(make_audit(hostile=0).rules[0], status="assessed", reason=None)
FINDING = dataclasses.replace(make_audit(hostile=0).findings[0], waiver=None, outcome="breach", grade="minor")


def rules(met: int = 100, breach: int = 0, **changes) -> list:
    """A regulation and a standard in each area, with so many cases met and not met."""
    counts = Counts(total=met + breach, met=met, breach=breach)
    return [
        dataclasses.replace(RULE, **{"id": f"{area}-{type_}", "area": area, "type": type_, "cases": counts, **changes})
        for area in AREAS
        for type_ in ("requirement", "recommendation")
    ]


def findings(number: int, area: str, grade: str = "critical", **changes) -> list:
    """So many findings of regulations, each in a household of its own."""
    return [
        dataclasses.replace(
            FINDING, **{"rule": f"{area}-requirement", "area": area, "grade": grade, "household_id": f"H{place}",
                        "type": "requirement", **changes}
        )
        for place in range(number)
    ]  # fmt: skip


def grades(rule_results: list, found: list, households: int = 100) -> dict[str, str]:
    return {area: judgement.grade for area, judgement in judge(SCALE, rule_results, found, households).items()}


def test_nothing_found_is_good_and_never_better():
    assert set(grades(rules(), []).values()) == {"good"}


@pytest.mark.parametrize("area", ["experiences", "protection"])
@pytest.mark.parametrize(
    ("number", "grade"), [(0, "good"), (1, "requires improvement"), (9, "requires improvement"), (10, "inadequate")]
)
def test_a_tenth_of_the_households_with_a_critical_shortfall_is_inadequate(area, number, grade):
    assert grades(rules(), findings(number, area))[area] == grade


@pytest.mark.parametrize(("number", "grade"), [(4, "requires improvement"), (5, "inadequate")])
def test_five_critical_shortfalls_of_leaders_are_inadequate(number, grade):
    assert grades(rules(), findings(number, "leadership"))["leadership"] == grade


@pytest.mark.parametrize(
    ("area", "met", "grade"),
    [("experiences", 85, "good"), ("experiences", 84, "requires improvement"), ("protection", 90, "good"),
     ("protection", 89, "requires improvement"), ("protection", 70, "requires improvement"), ("protection", 69, "inadequate"),
     ("leadership", 60, "requires improvement"), ("leadership", 59, "inadequate")],
)  # fmt: skip
def test_the_share_of_regulations_met_has_its_bars(area, met, grade):
    assert grades(rules(met, 100 - met), [])[area] == grade


def test_inadequate_protection_makes_overall_inadequate():
    found = grades(rules(), findings(10, "protection"))
    assert (found["experiences"], found["protection"], found["overall"]) == ("good", "inadequate", "inadequate")


def test_inadequate_leaders_hold_overall_to_requires_improvement():
    assert grades(rules(), findings(5, "leadership"))["overall"] == "requires improvement"


@pytest.mark.parametrize("change", [{"outcome": "not_evidenced"}, {"outcome": "prompt"}, {"grade": "major"}])
def test_what_is_not_a_critical_breach_is_no_critical_shortfall(change):
    assert grades(rules(), findings(20, "protection", **change))["protection"] == "good"


def test_a_good_grade_names_the_shortfalls_it_stands_beside():
    because = judge(SCALE, rules(95, 5), findings(7, "leadership", "major"), 100)["leadership"].because
    assert because == (
        "No critical shortfall against a regulation or standard, and no bar of a lower grade is reached.",
        "Regulations are met in 95% of cases on average and standards are met in 95% of cases on average.",
        "7 major shortfalls all the same.",
        "2 of 2 rules could be assessed.",
    )


def test_too_little_assessed_is_never_good():
    few = [
        *rules(),
        *[dataclasses.replace(RULE, id=f"X{n}", area="experiences", status="not_assessed") for n in range(4)],
    ]
    assert grades(few, [])["experiences"] == "requires improvement"
